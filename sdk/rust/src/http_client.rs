//! HTTP requests with text bodies, to the backends that the plugin is granted.
//!
//! [`Api`](crate::Api) does more for backends that speak JSON.
//!
//! ```no_run
//! use insight_sdk::{Failure, http_client::{self, HttpRequest}};
//!
//! # fn visits() -> Result<String, Failure> {
//! let request = HttpRequest::get("https://hub.contoso.example/visits")
//!     .header("authorization", "Bearer {{secret:hub-token}}");
//! let visits = http_client::send(&request)?.successful()?.body;
//! # Ok(visits)
//! # }
//! ```

use std::time::Duration;

#[cfg(target_family = "wasm")]
use crate::bindings::host::insight::provider::http_client as host;
#[cfg(not(target_family = "wasm"))]
use crate::testing::host::http_client as host;

use crate::Failure;

pub use crate::bindings::host::insight::provider::http_client::{Header, HttpError, HttpRequest, HttpResponse};

/// Sends a request and waits for the response.
///
/// # Errors
///
/// Fails if there is no response. A response of status 500 is one, see [`HttpResponse::successful`].
pub fn send(request: &HttpRequest) -> Result<HttpResponse, HttpError> {
    host::send(request)
}

/// Sends requests concurrently, waits for all, and returns their results in the same order.
#[must_use]
pub fn send_all(requests: &[HttpRequest]) -> Vec<Result<HttpResponse, HttpError>> {
    host::send_all(requests)
}

impl HttpRequest {
    /// Creates a request of any method, without headers and body.
    #[must_use]
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self { method: method.into(), url: url.into(), headers: Vec::new(), body: None, timeout_ms: None }
    }

    /// Creates a `GET` request.
    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// Creates a `POST` request.
    #[must_use]
    pub fn post(url: impl Into<String>, body: impl Into<String>) -> Self {
        Self { body: Some(body.into()), ..Self::new("POST", url) }
    }

    /// Adds a header. `{{secret:NAME}}` in its value stands for a secret.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push(Header { name: name.into(), value: value.into() });
        self
    }

    /// Limits the time to wait for the whole response, to the millisecond. By default it is the time
    /// that the call has left.
    #[must_use]
    pub fn timeout(self, time: Duration) -> Self {
        let ms = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        Self { timeout_ms: Some(ms), ..self }
    }
}

impl HttpResponse {
    /// Creates a response without headers, for tests.
    #[must_use]
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// Adds a header, for tests.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push(Header { name: name.into(), value: value.into() });
        self
    }

    /// Returns the first header of that name, in any letter case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| &*header.value)
    }

    /// Returns the seconds of `Retry-After`. A date is none.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        self.header("retry-after")?.parse().ok()
    }

    /// Returns the response if its status is 200 to 299.
    ///
    /// # Errors
    ///
    /// Status 429 is [`Failure::Throttled`], with the seconds of `Retry-After`. 408 and 5xx are
    /// [`Failure::Unavailable`], and any other status is [`Failure::Failed`]. Only the plugin knows the
    /// meaning of a missing record, so check for 404 first.
    pub fn successful(self) -> Result<Self, Failure> {
        match self.status {
            200..=299 => Ok(self),
            429 => Err(Failure::Throttled(self.retry_after())),
            status @ (408 | 500..) => Err(Failure::Unavailable(told(status))),
            status => Err(Failure::Failed(told(status))),
        }
    }
}

fn told(status: u16) -> String {
    format!("the backend responds with status {status}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16) -> HttpResponse {
        HttpResponse::new(status, "").with_header("Retry-After", "7")
    }

    #[test]
    fn a_backend_that_wants_fewer_requests_says_when_to_come_back() {
        assert_eq!(response(429).successful(), Err(Failure::Throttled(Some(7))));
    }

    #[test]
    fn a_date_to_come_back_at_is_no_number_of_seconds() {
        let response = HttpResponse::new(429, "").with_header("retry-after", "Mon, 01 Jun 2026 08:00:00 GMT");

        assert_eq!((response.retry_after(), self::response(429).retry_after()), (None, Some(7)));
    }

    #[test]
    fn a_status_of_500_says_that_the_backend_is_unavailable_and_one_of_422_that_the_request_failed() {
        assert!(matches!(response(500).successful(), Err(Failure::Unavailable(_))));
        assert!(matches!(response(422).successful(), Err(Failure::Failed(_))));
    }

    #[test]
    fn a_status_of_204_is_a_success() {
        assert_eq!(response(204).successful(), Ok(response(204)));
    }

    #[test]
    fn a_timeout_is_counted_in_milliseconds() {
        let request = HttpRequest::get("https://contoso.example").timeout(Duration::from_secs(2));

        assert_eq!(request.timeout_ms, Some(2000));
    }
}
