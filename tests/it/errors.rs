//! Errors of the host, the router and the extractors, each with the documented body.

use insight_tests::{Answer, TestHost};

use crate::host;

/// Starts a host of both samples.
fn samples() -> TestHost {
    host().sample("contoso-hub").sample("fabrikam-care").start()
}

/// Asserts a documented error.
pub(crate) fn assert_error(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let body = answer.json();
    assert_eq!(body["errorCode"], code, "{answer:?}");
    assert!(body["errorMessage"].as_str().is_some_and(|message| !message.is_empty()), "{answer:?}");
    assert_eq!(body["activityId"].as_str(), answer.header("x-ms-client-request-id"), "{answer:?}");
}

#[test]
fn what_is_not_there_is_not_found() {
    let host = samples();
    for target in [
        "/",
        "/api",
        "/api/record-summary/x",
        "/API/record-summary",
        "/api/providers/nobody/record-summary?recordType=account&recordId=1",
        "/api/providers/fabrikam-care/key-sales-info?recordType=account&recordId=1",
        "/api/providers/contoso-hub/chat/nothing",
        "/api/providers/nobody/chat/key-stakeholders",
    ] {
        assert_error(&host.get(target), 404, "NOT_FOUND");
    }
}

#[test]
fn a_method_that_a_route_has_not_is_refused_naming_those_it_has() {
    let host = samples();

    for (method, target, allow) in [
        ("POST", "/api/record-summary", "GET,HEAD"),
        ("DELETE", "/api/providers/contoso-hub/record-summary", "GET,HEAD"),
        ("GET", "/api/email-draft", "POST"),
        ("PUT", "/api/providers/contoso-hub/chat/key-stakeholders", "GET,HEAD,POST"),
        ("OPTIONS", "/healthz", "GET,HEAD"),
    ] {
        let answer = host.send(method, target, &[], "");

        assert_error(&answer, 405, "INVALID_REQUEST");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {target}");
    }
}

#[test]
fn the_activity_id_of_the_caller_is_echoed() {
    let host = samples();
    let visible: String = ('!'..='~').collect();

    for id in ["4b7f", &visible, &"x".repeat(128)] {
        let answer = host.get_with("/api/nothing", &[("x-ms-client-request-id", id)]);

        assert_error(&answer, 404, "NOT_FOUND");
        assert_eq!(answer.header("x-ms-client-request-id"), Some(id));
    }
}

#[test]
fn an_activity_id_that_is_none_is_replaced() {
    let host = samples();

    for id in ["", "two words", &"x".repeat(129), "caf\u{e9}"] {
        let answer = host.get_with("/api/nothing", &[("x-ms-client-request-id", id)]);

        assert_error(&answer, 404, "NOT_FOUND");
        assert_eq!(answer.header("x-ms-client-request-id").map(str::len), Some(36), "{id}");
    }
}

#[test]
fn a_body_that_is_not_plain_json_is_refused_by_its_type() {
    let host = samples();
    let body = r#"{"resourceType": "email-thread", "resourceData": {}}"#;

    for headers in [
        &[][..],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "application/json"), ("content-encoding", "gzip")],
    ] {
        assert_error(&host.send("POST", "/api/email-draft", headers, body), 415, "INVALID_REQUEST");
    }
    for json in ["application/json", "Application/JSON; charset=utf-8", "application/vnd.contoso+json"] {
        let answer = host.send("POST", "/api/email-draft", &[("content-type", json)], body);
        assert_eq!(answer.status, 200, "{json}: {answer:?}");
    }
}
