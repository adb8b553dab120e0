//! Every error of the host itself, as the documented body: the router's and the extractors' too.

use insight_tests::{Answer, TestHost};
use serde_json::Value;

use crate::host;

/// The largest body, in bytes.
const BODY: usize = 8 << 20;

/// A host of both samples.
fn samples() -> TestHost {
    host().sample("contoso-hub").sample("fabrikam-care").start()
}

/// Asserts a documented error.
fn assert_error(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let body = answer.json();
    assert_eq!(body["errorCode"], code, "{answer:?}");
    assert!(body["errorMessage"].as_str().is_some_and(|message| !message.is_empty()), "{answer:?}");
    assert_eq!(body["activityId"].as_str(), answer.header("x-ms-client-request-id"), "{answer:?}");
}

/// The JSON at the end of an answer off the wire.
fn body_of(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {answer}"))
}

#[test]
fn what_is_not_there_is_not_found() {
    let host = samples();
    let nowhere = "x".repeat(1_024);

    for target in [
        "/",
        "/api",
        "/api/record-summary/",
        "/api//record-summary",
        "/API/record-summary",
        "/api/providers/nobody/record-summary?recordType=account&recordId=1",
        "/api/providers/%ff/record-summary",
        "/api/providers/..%2f..%2fetc%2fpasswd/record-summary",
        "/api/providers/contoso-hub.wasm/record-summary",
        "/api/providers/contoso%C3%A9/record-summary",
        &format!("/api/providers/{nowhere}/record-summary"),
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
        ("TRACE", "/api/email-draft", "POST"),
        ("PUT", "/api/providers/contoso-hub/chat/key-stakeholders", "GET,HEAD,POST"),
        ("OPTIONS", "/healthz", "GET,HEAD"),
    ] {
        let answer = host.send(method, target, &[], "");

        assert_error(&answer, 405, "INVALID_REQUEST");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {target}");
    }
    let answer = host.wire().send("BREW /healthz HTTP/1.1\r\nhost: it\r\n\r\n").read_answer();
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
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

#[test]
fn a_body_that_says_it_is_too_large_is_refused_before_it_comes() {
    let host = samples();
    let head = format!(
        "POST /api/email-draft HTTP/1.1\r\nhost: it\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        BODY + 1
    );

    let answer = host.wire().send(head).read_answer();

    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(body_of(&answer)["errorCode"], "INVALID_REQUEST");
}

#[test]
fn a_body_that_turns_out_to_be_too_large_is_refused() {
    let host = samples();
    let mut wire = host.wire();
    wire.send("POST /api/email-draft HTTP/1.1\r\nhost: it\r\ncontent-type: application/json\r\n");
    wire.send("transfer-encoding: chunked\r\nconnection: close\r\n\r\n");
    let mebibyte = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
    for _ in 0..=BODY >> 20 {
        wire.send(&mebibyte);
    }

    let answer = wire.read_answer();

    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(body_of(&answer)["errorCode"], "INVALID_REQUEST");
}

#[test]
fn the_largest_body_is_read() {
    let host = samples();
    let thread = r#"{"resourceType": "email-thread", "resourceData": {"from": "kenny@contoso.example"}}"#;

    let answer = host.post("/api/email-draft", &(thread.to_owned() + &" ".repeat(BODY - thread.len())));

    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn a_body_that_does_not_come_is_timed_out() {
    let host = samples();
    let head =
        "POST /api/email-draft HTTP/1.1\r\nhost: it\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    let begun = std::time::Instant::now();

    let answer = host.wire().send(head).read_answer();

    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_eq!(body_of(&answer)["errorCode"], "INVALID_REQUEST");
    let took = begun.elapsed().as_millis();
    assert!((1_900..4_000).contains(&took), "after {took} ms");
}

#[test]
fn a_request_must_name_its_host_once() {
    let host = samples();

    for headers in ["", "host: a\r\nhost: b\r\n"] {
        let answer = host.wire().send(format!("GET /healthz HTTP/1.1\r\n{headers}\r\n")).read_answer();

        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert_eq!(body_of(&answer)["errorCode"], "INVALID_REQUEST");
    }
}

#[test]
fn an_absolute_target_is_routed_by_its_path() {
    let host = samples();

    let answer = host.wire().send("GET http://elsewhere.example/healthz HTTP/1.1\r\nhost: it\r\n\r\n").read_answer();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");

    let answer = host.wire().send("CONNECT elsewhere.example:443 HTTP/1.1\r\nhost: it\r\n\r\n").read_answer();
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
}

#[test]
fn a_head_that_is_none_gets_a_bare_refusal_and_the_connection_is_closed() {
    let host = samples();
    let long = "x".repeat(140 << 10);
    let many: String = (0..500).map(|number| format!("x-{number}: 1\r\n")).collect();

    for (request, status) in [
        ("nonsense\r\n\r\n".to_owned(), "400"),
        ("GET /healthz HTTP/1.1\r\nhost it\r\n\r\n".to_owned(), "400"),
        (format!("GET /{long} HTTP/1.1\r\nhost: it\r\n\r\n"), "4"),
        (format!("GET /healthz HTTP/1.1\r\nhost: it\r\nx: {long}\r\n\r\n"), "431"),
        (format!("GET /healthz HTTP/1.1\r\nhost: it\r\n{many}\r\n"), "431"),
        ("POST /healthz HTTP/1.1\r\nhost: it\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab".to_owned(), "400"),
    ] {
        let answer = host.wire().send(&request).read_to_end();

        let shown = &request[..request.floor_char_boundary(60)];
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{shown}: {answer}");
    }
    assert_eq!(host.get("/healthz").status, 200);
}

#[test]
fn no_second_request_is_read_out_of_an_ambiguous_body() {
    let host = samples();
    let ambiguous = "POST /api/nothing HTTP/1.1\r\nhost: it\r\ncontent-length: 40\r\ntransfer-encoding: chunked\r\n\r\n\
                     0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: it\r\n\r\n";

    let answer = host.wire().send(ambiguous).read_to_end();

    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}
