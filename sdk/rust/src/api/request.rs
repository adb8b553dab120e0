//! A request to a backend, step by step.

use std::fmt::Display;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::reply::{Endpoint, NO_CONTENT};
use super::{Api, path};
use crate::Failure;
use crate::http_client::{HttpRequest, HttpResponse};

/// A request that is not sent yet.
#[derive(Clone, Debug)]
#[must_use = "it is sent by `json`, `optional` or `send`"]
pub struct ApiRequest<'a> {
    api: &'a Api,
    path: String,
    query: String,
    /// Without URL.
    request: HttpRequest,
    /// The first fault of the path, for which the request is not sent.
    fault: Option<Failure>,
}

impl<'a> ApiRequest<'a> {
    pub(super) fn new(api: &'a Api, method: &str, path: &str) -> Self {
        let request = HttpRequest { headers: api.headers.clone(), ..HttpRequest::new(method, "") };
        let slash = if path.starts_with('/') { "" } else { "/" };
        let fault = path::check(path).err();
        Self { api, path: format!("{slash}{path}"), query: String::new(), request, fault }
    }

    /// Appends a segment to the path, encoded: what it holds leads to no other path.
    ///
    /// A request with a segment that is empty, `.` or `..` is not sent: it fails with [`Failure::InvalidRequest`].
    pub fn segment(mut self, segment: impl Display) -> Self {
        let segment = segment.to_string();
        self.fault = self.fault.or(path::check_segment(&segment).err());
        if !self.path.ends_with('/') {
            self.path.push('/');
        }
        path::push_encoded(&mut self.path, &segment);
        self
    }

    /// Appends a parameter to the query, encoded.
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        path::push_encoded(&mut self.query, name);
        self.query.push('=');
        path::push_encoded(&mut self.query, &value.to_string());
        self
    }

    /// Adds a header. `{{secret:NAME}}` in its value stands for a secret.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Limits the time of each try. By default a request takes what the call has left, less what a second try needs.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.request = self.request.timeout(time);
        self
    }

    /// Sets the body, as JSON. Its texts stay texts, even one that reads as the placeholder of a secret.
    ///
    /// # Errors
    ///
    /// Fails if the value has no form in JSON, such as a map whose keys are no texts.
    pub fn body(mut self, value: &impl Serialize) -> Result<Self, Failure> {
        let json = serde_json::to_string(value).map_err(|_| {
            Failure::Failed(format!("{} {}: the body has no form in JSON", self.request.method, self.path))
        })?;
        // Only texts have two braces in a row.
        self.request.body = Some(json.replace("{{", "{\\u007b"));
        Ok(self.header("content-type", "application/json"))
    }

    /// Sends the request and reads the JSON of the response. That of status 204 is `null`, which `Option` and `()` read.
    ///
    /// # Errors
    ///
    /// Fails as [`Api`] says, and with [`Failure::Failed`] if the body is not of the form that is read.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, Failure> {
        let (endpoint, response) = self.exchange();
        endpoint.json(&response?)
    }

    /// Sends the request and reads the JSON of the response, or returns `None` if its status is 404 or 204.
    ///
    /// # Errors
    ///
    /// Fails as [`json`](Self::json) does, but for status 404.
    pub fn optional<T: DeserializeOwned>(self) -> Result<Option<T>, Failure> {
        let (endpoint, response) = self.exchange();
        match response {
            Err(Failure::RecordNotFound) => Ok(None),
            Ok(response) if response.status == NO_CONTENT => Ok(None),
            response => endpoint.json(&response?).map(Some),
        }
    }

    /// Sends the request and returns the response, whose status is 200 to 299.
    ///
    /// # Errors
    ///
    /// Fails as [`Api`] says.
    pub fn send(self) -> Result<HttpResponse, Failure> {
        self.exchange().1
    }

    fn exchange(self) -> (Endpoint, Result<HttpResponse, Failure>) {
        let api = self.api;
        api.exchange(vec![self]).pop().expect("one request has one outcome")
    }

    /// Completes the URL. A request whose path has a fault is none.
    pub(super) fn finish(self) -> (Endpoint, Result<HttpRequest, Failure>) {
        let endpoint = Endpoint::new(&self.request.method, &self.path, self.api.per_user_sign_in);
        let url = [&*self.api.base, &self.path, &self.query].concat();
        let request = HttpRequest { url, ..self.request };
        (endpoint, self.fault.map_or(Ok(request), Err))
    }
}
