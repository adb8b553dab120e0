//! The meaning of responses.

use serde::de::DeserializeOwned;

use crate::Failure;
use crate::http_client::{HttpError, HttpResponse};

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
        let response = outcome.map_err(|error| self.unanswered(error))?;
        Err(match response.status {
            200..=299 => return Ok(response),
            401 if self.per_user_sign_in => Failure::SignInRequired,
            401 => Failure::Failed(format!("{}: the backend refuses the credentials (status 401)", self.name)),
            403 => Failure::NotPermitted,
            404 => Failure::RecordNotFound,
            429 => Failure::Throttled(response.retry_after()),
            status @ (408 | 500..) => Failure::Unavailable(format!("{}: status {status}", self.name)),
            status => Failure::Failed(format!("{}: status {status}", self.name)),
        })
    }

    /// Names the request in the failure of one that has no response.
    fn unanswered(&self, error: HttpError) -> Failure {
        match error.into() {
            Failure::Unavailable(why) => Failure::Unavailable(format!("{}: {why}", self.name)),
            Failure::Failed(why) => Failure::Failed(format!("{}: {why}", self.name)),
            other => other,
        }
    }

    /// Reads the body. The failure tells the place, and nothing of the body.
    pub(super) fn json<T: DeserializeOwned>(&self, response: &HttpResponse) -> Result<T, Failure> {
        serde_json::from_str(&response.body).map_err(|error| {
            let fault = if error.is_data() { "JSON of another form than expected" } else { "malformed JSON" };
            Failure::Failed(format!("{}: {fault} at line {}, column {}", self.name, error.line(), error.column()))
        })
    }
}
