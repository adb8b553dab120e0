//! Conversion of errors into HTTP responses. No other module chooses the status of an error.

mod challenge;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::json;
use tokio::task_local;

use self::challenge::REALM;
use super::framing::HEAD;
use super::framing::HeadFault;
use crate::dispatch::DispatchError;
use contract::{ActivityId, ErrorBody, ErrorCode, InvalidRequest, Outcome, ProviderId, Verdict};

/// Range of `Retry-After`, in seconds. The value is random, so that throttled callers do not all
/// retry at the same time.
const RETRY_SECONDS: std::ops::RangeInclusive<u32> = 1..=3;

/// The longest `Retry-After` that is passed on from a backend, in seconds. What a backend states beyond that would keep
/// callers away long after it has recovered.
const LONGEST_RETRY: u32 = 60;

task_local! {
    /// The request that the task answers.
    static ANSWERED: (ActivityId, FaultForm);
}

/// The form of the body of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultForm {
    /// The error object of the contract.
    Plain,
    /// An error response of JSON-RPC, which belongs to no request of it and holds the error object as its data.
    JsonRpc,
}

/// The code of a refusal before a message of JSON-RPC was read.
const REFUSED: i32 = -32_000;

/// Runs `answer`, whose faults have this form and bear `activity_id` in their bodies.
pub(super) fn answering<A: Future>(
    activity_id: ActivityId,
    form: FaultForm,
    answer: A,
) -> impl Future<Output = A::Output> {
    ANSWERED.scope((activity_id, form), answer)
}

/// An error as the caller sees it. It never holds text of a plugin or of the engine.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    status: StatusCode,
    code: ErrorCode,
    message: String,
    details: Option<BTreeMap<String, Outcome>>,
    retry_after: Option<u32>,
    allow: Option<&'static str>,
    authenticate: Option<Cow<'static, str>>,
    /// True if the connection is closed after the answer.
    closes: bool,
}

impl Fault {
    fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: None,
            retry_after: None,
            allow: None,
            authenticate: None,
            closes: false,
        }
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidRequest, message)
    }

    /// Closes the connection after the answer, so that clients which are refused hold none.
    pub(crate) fn closing(self) -> Self {
        Self { closes: true, ..self }
    }

    /// The fault for an unauthenticated client, with the challenge of the scheme to use. It closes the connection.
    pub(crate) fn unauthorized(message: impl Into<String>, scheme: &'static str) -> Self {
        let fault = Self::new(StatusCode::UNAUTHORIZED, ErrorCode::InvalidTokenSpecified, message);
        Self { authenticate: Some(scheme.into()), closes: true, ..fault }
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorCode::InsufficientPermissions, message)
    }

    /// The fault for a caller that may not ask this provider.
    pub(super) fn not_permitted() -> Self {
        Self::forbidden("the caller may not ask this provider")
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, message)
    }

    /// The fault for a request that conflicts with the state of its target.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, ErrorCode::InvalidRequest, message)
    }

    pub(super) fn method_not_allowed() -> Self {
        let message = "this route does not support the method; see the header `Allow`";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::InvalidRequest, message)
    }

    pub(super) fn allowing(self, methods: &'static str) -> Self {
        Self { allow: Some(methods), ..self }
    }

    pub(crate) fn body_too_large(limit: usize) -> Self {
        let message = format!("the body is larger than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::InvalidRequest, message).closing()
    }

    pub(crate) fn body_too_slow(limit: Duration) -> Self {
        let message = format!("the body did not arrive within {} ms", limit.as_millis());
        Self::new(StatusCode::REQUEST_TIMEOUT, ErrorCode::InvalidRequest, message)
    }

    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::InvalidRequest, message)
    }

    /// The fault for a throttled request. The wait is the shortest that a backend stated, if any.
    pub(super) fn throttled(seconds: Option<u32>) -> Self {
        let message = "too many requests; try again later";
        let seconds = seconds.map_or_else(some_seconds, |seconds| seconds.clamp(1, LONGEST_RETRY));
        let fault = Self::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::RequestThrottled, message);
        Self { retry_after: Some(seconds), ..fault }
    }

    pub(super) fn internal() -> Self {
        let message = "no provider answered";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::InternalServerError, message)
    }

    /// The fault for a seller who has to sign in to the partner's application. With one provider asked, the agent offers
    /// that; of several it cannot tell which one is meant.
    fn sign_in(asked: usize) -> Self {
        let message = "the seller has to sign in to the partner's application";
        match asked {
            1 => Self {
                authenticate: Some(REALM.into()),
                ..Self::new(StatusCode::UNAUTHORIZED, ErrorCode::InvalidTokenSpecified, message)
            },
            _ => Self::forbidden(message),
        }
    }

    /// The fault for a question that no provider answered. It names providers only if `named`.
    pub(super) fn no_answer(error: DispatchError, named: bool) -> Self {
        let (verdict, outcomes, retry_after) = match error {
            DispatchError::NoProvider(capability) => {
                return Self::not_found(format!("no provider here answers {capability}"));
            }
            DispatchError::Nobody { verdict, outcomes, retry_after } => (verdict, outcomes, retry_after),
        };
        match verdict {
            Verdict::Internal => Self { details: named.then(|| details(&outcomes)), ..Self::internal() },
            Verdict::Throttled => Self::throttled(retry_after),
            Verdict::NotPermitted => {
                Self::new(StatusCode::FORBIDDEN, ErrorCode::InsufficientPermissions, "the seller may not see this")
            }
            Verdict::SignInRequired => Self::sign_in(outcomes.len()),
            Verdict::RecordNotFound => {
                Self::new(StatusCode::NOT_FOUND, ErrorCode::RecordNotFound, "no provider knows this record")
            }
            Verdict::InvalidRequest => Self::invalid_request("the providers rejected the question as invalid"),
            Verdict::InvalidCrmConnection => Self::new(
                StatusCode::BAD_REQUEST,
                ErrorCode::InvalidCrmConnection,
                "the CRM is not the one that the providers are connected to",
            ),
        }
    }
}

impl Fault {
    /// The code of the error.
    pub(super) fn code(&self) -> ErrorCode {
        self.code
    }

    /// The error object, for the request that the task answers.
    pub(super) fn body(&self) -> ErrorBody {
        self.body_for(answered().0)
    }

    fn body_for(&self, activity_id: ActivityId) -> ErrorBody {
        let (error_message, details) = (self.message.clone(), self.details.clone());
        ErrorBody { error_code: self.code, error_message, activity_id, details }
    }

    /// Makes the whole response, for the request with this activity id.
    pub(super) fn response(self, activity_id: ActivityId, form: FaultForm) -> Response<Vec<u8>> {
        let body = self.body_for(activity_id);
        let body = match form {
            FaultForm::Plain => serde_json::to_vec(&body),
            FaultForm::JsonRpc => serde_json::to_vec(&json!({
                "jsonrpc": "2.0",
                "error": { "code": REFUSED, "message": body.error_message, "data": body },
            })),
        };
        let mut response = Response::new(body.expect("texts and maps of texts serialise"));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        // The names of scopes come from the settings, which do not check them.
        if let Some(challenge) = self.authenticate.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if self.closes {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(methods) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(methods));
        }
        response
    }
}

/// Makes the whole response. The activity id in the body and its form are those of [`answering`].
impl IntoResponse for Fault {
    fn into_response(self) -> Response<Body> {
        let (activity_id, form) = answered();
        self.response(activity_id, form).map(Body::from)
    }
}

/// The request that the task answers, and the form of its errors.
fn answered() -> (ActivityId, FaultForm) {
    ANSWERED.try_with(Clone::clone).unwrap_or_else(|_outside| (ActivityId::generate(), FaultForm::Plain))
}

/// A head that is refused ends its connection: nobody knows where the next request begins.
impl From<HeadFault> for Fault {
    fn from(fault: HeadFault) -> Self {
        let (status, what) = match fault {
            HeadFault::TargetTooLong => (StatusCode::URI_TOO_LONG, "the target of the request is longer than the"),
            HeadFault::FieldsTooLarge => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "the head of the request has more than 100 fields, or is larger than the",
            ),
        };
        let message = format!("{what} {HEAD} bytes that a head may have");
        Self::new(status, ErrorCode::InvalidRequest, message).closing()
    }
}

impl From<InvalidRequest> for Fault {
    fn from(error: InvalidRequest) -> Self {
        Self::invalid_request(error.to_string())
    }
}

/// The outcome of each provider, by name.
fn details(outcomes: &[(ProviderId, Outcome)]) -> BTreeMap<String, Outcome> {
    outcomes.iter().map(|(provider, outcome)| (provider.to_string(), *outcome)).collect()
}

/// A random number of seconds within the range.
fn some_seconds() -> u32 {
    let span = RETRY_SECONDS.end() - RETRY_SECONDS.start() + 1;
    RETRY_SECONDS.start() + getrandom::u32().unwrap_or(0) % span
}
