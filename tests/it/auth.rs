//! Who may call: tokens of an issuer like Entra ID, keys of other callers, and what each of them may ask.

mod api_keys;
mod providers;
mod signing_keys;
mod start;
mod tokens;

pub(crate) use self::api_keys::new_key;
use insight_tests::issuer::{Issuer, SigningKey};
use insight_tests::{Answer, TestHost};

use crate::host;

/// Has a host answer in its own time: guests of a debug build on a busy machine are slow.
const PATIENT: &str = "[load]\nsuspend-after = 0\n";

/// An issuer that publishes its first key, and that key.
fn issuer() -> (Issuer, SigningKey) {
    let key = SigningKey::number(1, "one");
    (Issuer::with(&[&key]), key)
}

/// A host of the guest `rogue`, which is granted to know who asks, and of it again as `snoop`.
fn host_with(settings: &str) -> TestHost {
    let granted = "[plugins.rogue.grants]\ncaller = true\n";
    host().guest("rogue").guest_as("rogue", "snoop").settings(&format!("{PATIENT}{granted}{settings}")).start()
}

/// Asks the guest `rogue` for its echo, with this token.
fn ask(host: &TestHost, token: &str) -> Answer {
    ask_at(host, "/api/providers/rogue/record-summary", "authorization", &format!("Bearer {token}"))
}

/// Asks a route for the echo of who answers it, with this header.
fn ask_at(host: &TestHost, route: &str, header: &str, value: &str) -> Answer {
    host.get_with(&format!("{route}?recordType=account&recordId=echo"), &[(header, value)])
}

/// How often callers were refused for this reason.
fn refused(host: &TestHost, reason: &str) -> f64 {
    host.metric(&format!("insight_host_auth_refused_total{{reason=\"{reason}\"}}"))
}
