//! Refusals that come before a caller has sent everything: the caller can read them when it has.

use std::io::{Read, Write};
use std::net::TcpStream;

use insight_tests::TestHost;

use super::{POST, assert_refused, neighbours};

/// Sends a whole request before it reads, as many clients do, and returns the answer. Neither may fail.
fn send_then_read(host: &TestHost, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(host.address()).expect("the host listens");
    stream.write_all(request).expect("the host takes the whole request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the connection is closed, and not reset");
    answer
}

#[test]
fn a_refusal_can_be_read_once_the_whole_request_is_sent() {
    let host = neighbours().start();
    let body = vec![b' '; 20 << 20];
    let post = |head: &str| [head.as_bytes(), &body].concat();
    let long = "x".repeat(4 << 20);

    for (request, status) in [
        (post(&format!("{POST}content-length: {}\r\n\r\n", body.len())), 413),
        (post(&format!("{POST}transfer-encoding: chunked\r\n\r\n{:x}\r\n", body.len())), 413),
        (
            post(&format!(
                "POST /api/email-draft HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n",
                body.len()
            )),
            415,
        ),
        (format!("GET /{long} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes(), 414),
        (format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {long}\r\n\r\n").into_bytes(), 431),
    ] {
        assert_refused(&send_then_read(&host, &request), status);
    }
}

#[test]
fn a_caller_without_credentials_reads_that_it_is_refused() {
    let (_, settings) = crate::auth::new_key(&["--name", "one"]);
    let host = neighbours().settings(&settings).start();
    let body = vec![b' '; 4 << 20];

    let head = format!("{POST}content-length: {}\r\n\r\n", body.len());

    let answer = send_then_read(&host, &[head.as_bytes(), &body].concat());
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("INVALID_TOKEN_SPECIFIED"), "{answer}");
}

#[test]
fn a_connection_does_not_linger_for_ever() {
    let host = neighbours().start();
    let mut wire = host.wire();
    wire.send(POST).send("content-length: 1000000000\r\n\r\n");
    assert_refused(&wire.read_to_end(), 413);

    // The caller sends without end, and never closes its side.
    wire.flood(&[b' '; 1 << 16]);
}
