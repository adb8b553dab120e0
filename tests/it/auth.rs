//! Authentication and authorization: tokens of an issuer like Entra ID, API keys, and the providers of callers.

mod api_keys;
mod local;
mod other_issuers;
mod providers;
mod reload;
mod signing_keys;
mod start;
mod tokens;

pub(crate) use self::api_keys::new_key;
use insight_tests::issuer::{Issuer, SigningKey};
use insight_tests::{Answer, TestHost};

use crate::host;

/// Settings without suspension: guests of a debug build on a busy machine are slow.
const PATIENT: &str = "[load]\nsuspend-after = 0\n";

/// Starts an issuer that publishes its first key, and returns both.
pub(crate) fn issuer() -> (Issuer, SigningKey) {
    let key = SigningKey::number(1, "one");
    (Issuer::with(&[&key]), key)
}

/// Starts a host of the guest `rogue`, which is granted the caller's identity, and of the same guest as `snoop`.
fn host_with(settings: &str) -> TestHost {
    let granted = "[plugins.rogue.grants]\ncaller = true\n";
    host().guest("rogue").guest_as("rogue", "snoop").settings(&format!("{PATIENT}{granted}{settings}")).start()
}

/// Requests the echo of the guest `rogue`, with this token.
pub(crate) fn ask(host: &TestHost, token: &str) -> Answer {
    ask_at(host, "/api/providers/rogue/record-summary", "authorization", &format!("Bearer {token}"))
}

/// Requests the echo of a route, with this header.
fn ask_at(host: &TestHost, route: &str, header: &str, value: &str) -> Answer {
    host.get_with(&format!("{route}?recordType=account&recordId=echo"), &[(header, value)])
}

/// Returns the number of callers that were rejected for this reason.
fn refused(host: &TestHost, reason: &str) -> f64 {
    host.metric(&format!("insight_host_auth_refused_total{{reason=\"{reason}\"}}"))
}
