//! What a host answered.

use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Body;
use ureq::http::{HeaderMap, Response};

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 64 << 20;

/// A whole answer, and how long it took.
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
    /// Reads what comes in answer to a request of the instant `begun`.
    pub(crate) fn read(begun: Instant, response: Response<Body>) -> Result<Self, ureq::Error> {
        let (head, body) = response.into_parts();
        let body = body.into_with_config().limit(LONGEST).read_to_string()?;
        Ok(Self { status: head.status.as_u16(), headers: head.headers, body, took: begun.elapsed() })
    }

    /// The body, read as JSON.
    ///
    /// # Panics
    ///
    /// Panics if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// A header as text, if it is there.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// How the provider ended, by the details of an answer of 500.
    #[must_use]
    pub fn outcome(&self, provider: &str) -> String {
        self.json()["details"][provider].as_str().unwrap_or("not named").to_owned()
    }

    /// The items of a page.
    ///
    /// # Panics
    ///
    /// Panics if this is no page.
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        self.json()["value"].as_array().unwrap_or_else(|| panic!("no page: {self:?}")).clone()
    }

    /// One field of every item of a page, as text.
    ///
    /// # Panics
    ///
    /// Panics if this is no page, or the field no text.
    #[must_use]
    pub fn texts(&self, field: &str) -> Vec<String> {
        let text = |item: &Value| item[field].as_str().unwrap_or_else(|| panic!("no text: {item}")).to_owned();
        self.items().iter().map(text).collect()
    }

    /// The title of the one item there is: what the guest `rogue` has to say.
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
