//! The meaning of responses.

use serde::de::DeserializeOwned;

use crate::Failure;
use crate::http_client::{HttpError, HttpResponse};

/// The status of a response that has no body.
pub(super) const NO_CONTENT: u16 = 204;

/// The target of a request, which decides on the meaning of its response.
pub(super) struct Endpoint {
    /// Method and path, which begin the texts of failures: `GET /v1/visits`.
    name: String,
    per_user_sign_in: bool,
}

impl Endpoint {
    pub(super) fn new(method: &str, path: &str, per_user_sign_in: bool) -> Self {
        Self { name: format!("{method} {path}"), per_user_sign_in }
    }

    /// Returns the response if its status is 200 to 299.
    pub(super) fn successful(&self, outcome: Result<HttpResponse, HttpError>) -> Result<HttpResponse, Failure> {
        let response = outcome.map_err(|error| self.named(error.into()))?;
        Err(match response.status {
            401 if self.per_user_sign_in => Failure::SignInRequired,
            401 => Failure::Failed(format!("{}: the backend refuses the credentials (status 401)", self.name)),
            403 => Failure::NotPermitted,
            404 => Failure::RecordNotFound,
            _ => return response.successful().map_err(|failure| self.named(failure)),
        })
    }

    /// Names the request in a failure.
    fn named(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Unavailable(why) => Failure::Unavailable(format!("{}: {why}", self.name)),
            Failure::Failed(why) => Failure::Failed(format!("{}: {why}", self.name)),
            other => other,
        }
    }

    /// Reads the body. The failure tells the place, and nothing of the body. No content reads as `null`.
    pub(super) fn json<T: DeserializeOwned>(&self, response: &HttpResponse) -> Result<T, Failure> {
        if response.status == NO_CONTENT {
            let none = serde_json::from_str("null");
            return none.map_err(|_| Failure::Failed(format!("{}: the backend responds without content", self.name)));
        }
        serde_json::from_str(&response.body).map_err(|error| {
            let fault = if error.is_data() { "JSON of another form than expected" } else { "malformed JSON" };
            Failure::Failed(format!("{}: {fault} at line {}, column {}", self.name, error.line(), error.column()))
        })
    }
}
