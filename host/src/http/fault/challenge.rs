//! The challenges of RFC 6750 for callers whose credentials are absent, invalid or insufficient.

use axum::http::StatusCode;

use super::Fault;
use crate::auth::{CallerRejected, Meaning};
use contract::ErrorCode;

/// The challenge for callers without credentials: RFC 6750 requires a parameter, and no error.
pub(super) const REALM: &str = r#"Bearer realm="insight-host""#;

/// The challenge for callers with an invalid token.
const INVALID: &str = r#"Bearer realm="insight-host", error="invalid_token", error_description="not valid here""#;

/// The challenge for callers with an expired token.
const EXPIRED: &str = r#"Bearer realm="insight-host", error="invalid_token", error_description="expired""#;

/// The challenge for callers whose token is valid, but does not permit the request.
const INSUFFICIENT: &str = r#"Bearer realm="insight-host", error="insufficient_scope""#;

/// Converts the reason to a challenge of RFC 6750, with only as much detail as an honest caller needs.
impl From<CallerRejected> for Fault {
    fn from(refused: CallerRejected) -> Self {
        match refused.meaning() {
            Meaning::Missing => {
                Self::unauthorized("send a token (`Authorization: Bearer …`) or a key (`x-api-key`)", REALM)
            }
            Meaning::Invalid => Self::unauthorized("the token or key is not valid here", INVALID),
            Meaning::Expired => Self::unauthorized("the token has expired", EXPIRED),
            Meaning::Insufficient => {
                let fault = Self::forbidden("the token does not permit this");
                Self { authenticate: Some(INSUFFICIENT.into()), closes: true, ..fault }
            }
            // The token may be valid, so the response must not make the caller discard it.
            Meaning::Unknown => {
                let message = "the caller cannot be verified now; try again later";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::InternalServerError, message)
            }
            Meaning::Remote => Self::forbidden(format!(
                "{refused}, and this host accepts callers on its own machine only; to admit others, set \
                 `[auth.issuers.NAME]`, `[auth.api-keys.NAME]` or `auth.anonymous = true`"
            ))
            .closing(),
        }
    }
}

impl Fault {
    /// Adds to the challenge, if there is one, the URL of the metadata by which a client finds where to get a token,
    /// and the scopes to request.
    pub(in crate::http) fn naming(self, metadata: &str, scopes: &[String]) -> Self {
        // Characters of a scope in RFC 6749. Another would end the parameter, or make the header invalid.
        let is_scope = |scope: &&str| scope.bytes().all(|byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~'));
        let scopes = scopes.iter().map(String::as_str).filter(is_scope).collect::<Vec<_>>().join(" ");
        let scope = if scopes.is_empty() { String::new() } else { format!(r#", scope="{scopes}""#) };
        let authenticate =
            self.authenticate.map(|text| format!(r#"{text}, resource_metadata="{metadata}"{scope}"#).into());
        Self { authenticate, ..self }
    }
}
