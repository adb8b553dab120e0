//! The validation of an error's body against the documentation.

use serde_json::Value;

use super::kind;
use crate::conform::{Findings, Rule};
use contract::ErrorCode;

/// Judges the body of an unsuccessful answer.
pub(crate) fn judge_error(status: u16, body: &[u8], about: &str, location: &str, findings: &mut Findings) {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        findings.add(Rule::ErrorBody, location, format!("{about}: the body of {status} is not JSON"));
        return;
    };
    let Some(code) = body["errorCode"].as_str().filter(|code| !code.trim().is_empty()) else {
        let what = format!("{about}: in the body of {status}, `errorCode` is {}", kind(body.get("errorCode")));
        findings.add(Rule::ErrorBody, location, what);
        return;
    };
    for (name, fits) in [
        ("errorMessage", Value::is_string as fn(&Value) -> bool),
        ("activityId", Value::is_string),
        ("details", Value::is_object),
    ] {
        if let Some(value) = body.get(name).filter(|value| !fits(value) && !value.is_null()) {
            let what = format!("{about}: in the body of {status}, `{name}` is {}", kind(Some(value)));
            findings.add(Rule::ErrorBody, location, what);
        }
    }
    if !goes_with(code, status) {
        findings.add(Rule::ErrorCode, location, format!("{about}: `{code}` comes with {status}"));
    }
}

/// Returns the error code of a body, if it has one.
pub(crate) fn error_code(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body["errorCode"].as_str().map(str::to_owned)
}

/// Returns whether a code goes with a status. An undocumented code goes with any status that has no documented one.
fn goes_with(code: &str, status: u16) -> bool {
    let Some(known) = ErrorCode::ALL.into_iter().find(|known| known.as_str() == code) else {
        // Each of these has one code in the documentation; 400 has none for a malformed request.
        return !matches!(status, 401 | 403 | 404 | 429 | 500);
    };
    match known {
        ErrorCode::InvalidRequest => matches!(status, 400 | 405 | 406 | 408 | 411 | 413 | 414 | 415 | 422),
        ErrorCode::InvalidCrmConnection => status == 400,
        ErrorCode::InvalidTokenSpecified => status == 401,
        ErrorCode::InsufficientPermissions => status == 403,
        ErrorCode::RecordNotFound | ErrorCode::NotFound => status == 404,
        ErrorCode::RequestThrottled => status == 429,
        ErrorCode::InternalServerError => status >= 500,
    }
}

/// Returns the error message of a body, if it has one.
pub(crate) fn error_message(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body["errorMessage"].as_str().map(str::to_owned)
}
