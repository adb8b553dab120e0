//! Rows 3, 6 and 11: request heads that are too large, of another protocol, or not supported.

use std::net::TcpListener;

use insight_tests::{TestHost, wait_for};

use super::{HEALTH, assert_refused, harm, neighbours, said_at_the_end};
use crate::host;
use crate::hostile::memory_at_rest;

/// The connection preface of HTTP/2.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Asserts that the host answers this head with one of `statuses` and nothing else, and closes the connection.
fn assert_bare(host: &TestHost, head: &str, statuses: &[u16]) {
    let answer = said_at_the_end(host, head);

    let status = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    let shown = &head[..head.floor_char_boundary(60)];
    assert!(status.is_some_and(|status| statuses.contains(&status)), "{shown}: {answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{shown}: {answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{shown}: {answer}");
}

#[test]
fn row_3_a_head_that_is_too_large_is_refused_with_the_error_object_and_the_connection_is_closed() {
    let host = neighbours().start();
    let url = |kibibytes: usize| format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "x".repeat(kibibytes << 10));
    let header = |kibibytes: usize| {
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(kibibytes << 10))
    };
    let headers = |number: usize, length: usize| {
        let headers: String = (0..number).map(|number| format!("x-{number}: {}\r\n", "y".repeat(length))).collect();
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n")
    };

    for (head, status) in [
        (url(64), 414),
        (url(140), 414),
        (header(64), 431),
        (header(140), 431),
        (headers(101, 1), 431),
        (headers(500, 1), 431),
        (headers(90, 1 << 10), 431),
        (headers(1_000, 1 << 10), 431),
    ] {
        let answer = said_at_the_end(&host, &head);

        assert_refused(&answer, status);
        assert!(answer.contains("\r\nx-ms-client-request-id: ") && answer.contains("\"activityId\":"), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        let refused = format!("insight_host_http_requests_total{{operation=\"none\",status=\"{status}\"}}");
        assert!(host.metric(&refused) > 0.0, "{answer}");
    }
    assert_bare(&host, "nonsense\r\n\r\n", &[400]);
    assert_bare(&host, "GET /healthz HTTP/1.1\r\nhost it\r\n\r\n", &[400]);
}

#[test]
fn row_3_a_head_that_is_too_large_is_refused_behind_others_that_are_answered() {
    let host = neighbours().start();
    let large = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(80 << 10));

    let mut wire = host.wire();
    assert!(wire.send(HEALTH).read_answer().starts_with("HTTP/1.1 200 "));
    wire.send(large);

    assert_refused(&wire.read_to_end(), 431);
}

#[test]
fn row_3_a_head_of_too_many_fields_is_refused_after_the_answer_to_the_request_before_it() {
    let host = host().guest("rogue").start();
    let slow = "GET /api/providers/rogue/record-summary?recordType=account&recordId=slow:1000 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let fields: String = (0..101).map(|number| format!("x{number}: 1\r\n")).collect();
    let mut wire = host.wire();
    wire.send(slow);
    wait_for("the request", || (host.metric("insight_host_calls_admitted") > 0.0).then_some(()));

    wire.send(format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{fields}\r\n"));

    let answers = wire.read_to_end();
    let (first, second) = answers.split_once("HTTP/1.1 431 ").expect("the second is refused");
    assert!(first.starts_with("HTTP/1.1 200 ") && first.contains("slept well"), "{answers}");
    assert!(second.contains("errorCode"), "{answers}");
}

#[test]
fn row_3_a_head_just_below_the_bound_is_answered() {
    let host = neighbours().start();

    let answer = host.get_with("/healthz", &[("x", &"x".repeat(60 << 10))]);

    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn row_6_http_2_is_not_spoken_and_its_floods_cost_nothing() {
    let settings = b"\0\0\0\x04\0\0\0\0\0";
    // A request on stream 1, which is reset immediately.
    let reset = b"\0\0\x03\x01\x05\0\0\0\x01\x82\x86\x84\0\0\x04\x03\0\0\0\0\x01\0\0\0\x08";
    // A block of headers that does not end.
    let continuation = [b"\0\x40\0\x09\0\0\0\0\x01".as_slice(), &[0x40; 1 << 14]].concat();
    let no_window = b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0";
    let host = neighbours().start();

    for flood in [settings.as_slice(), reset, &continuation, no_window] {
        let before = memory_at_rest(&host);

        harm(&host, || host.wire().send(PREFACE).flood(flood));

        host.wait_for_memory(before);
    }
    assert_eq!(said_at_the_end(&host, PREFACE), "");
}

#[test]
fn row_6_a_caller_who_asks_for_http_2_by_upgrade_is_answered_without() {
    let host = neighbours().start();
    let upgrade = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n\
                   http2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n";

    let answer = harm(&host, || host.wire().send(upgrade).read_answer());

    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn row_11_methods_that_no_route_has_are_refused_naming_those_it_has() {
    let host = neighbours().start();

    for (method, target, allow) in [
        ("TRACE", "/api/email-draft", "POST"),
        ("TRACE", "/healthz", "GET,HEAD"),
        ("BREW", "/api/record-summary", "GET,HEAD"),
        ("get", "/healthz", "GET,HEAD"),
        (&"X".repeat(1 << 10), "/healthz", "GET,HEAD"),
    ] {
        let head = format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\nx-secret: not to be echoed\r\n\r\n");
        let answer = harm(&host, || host.wire().send(head).read_answer());

        assert_refused(&answer, 405);
        assert!(answer.to_lowercase().contains(&format!("\r\nallow: {}\r\n", allow.to_lowercase())), "{answer}");
        assert!(!answer.contains("not to be echoed"), "{answer}");
    }
}

#[test]
fn row_11_connect_is_refused_and_connects_to_nobody() {
    let host = neighbours().start();
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = elsewhere.local_addr().expect("it listens");

    let answer = said_at_the_end(&host, format!("CONNECT {address} HTTP/1.1\r\nhost: {address}\r\n\r\n{HEALTH}"));

    assert_refused(&answer, 405);
    assert!(answer.to_lowercase().contains("\r\nallow: get, post\r\n"), "{answer}");
    assert_nobody_knocked(&elsewhere);
}

#[test]
fn row_11_a_request_must_name_its_host_once() {
    let host = neighbours().start();

    for hosts in ["", "host: a\r\nhost: b\r\n", "host: localhost\r\nhost: localhost\r\n"] {
        let answer = said_at_the_end(&host, format!("GET /healthz HTTP/1.1\r\n{hosts}\r\n{HEALTH}"));

        assert_refused(&answer, 400);
    }
}

#[test]
fn row_11_an_absolute_target_is_routed_by_its_path_and_leads_nowhere_else() {
    let host = neighbours().start();
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = elsewhere.local_addr().expect("it listens");

    for (target, status) in [("/healthz", 200), ("/api/nothing", 404), ("", 404)] {
        let request = format!("GET http://{address}{target} HTTP/1.1\r\nhost: {address}\r\n\r\n");
        let answer = harm(&host, || host.wire().send(request).read_answer());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {answer}");
    }
    assert_nobody_knocked(&elsewhere);
}

fn assert_nobody_knocked(door: &TcpListener) {
    door.set_nonblocking(true).expect("a listener can be asked without waiting");
    assert!(door.accept().is_err(), "somebody knocked");
}
