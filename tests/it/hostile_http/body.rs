//! Rows 4, 9 and 10: bodies that are too large, malformed or compressed.

use insight_tests::TestHost;

use super::{POST, assert_refused, harm, neighbours};
use crate::errors::assert_error;
use crate::hostile::memory_at_rest;

/// The most bytes of a body.
const BODY: usize = 8 << 20;

/// A valid body.
const GOOD: &str = r#"{"resourceType": "email-thread", "resourceData": {"from": "kenny@contoso.example"}}"#;

/// Posts these bytes as JSON, and returns the raw answer.
fn post(host: &TestHost, body: &[u8]) -> String {
    let head = format!("{POST}content-length: {}\r\n\r\n", body.len());
    harm(host, || host.wire().send([head.as_bytes(), body].concat()).read_answer())
}

#[test]
fn row_4_a_body_that_says_it_is_too_large_is_refused_before_it_comes() {
    let host = neighbours().start();

    for length in [BODY as u64 + 1, 1 << 30, u64::MAX - 2] {
        let head = format!("{POST}content-length: {length}\r\n\r\n");

        let answer = harm(&host, || host.wire().send(head).read_answer());

        assert_refused(&answer, 413);
    }
}

#[test]
fn row_4_a_body_that_turns_out_to_be_too_large_is_refused_before_all_of_it_is_held() {
    let host = neighbours().start();
    let before = memory_at_rest(&host);
    let mebibyte = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();

    let mut wire = host.wire();
    wire.send(POST).send("transfer-encoding: chunked\r\n\r\n");
    let chunks = wire.flood(&mebibyte);

    // The limit, what a connection that lingers still reads, and what the kernel holds.
    assert!(chunks <= 8 + 32 + 16, "the host read {chunks} MiB");
    let held = host.memory().saturating_sub(before);
    assert!(held < 2 * BODY, "the host holds {} MiB", held >> 20);
    assert_refused(&wire.read_to_end(), 413);
    host.wait_for_memory(before);
}

#[test]
fn row_4_the_largest_body_is_read() {
    let host = neighbours().start();

    let answer = harm(&host, || host.post("/api/email-draft", &(GOOD.to_owned() + &" ".repeat(BODY - GOOD.len()))));

    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn row_4_bodies_without_end_from_many_callers_stay_within_what_all_calls_share() {
    let host = neighbours().settings("[runtime]\nmemory = \"32MiB\"").start();
    let before = memory_at_rest(&host);
    let almost_all = format!("{POST}content-length: {BODY}\r\n\r\n{}", " ".repeat(BODY - 1));

    let mut callers: Vec<_> = (0..16).map(|_| host.wire()).collect();
    std::thread::scope(|scope| {
        for caller in &mut callers {
            scope.spawn(|| caller.send(&almost_all));
        }
    });
    let answers: Vec<_> = callers.iter_mut().map(|caller| caller.read_to_end()).collect();

    let held = host.memory().saturating_sub(before);
    assert!(held < 96 << 20, "the host holds {} MiB", held >> 20);
    for answer in answers {
        assert!(answer.starts_with("HTTP/1.1 429 ") || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    host.wait_for_memory(before);
    crate::hostile::assert_well(&host);
}

#[test]
fn row_9_a_body_that_is_no_json_is_refused() {
    let host = neighbours().start();
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let with = |more: &str| GOOD.replacen('{', &format!("{{{more}, "), 1);
    let utf_16: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();

    for body in [
        deep("[", "]"),
        deep("{\"a\":", "}"),
        deep("[", ""),
        with(&format!("\"unknown\": {}", deep("[", "]"))),
        with("\"top\": 1e999"),
        with("\"unknown\": 1e999"),
        with("\"resourceType\": \"email-thread\""),
        with("\"RESOURCETYPE\": \"email-thread\""),
        GOOD.replace("}}", "},}"),
        GOOD.replace("}}", ",}}"),
        GOOD.replace("}}", "}} {}"),
        GOOD.replace('"', "'"),
        with("\"unknown\": NaN"),
        with("\"unknown\": \"\u{1}\""),
        "/* a comment */".to_owned() + GOOD,
        "\0".repeat(1_000),
    ] {
        let shown = &body[..body.floor_char_boundary(120)];
        let answer = post(&host, body.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 400 "), "{shown}: {answer}");
        assert_refused(&answer, 400);
    }
    for body in [utf_16.as_slice(), &[b"\xff\xfe", utf_16.as_slice()].concat(), b"{\"resourceType\": \"\xff\"}"] {
        assert_refused(&post(&host, body), 400);
    }
    assert!(post(&host, GOOD.as_bytes()).starts_with("HTTP/1.1 200 "), "what was spoiled is good");
}

#[test]
fn row_10_a_packed_body_is_refused_and_never_unpacked() {
    /// The beginning of a `gzip` stream whose one block expands to the same byte again and again.
    const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xec\xc1\x01\x01\0\0\0\x80\x90\xfe\xaf\xee\x08\x0a\0\0\0\0\0\0\0";
    let host = neighbours().start();
    let bomb = GZIP.repeat(10_000);

    for encoding in ["gzip", "deflate", "br", "identity, gzip", "GZIP"] {
        let head = format!("{POST}content-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n", bomb.len());
        let answer = harm(&host, || host.wire().send([head.as_bytes(), &bomb].concat()).read_answer());
        assert_refused(&answer, 415);
    }
    assert_refused(&post(&host, &bomb), 400);
    let packed = [("content-type", "application/gzip")];
    assert_error(&host.send("POST", "/api/email-draft", &packed, "packed"), 415, "INVALID_REQUEST");
}
