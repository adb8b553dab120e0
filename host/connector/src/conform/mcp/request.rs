//! One request to the server, in parts that a check can change.

use bytes::Bytes;
use hyper::{Method, Request};
use serde_json::Value;
use uuid::Uuid;

use crate::conform::Base;

/// The media types that a client accepts, as the protocol has it.
pub(super) const ACCEPT: &str = "application/json, text/event-stream";

/// A request, or a notification if it has no id.
#[derive(Clone, Debug)]
pub(super) struct McpRequest {
    /// The description in reports.
    pub(super) about: String,
    /// The place of findings: the version of the protocol, or a tool.
    pub(super) location: String,
    /// The id that the answer has to repeat; `None` if there is none or the message is malformed.
    pub(super) id: Option<Value>,
    /// The number of answers to wait for.
    pub(super) answers: usize,
    method: Method,
    headers: Vec<(String, String)>,
    body: Bytes,
    has_credentials: bool,
}

impl McpRequest {
    /// Returns a POST of this body.
    pub(super) fn post(about: &str, location: &str, id: Option<Value>, body: impl Into<Bytes>) -> Self {
        let headers = [
            ("content-type", "application/json"),
            ("accept", ACCEPT),
            ("accept-language", "en"),
            ("x-ms-client-request-id", &Uuid::new_v4().to_string()),
        ];
        Self {
            about: about.to_owned(),
            location: location.to_owned(),
            id,
            answers: 1,
            method: Method::POST,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: body.into(),
            has_credentials: true,
        }
    }

    /// Sets a header.
    pub(super) fn with(self, name: &str, value: &str) -> Self {
        let mut request = self.without(name);
        request.headers.push((name.to_owned(), value.to_owned()));
        request
    }

    /// Leaves a header out.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(own, _)| own != name);
        self
    }

    /// Leaves token and key out.
    pub(super) fn anonymous(self) -> Self {
        Self { has_credentials: false, ..self }
    }

    /// Replaces the body by one that has no id to repeat.
    pub(super) fn with_body(self, body: impl Into<Bytes>) -> Self {
        Self { id: None, body: body.into(), ..self }
    }

    /// Returns the body as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Replaces the id in the body.
    pub(super) fn with_id(self, id: &Value) -> Self {
        let mut message: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        message["id"] = id.clone();
        Self { id: Some(id.clone()), body: message.to_string().into(), ..self }
    }

    /// Replaces the method of HTTP, without a body.
    pub(super) fn with_method(self, method: Method) -> Self {
        Self { method, id: None, body: Bytes::new(), ..self.without("content-type") }
    }

    /// Sets the number of answers to wait for.
    pub(super) fn awaiting(self, answers: usize) -> Self {
        Self { answers, ..self }
    }

    /// Sets the place of findings.
    pub(super) fn at(self, location: &str) -> Self {
        Self { location: location.to_owned(), ..self }
    }

    /// Builds the request of HTTP.
    ///
    /// # Errors
    ///
    /// Fails with a reason if a part is none of HTTP, as names of tools that a server makes up may be.
    pub(super) fn http(&self, base: &Base) -> Result<Request<Bytes>, String> {
        let mut request = Request::builder().method(self.method.clone()).uri(base.url().as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(self.body.clone()).map_err(|error| error.to_string())?;
        if self.has_credentials {
            base.authorize(request.headers_mut());
        }
        Ok(request)
    }
}
