//! API keys, for callers without tokens.

use insight_tests::wait_for;

use super::{ask_at, host_with, refused};
use crate::UNDER_TEST;
use crate::errors::assert_error;

const ROGUE: &str = "/api/providers/rogue/record-summary";
const SNOOP: &str = "/api/providers/snoop/record-summary";

/// Creates a key, and the settings that accept it.
pub(crate) fn new_key(arguments: &[&str]) -> (String, String) {
    UNDER_TEST.new_key(arguments)
}

#[test]
fn what_new_key_prints_lets_its_owner_in_and_nobody_else() {
    let (key, settings) = new_key(&["--name", "reporting"]);
    let (other, _) = new_key(&[]);
    let host = host_with(&settings);

    assert!(settings.starts_with("[auth.api-keys.reporting]\n") && !settings.contains(&key[4..]), "{settings}");
    assert_eq!(ask_at(&host, ROGUE, "x-api-key", &key).status, 200);
    for (header, value) in [
        ("x-api-key", other.as_str()),
        ("x-api-key", &key[1..]),
        ("x-api-key", ""),
        ("authorization", &format!("Bearer {key}")),
        ("authorization", "Basic YTpi"),
    ] {
        assert_error(&ask_at(&host, ROGUE, header, value), 401, "INVALID_TOKEN_SPECIFIED");
    }
    assert_error(&host.ask("rogue", "echo"), 401, "INVALID_TOKEN_SPECIFIED");
    assert_eq!(refused(&host, "unknown-api-key"), 3.0);
    assert!(!host.log().contains(&key[4..]));
}

#[test]
fn what_a_plugin_keeps_in_a_call_by_one_key_is_not_there_by_another() {
    let (one, of_one) = new_key(&["--name", "one"]);
    let (two, of_two) = new_key(&["--name", "two"]);
    // The first lines continue the table of the guest's grants.
    let host = host_with(&format!("key-value = \"per-tenant\"\n{of_one}{of_two}[key-value]\ntime = \"2s\"\n"));
    let said = |key: &str, behaviour: &str| {
        let target = format!("{ROGUE}?recordType=account&recordId={behaviour}");
        host.get_with(&target, &[("x-api-key", key)]).said()
    };

    assert_eq!(said(&one, "keep:a=1"), "done");

    assert_eq!((said(&one, "kept:a"), said(&two, "kept:a")), ("kept 1".to_owned(), "kept nothing".to_owned()));
}

#[test]
fn keys_may_be_several_and_limited_to_providers() {
    let (one, of_one) = new_key(&["--name", "one", "--providers", "rogue"]);
    let (two, of_two) = new_key(&["--name", "two"]);
    let host = host_with(&(of_one + &of_two));
    let ask = |key: &str, route: &str| ask_at(&host, route, "x-api-key", key).status;

    assert_eq!((ask(&one, ROGUE), ask(&one, SNOOP)), (200, 403));
    assert_eq!((ask(&two, ROGUE), ask(&two, SNOOP)), (200, 200));
}

#[test]
fn two_proofs_at_once_prove_nothing() {
    let (key, settings) = new_key(&[]);
    let host = host_with(&settings);

    let target = format!("{ROGUE}?recordType=account&recordId=echo");
    let both = host.get_with(&target, &[("x-api-key", &key), ("authorization", "Bearer a.b.c")]);

    assert_error(&both, 401, "INVALID_TOKEN_SPECIFIED");
    assert_eq!(refused(&host, "ambiguous"), 1.0);
}

#[test]
fn rates_are_those_of_the_key_and_not_of_the_address() {
    let (one, of_one) = new_key(&["--name", "one"]);
    let (two, of_two) = new_key(&["--name", "two"]);
    let host = super::host()
        .guest("rogue")
        .settings(&format!("[load]\ncaller-rate = {{ per-second = 1, burst = 2 }}\n{of_one}{of_two}"))
        .start();
    let ask = |key: &str| ask_at(&host, ROGUE, "x-api-key", key).status;

    wait_for("the first to be refused", || (ask(&one) == 429).then_some(()));

    assert_eq!(ask(&two), 200);
}
