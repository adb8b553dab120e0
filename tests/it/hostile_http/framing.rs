//! Row 5: request smuggling. Requests whose framing two servers might interpret differently.

use super::{HEALTH, POST, assert_refused, neighbours, said_at_the_end};

/// Asserts that the host answers once, and then closes the connection: no part of `request` is parsed as
/// a second request.
fn assert_one_answer(answer: &str, request: &str) {
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{request:?} is answered by {answer}");
    assert!(!answer.contains("\r\n\r\nok\n"), "{request:?} is answered by {answer}");
}

#[test]
fn row_5_lengths_and_encodings_that_contradict_each_other_are_refused() {
    let host = neighbours().start();

    for headers in [
        "content-length: 1\r\ncontent-length: 2\r\n",
        "content-length: 1, 1\r\n",
        "content-length: +1\r\n",
        "content-length: -1\r\n",
        "content-length: 0x1\r\n",
        "content-length: 1 1\r\n",
        "content-length:\r\n",
        "content-length: 99999999999999999999999\r\n",
        "transfer-encoding: gzip\r\n",
        "transfer-encoding: chunked, gzip\r\n",
        "transfer-encoding: gzip, chunked\r\n",
        "transfer-encoding: identity, chunked\r\n",
        "transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked, chunked\r\n",
        "transfer-encoding: \x0bchunked\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding : chunked\r\n",
        "content-length : 1\r\n",
        " content-length: 1\r\n",
    ] {
        let request = format!("{POST}{headers}\r\n0\r\n\r\n{HEALTH}");
        let answer = said_at_the_end(&host, &request);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{request:?} is answered by {answer}");
        assert_one_answer(&answer, &request);
    }
    let encoded = said_at_the_end(&host, format!("{POST}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"));
    assert_refused(&encoded, 400);
}

#[test]
fn row_5_chunks_that_are_none_are_refused() {
    let host = neighbours().start();

    for body in
        ["x\r\n\r\n", "1;\n1\r\n", "-1\r\n", "1\r\nab\r\n", "ffffffffffffffffff\r\n", "1\na\n0\n\n", "0x1\r\na\r\n"]
    {
        let request = format!("{POST}transfer-encoding: chunked\r\n\r\n{body}{HEALTH}");
        let answer = said_at_the_end(&host, &request);
        assert_refused(&answer, 400);
        assert_one_answer(&answer, &request);
    }
}

#[test]
fn row_5_what_is_taken_in_one_way_alone_is_answered_and_the_connection_closed() {
    let host = neighbours().start();
    let get = HEALTH.trim_end();

    for request in [
        "POST /api/nothing HTTP/1.1\r\nhost: localhost\r\ncontent-length: 40\r\n\
         transfer-encoding: chunked\r\n\r\n0\r\n\r\n"
            .to_owned(),
        "POST /api/nothing HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\
         content-length: 5\r\n\r\n0\r\n\r\n"
            .to_owned(),
        "POST /api/nothing HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
        format!("{get}\r\ncontent-length: 0\r\nContent-Length: 0\r\n\r\n"),
        format!("{get}\n\r\n"),
        format!("{get}\r\n\n"),
        format!("{get}\nx: y\r\n\r\n"),
        get.replace("\r\n", "\n") + "\n\n",
    ] {
        let answer = said_at_the_end(&host, format!("{request}{HEALTH}"));

        let status = if request.starts_with("GET") { "200" } else { "404" };
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?} is answered by {answer}");
        assert!(answer.to_lowercase().contains("\r\nconnection: close\r\n"), "{request:?} is answered by {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{request:?} is answered by {answer}");
    }
}

#[test]
fn row_5_what_is_clear_leaves_the_connection_open() {
    let host = neighbours().start();
    let good = r#"{"resourceType": "email-thread", "resourceData": {}}"#;
    let sized = format!("{POST}content-length: {}\r\n\r\n{good}", good.len());
    let chunked = format!("{POST}transfer-encoding: chunked\r\n\r\n{:x}\r\n{good}\r\n0\r\n\r\n", good.len());

    let mut wire = host.wire();
    for request in [HEALTH, &sized, &chunked, HEALTH, &chunked, &sized, &format!("\r\n{HEALTH}")] {
        let answer = wire.send(request).read_answer();

        assert!(answer.starts_with("HTTP/1.1 200 "), "{request:?} is answered by {answer}");
        assert!(!answer.to_lowercase().contains("connection: close"), "{request:?} is answered by {answer}");
    }
}
