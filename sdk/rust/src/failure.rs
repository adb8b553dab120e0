//! The conversion of the host's errors to failures, so that an answer can return them by `?`.

use crate::Failure;
use crate::http_client::HttpError;
use crate::key_value::StoreError;
use crate::secrets::SecretError;

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        Self::Failed(match error {
            HttpError::TimedOut => return Self::Unavailable("a backend did not respond in time".into()),
            HttpError::Unreachable(place) => return Self::Unavailable(format!("a backend cannot be reached: {place}")),
            HttpError::NotGranted(missing) => format!("a request is not granted: {missing}"),
            HttpError::InvalidRequest(why) => format!("a request is not valid: {why}"),
            HttpError::TooLarge => "a request or its response is too large".into(),
            HttpError::OverQuota => "the call has sent too many requests".into(),
            HttpError::Other(what) => format!("a request failed: {what}"),
        })
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::Failed(match error {
            SecretError::Unknown => "a secret is not granted".into(),
            SecretError::NotReadable => "a secret may be sent, but not read".into(),
            SecretError::Other(what) => format!("a secret cannot be read: {what}"),
        })
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Failed(match error {
            StoreError::NotGranted => "the cache is not granted".into(),
            StoreError::TooLong => "a key or value is too long for the cache".into(),
            StoreError::Full => "the cache is full".into(),
            StoreError::Unavailable => "the cache does not respond in time".into(),
            StoreError::Other(what) => format!("the cache failed: {what}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_says_reaches_the_log() {
        let failure = Failure::from(HttpError::NotGranted("https://contoso.example".into()));

        let text = "a request is not granted: https://contoso.example";
        assert_eq!(failure, Failure::Failed(text.into()));
    }

    #[test]
    fn a_backend_that_is_down_is_no_fault_of_the_plugin() {
        for error in [HttpError::TimedOut, HttpError::Unreachable("https://contoso.example".into())] {
            assert!(matches!(Failure::from(error), Failure::Unavailable(_)));
        }
    }
}
