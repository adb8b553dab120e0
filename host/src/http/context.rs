//! Reading of a question's context from the headers of its request.

use std::time::SystemTime;

use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, HeaderValue};

use contract::{self, ActivityId, Context, HeaderIds, InputRepairs};

/// The header with the request's activity id, which the response repeats.
pub(super) const CLIENT_REQUEST_ID: &str = "x-ms-client-request-id";

/// The header that names the calling software.
const USER_AGENT: &str = "x-ms-user-agent";

/// The context of a request with these headers. Malformed headers count as absent.
pub(super) fn of(headers: &HeaderMap) -> Context {
    let bytes = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    // A list may be split over several headers, which mean the same as one.
    let languages: Vec<_> = headers.get_all(ACCEPT_LANGUAGE).iter().map(HeaderValue::as_bytes).collect();
    Context {
        activity_id: bytes(CLIENT_REQUEST_ID).and_then(ActivityId::accept).unwrap_or_else(ActivityId::generate),
        received_at: SystemTime::now().into(),
        languages: contract::languages(Some(&languages.join(&b","[..]))),
        time_zone: None,
        // Headers do not prove the caller. Authentication adds it once a token is verified.
        caller: None,
        user_agent: bytes(USER_AGENT).and_then(contract::user_agent),
        traceparent: bytes("traceparent").and_then(contract::traceparent),
    }
}

/// The identifiers of an email in the headers of its request.
pub(super) fn header_ids(headers: &HeaderMap, repairs: &mut InputRepairs) -> HeaderIds {
    HeaderIds::read(|name| headers.get(name).map(HeaderValue::as_bytes), repairs)
}
