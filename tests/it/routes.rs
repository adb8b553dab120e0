//! Every route, answered by all providers merged and by one alone, with the sample plugins.

mod chat;
mod email;
mod merged;
mod records;

use insight_tests::{Answer, TestHost};
use serde_json::{Value, json};

use crate::host;

/// The account Fourth Coffee, which both samples know.
const FOURTH_COFFEE: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02";

/// An opportunity at Fourth Coffee.
const CAFE_A100: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01";

/// Starts a host of both samples.
fn samples() -> TestHost {
    host().sample("contoso-hub").sample("fabrikam-care").start()
}

/// Asserts an answer of 200 with this JSON and with the headers that every answer has.
fn assert_answered(answer: &Answer, expected: &Value) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json(), *expected);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("content-language"), Some("en"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("insight-host-partial"), None);
}

#[test]
fn health_and_readiness_say_no_more_than_that() {
    let host = samples();

    for route in ["/healthz", "/readyz"] {
        let answer = host.get(route);

        assert_eq!((answer.status, &*answer.body), (200, "ok\n"), "{route}");
    }
}

#[test]
fn a_host_without_plugins_is_ready_and_answers_nothing() {
    let host = host().start();

    assert_eq!(host.get("/readyz").status, 200);
    let answer = host.ask_all("42");
    assert_eq!((answer.status, &answer.json()["errorCode"]), (404, &json!("NOT_FOUND")));
}
