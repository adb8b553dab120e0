//! Messages that no honest client sends.

use serde_json::{Value, json};

use super::{MODERN, legacy, modern, modern_headers};
use crate::{QUICK, host};

#[test]
fn row_17_what_is_no_message_is_refused_and_the_host_goes_on() {
    let host = host().guest("well").settings(QUICK).start();
    let deep = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{}", "{\"a\":".repeat(200_000));
    let wide =
        format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{{\"a\":[{}1]}}}}", "1,".repeat(50_000));
    let long_id = format!("{{\"jsonrpc\":\"2.0\",\"id\":\"{}\",\"method\":\"ping\"}}", "x".repeat(1 << 20));
    let many: String = (0..100).map(|_| r#"{"jsonrpc":"2.0","id":1,"method":"ping"},"#).collect();
    let batch = format!("[{}]", many.trim_end_matches(','));
    for (body, code) in [
        ("{", -32_700),
        ("\u{0}", -32_700),
        ("null", -32_600),
        ("\"ping\"", -32_600),
        (deep.as_str(), -32_700),
        (wide.as_str(), -32_700),
        (batch.as_str(), -32_600),
        ("[]", -32_600),
        (long_id.as_str(), -32_600),
        (r#"{"jsonrpc":"2.0","id":1e308,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"name"}"#, -32_602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[{"name":"record_summary"}]}"#, -32_602),
    ] {
        let answer = host.post("/mcp", body);

        let shown: String = body.chars().take(60).collect();
        assert_eq!(answer.status, 400, "{shown}");
        assert_eq!(answer.json()["error"]["code"], code, "{shown}: {}", answer.body);
        assert!(answer.body.len() < 1_000, "an error is short");
    }
    assert_eq!(legacy(&host, &[], "ping", &json!({})).status, 200);
}

#[test]
fn wrong_types_in_a_call_are_errors_of_the_protocol() {
    let host = host().guest("well").settings(QUICK).start();
    for (params, status) in [
        (json!({ "name": 7 }), 400),
        (json!({}), 400),
        (json!({ "name": "record_summary", "arguments": [] }), 200),
        (json!({ "name": "record_summary", "arguments": "{}" }), 200),
        (json!({ "name": "x".repeat(100_000) }), 200),
    ] {
        let answer = legacy(&host, &[], "tools/call", &params);

        assert_eq!((answer.status, &answer.json()["error"]["code"]), (status, &json!(-32_602)), "{answer:?}");
    }
    for cursor in [json!("x"), json!(1), json!("-1"), json!("99999999999999999999999999")] {
        let answer = modern(&host, "tools/list", &json!({ "cursor": cursor }));
        assert_eq!(answer.json()["error"]["code"], -32_602, "{cursor}");
    }
    let beyond = modern(&host, "tools/list", &json!({ "cursor": "18446744073709551615" }));
    assert_eq!(beyond.json()["result"]["tools"], json!([]));
}

#[test]
fn odd_metadata_is_no_harm() {
    let host = host().guest("well").settings(QUICK).start();
    for meta in [
        json!({ "openai/locale": ["de"], "traceparent": {}, "progressToken": {} }),
        json!({ "openai/locale": "x".repeat(10_000), "traceparent": "00-0-0-00" }),
        json!({ "openai/locale": "de\r\nx: y", "openai/userLocation": null }),
    ] {
        let params = json!({
            "name": "record_summary",
            "arguments": { "recordType": "a", "recordId": "1" },
            "_meta": meta,
        });
        assert_eq!(modern(&host, "tools/call", &params).json()["result"]["isError"], false, "{meta}");
    }
    // In the legacy era, metadata need not be an object.
    let odd = json!({ "name": "record_summary", "arguments": { "recordType": "a", "recordId": "1" }, "_meta": [1] });
    assert_eq!(legacy(&host, &[], "tools/call", &odd).json()["result"]["isError"], false);
}

#[test]
fn a_body_that_is_too_large_slow_or_no_json_is_refused_by_http() {
    let host = host().guest("well").settings("[http]\nbody-time = \"200ms\"").start();
    let headers = modern_headers("tools/list", &Value::Null);

    let mut wire = host.wire();
    wire.send("POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{");
    let slow = wire.read_answer();
    assert!(slow.starts_with("HTTP/1.1 408 ") && slow.contains("\"jsonrpc\":\"2.0\""), "{slow}");

    let mut wire = host.wire();
    wire.send(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n",
    );
    let large = wire.read_to_end();
    assert!(large.starts_with("HTTP/1.1 413 ") && large.contains("\"jsonrpc\":\"2.0\""), "{large}");

    let other = headers.iter().map(|(name, value)| match *name {
        "content-type" => (*name, "text/plain"),
        _ => (*name, *value),
    });
    let other: Vec<_> = other.collect();
    assert_eq!(host.send("POST", "/mcp", &other, "{}").status, 415);
}

#[test]
fn a_notification_of_any_kind_is_accepted_and_does_nothing() {
    let host = host().guest("well").settings(QUICK).start();
    for body in [
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
        concat!(
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"record_summary","#,
            r#""arguments":{"recordType":"a","recordId":"1"}}}"#
        ),
        r#"{"jsonrpc":"2.0","method":"no/such"}"#,
    ] {
        let answer =
            host.send("POST", "/mcp", &[("content-type", "application/json"), ("mcp-protocol-version", MODERN)], body);

        assert_eq!((answer.status, answer.body.as_str()), (202, ""), "{body}");
    }
    let answered = "insight_host_http_tool_calls_total{door=\"mcp\",capability=\"record-summary\",result=\"answered\"}";
    assert_eq!(host.metric(answered), 0.0);
}

#[test]
fn a_refusal_says_whether_the_connection_stays() {
    let host = host().guest("well").settings(QUICK).start();
    for (path, body, closes) in [
        ("/mcp/nobody", "{}", false),
        ("/mcp/nobody", "{", true),
        ("/api/agent/no_such", "{}", false),
        ("/api/agent/no_such", "{", true),
        ("/api/providers/nobody/agent/record_summary", "{}", false),
        ("/api/providers/nobody/agent/record_summary", "{", true),
        ("/no/such/route", "{}", false),
        ("/no/such/route", "{", true),
    ] {
        let mut wire = host.wire();
        wire.send(format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: 2\r\n\r\n{body}"
        ));

        let answer = wire.read_answer();

        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        assert_eq!(answer.to_lowercase().contains("connection: close"), closes, "{path} {body}: {answer}");
    }
}
