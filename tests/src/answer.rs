//! The answers of a host.

use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Body;
use ureq::http::{HeaderMap, Response};

/// The most bytes of an answer.
const LONGEST: u64 = 64 << 20;

/// A whole answer, and the time that it took.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, as text.
    pub body: String,
    /// Time from sending the request to having read the answer.
    pub took: Duration,
}

impl Answer {
    /// Reads the answer to a request that was sent at `begun`.
    pub(crate) fn read(begun: Instant, response: Response<Body>) -> Result<Self, ureq::Error> {
        let (head, body) = response.into_parts();
        let body = body.into_with_config().limit(LONGEST).read_to_string()?;
        Ok(Self { status: head.status.as_u16(), headers: head.headers, body, took: begun.elapsed() })
    }

    /// Parses the body as JSON.
    ///
    /// # Panics
    ///
    /// Panics if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// Returns a header as text, if it is there.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the outcome of the provider, by the details of an answer of 500.
    #[must_use]
    pub fn outcome(&self, provider: &str) -> String {
        self.json()["details"][provider].as_str().unwrap_or("not named").to_owned()
    }

    /// Returns the items of a page.
    ///
    /// # Panics
    ///
    /// Panics if the body is not a page.
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        self.json()["value"].as_array().unwrap_or_else(|| panic!("no page: {self:?}")).clone()
    }

    /// Returns one field of every item of a page, as text.
    ///
    /// # Panics
    ///
    /// Panics if the body is not a page, or the field is not a text.
    #[must_use]
    pub fn texts(&self, field: &str) -> Vec<String> {
        let text = |item: &Value| item[field].as_str().unwrap_or_else(|| panic!("no text: {item}")).to_owned();
        self.items().iter().map(text).collect()
    }

    /// Returns the title of the only item, in which the guest `rogue` puts its message.
    ///
    /// # Panics
    ///
    /// Panics if there is another number of items.
    #[must_use]
    pub fn said(&self) -> String {
        let mut titles = self.texts("title");
        assert_eq!(titles.len(), 1, "{self:?}");
        titles.remove(0)
    }
}
