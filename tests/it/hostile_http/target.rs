//! Rows 7 and 8: malformed and hostile queries and paths.

use super::{assert_refused, harm, neighbours, said_at_the_end};
use crate::errors::assert_error;
use crate::parameters::{RECORD, arrived, echoing};

#[test]
fn row_7_ten_thousand_parameters_are_ignored_or_refused() {
    let host = neighbours().start();
    let ask = |more: &str| {
        let head = format!("GET /api/providers/well/record-summary?{RECORD}{more} HTTP/1.1\r\nhost: localhost\r\n");
        said_at_the_end(&host, head + "connection: close\r\n\r\n")
    };
    let unknown = |number: usize| -> String { (0..number).map(|number| format!("&p{number}=")).collect() };

    let (some, many, same) = (ask(&unknown(7_000)), ask(&unknown(10_000)), ask(&"&a".repeat(10_000)));

    assert!(some.starts_with("HTTP/1.1 200 "), "{some}");
    assert!(many.starts_with("HTTP/1.1 414 ") || many.starts_with("HTTP/1.1 431 "), "{many}");
    assert!(same.starts_with("HTTP/1.1 200 "), "{same}");
    assert_refused(&ask(&"&top=1".repeat(9_000)), 400);
}

#[test]
fn row_7_parameters_that_do_not_decode_or_come_twice_are_refused_by_their_name() {
    let host = neighbours().start();

    for (query, name) in [
        ("recordType=account&recordId=1&recordId=1", "recordId"),
        ("recordType=account&recordId=1&RECORDID=2", "recordId"),
        ("recordType=account&recordId=42%00", "recordId"),
        ("recordType=acc%0aount&recordId=42", "recordType"),
        ("recordType=account&recordId=%", "recordId"),
        ("recordType=account&recordId=%4", "recordId"),
        ("recordType=account&recordId=%zz", "recordId"),
        ("recordType=account&recordId=%ff", "recordId"),
        ("recordType=account&recordId=%c0%af", "recordId"),
        ("recordType=account&recordId=%ed%a0%80", "recordId"),
        ("recordType=account&recordId=1&top=%ff", "top"),
    ] {
        let answer = harm(&host, || host.get(&format!("/api/record-summary?{query}")));

        assert_error(&answer, 400, "INVALID_REQUEST");
        let message = answer.json()["errorMessage"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains(&format!("`{name}`")), "{query}: {message}");
    }
}

#[test]
fn row_7_names_that_do_not_decode_are_none_of_ours() {
    let host = echoing();

    for unknown in ["%ff=1", "%=1", "%00=1&%00=2", "=&=&=", "&&&&", "?a=1", "%", "recordId%00=2"] {
        assert_eq!(arrived(&host, &format!("{RECORD}&{unknown}"), &[])["record-id"], "42", "{unknown}");
    }
}

#[test]
fn row_7_bytes_that_belong_in_no_url_are_answered_with_less_than_500() {
    let host = neighbours().start();

    for query in [b"\xff\xfe".as_slice(), b"\xc3\xa9", b"\"<>`{}|^\\", b"\x7f"] {
        let head = b"GET /api/record-summary?recordType=account&recordId=";
        let request = [head, query, b" HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"].concat();

        let answer = said_at_the_end(&host, request);

        let status: u16 = answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
        assert!((200..500).contains(&status), "{query:?}: {answer}");
    }
}

#[test]
fn row_8_paths_that_lead_out_of_the_folder_or_nowhere_are_not_found() {
    let host = neighbours().start();
    // A plugin outside of the folder, at the location that these paths would traverse to.
    std::fs::copy(host.plugin_file("well.wasm"), host.plugin_file("../outside.wasm")).expect("it can be copied");
    let long = "x".repeat(1_024);

    for target in [
        "/api/providers/..%2foutside/record-summary",
        "/api/providers/%2e%2e%2foutside/record-summary",
        "/api/providers/..%5coutside/record-summary",
        "/api/providers/%252e%252e%252foutside/record-summary",
        "/api/providers/..%2f..%2f..%2fetc%2fpasswd/record-summary",
        "/api/providers/%2fetc%2fpasswd/record-summary",
        "/api/providers/../record-summary",
        "/api/providers/../providers/well/record-summary",
        "/api/providers/./well/record-summary",
        "/api/providers//record-summary",
        "//elsewhere.example/api/record-summary",
        "/api/providers/well%00/record-summary",
        "/api/providers/%00/record-summary",
        "/api/providers/%ff/record-summary",
        "/api/providers/WELL/record-summary",
        "/api/providers/well.wasm/record-summary",
        "/api/providers/w%C3%A9ll/record-summary",
        "/api/providers/%EF%BD%97ell/record-summary",
        "/api/providers/%E2%80%AEwell/record-summary",
        "/api/providers/well%20/record-summary",
        "/api/providers/%20/record-summary",
        &format!("/api/providers/{long}/record-summary"),
        &format!("/api/providers/{}/record-summary", "%F0%9F%92%A3".repeat(256)),
        &format!("/api/providers/contoso-hub/chat/{long}"),
        "/api/providers/contoso-hub/chat/..%2f..%2fkey-stakeholders",
        "/api/providers/contoso-hub/chat/%ff",
    ] {
        // Sent as raw bytes, as clients normalise paths.
        let request = format!("GET {target}?{RECORD} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let answer = harm(&host, || host.wire().send(request).read_answer());
        assert!(answer.starts_with("HTTP/1.1 404 "), "{target}: {answer}");
        assert!(answer.contains("\"errorCode\":\"NOT_FOUND\""), "{target}: {answer}");
    }
}
