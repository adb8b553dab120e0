//! The body of an error response, as documented. The server chooses the HTTP status.

use std::{collections::BTreeMap, fmt};

use serde::{Serialize, Serializer};

use super::{ActivityId, Outcome};

/// The kind of an error, by the names that the agent knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    /// The request is malformed or incomplete. An addition of this host: the documentation has no code for it.
    InvalidRequest,
    /// The CRM is not the one that the provider is connected to.
    InvalidCrmConnection,
    /// The token is absent, bad or expired.
    InvalidTokenSpecified,
    /// The caller may not do this.
    InsufficientPermissions,
    /// The record is not known, or deleted.
    RecordNotFound,
    /// No such route, provider or skill. An addition of this host.
    NotFound,
    /// The caller sends too many requests.
    RequestThrottled,
    /// The service failed.
    InternalServerError,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 8] = [
        Self::InvalidRequest,
        Self::InvalidCrmConnection,
        Self::InvalidTokenSpecified,
        Self::InsufficientPermissions,
        Self::RecordNotFound,
        Self::NotFound,
        Self::RequestThrottled,
        Self::InternalServerError,
    ];

    /// The name on the wire, such as `RECORD_NOT_FOUND`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "INVALID_REQUEST",
            Self::InvalidCrmConnection => "INVALID_CRM_CONNECTION",
            Self::InvalidTokenSpecified => "INVALID_TOKEN_SPECIFIED",
            Self::InsufficientPermissions => "INSUFFICIENT_PERMISSIONS",
            Self::RecordNotFound => "RECORD_NOT_FOUND",
            Self::NotFound => "NOT_FOUND",
            Self::RequestThrottled => "REQUEST_THROTTLED",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The body of an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// The kind of the error, for the agent.
    pub error_code: ErrorCode,
    /// The error for people. Never holds text of a plugin or of the engine.
    pub error_message: String,
    /// The request it belongs to.
    pub activity_id: ActivityId,
    /// The outcome of each provider's call, if none was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<BTreeMap<String, Outcome>>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::facts::list;

    #[test]
    fn every_documented_code_and_member_is_known() {
        let body = ErrorBody {
            error_code: ErrorCode::InternalServerError,
            error_message: "no provider answered".to_owned(),
            activity_id: ActivityId::generate(),
            details: Some(BTreeMap::new()),
        };
        let body = serde_json::to_value(body).expect("a body is JSON");

        for code in list("/errors/codes") {
            assert!(ErrorCode::ALL.iter().any(|known| code["errorCode"] == known.as_str()), "{code}");
        }
        for field in list("/errors/fields") {
            assert!(field["name"].as_str().is_some_and(|name| body.get(name).is_some()), "{field}");
        }
    }

    #[test]
    fn a_body_is_written_as_documented() {
        let body = ErrorBody {
            error_code: ErrorCode::InternalServerError,
            error_message: "no provider answered".to_owned(),
            activity_id: ActivityId::accept(b"4b7f").expect("a valid id"),
            details: Some(BTreeMap::from([("contoso-hub".to_owned(), Outcome::DeadlineExceeded)])),
        };

        assert_eq!(
            serde_json::to_value(body).expect("a body is JSON"),
            json!({
                "errorCode": "INTERNAL_SERVER_ERROR",
                "errorMessage": "no provider answered",
                "activityId": "4b7f",
                "details": {"contoso-hub": "deadline-exceeded"},
            })
        );
    }

    #[test]
    fn details_without_content_are_left_out() {
        let body = ErrorBody {
            error_code: ErrorCode::NotFound,
            error_message: "no such route".to_owned(),
            activity_id: ActivityId::generate(),
            details: None,
        };

        assert!(serde_json::to_value(body).expect("a body is JSON").get("details").is_none());
    }
}
