//! The legacy era: a handshake, and then requests without metadata of their own.

use serde_json::json;

use super::{legacy, samples};

#[test]
fn every_version_of_the_legacy_era_opens_calls_and_needs_no_session() {
    let host = samples();
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let params = json!({
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": { "name": "it", "version": "1" },
        });
        let opened = legacy(&host, &[], "initialize", &params);
        assert_eq!((opened.status, &opened.json()["id"]), (200, &json!("a-1")), "{opened:?}");
        let result = &opened.json()["result"];
        assert_eq!(result["protocolVersion"], version);
        assert_eq!(result["capabilities"], json!({ "tools": {} }));
        assert!(result["serverInfo"]["version"].is_string() && result["instructions"].is_string(), "{result}");
        assert_eq!(opened.header("mcp-session-id"), None);
        assert_eq!(opened.header("content-type"), Some("application/json"));

        let of_version = [("mcp-protocol-version", version), ("mcp-session-id", "whatever")];
        let body = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        let headers = [&of_version[..], &[("content-type", "application/json")]].concat();
        let told = host.send("POST", "/mcp", &headers, body);
        assert_eq!((told.status, told.body.as_str()), (202, ""), "{told:?}");

        assert_eq!(legacy(&host, &of_version, "ping", &json!({})).json()["result"], json!({}));
        let list = legacy(&host, &of_version, "tools/list", &json!({})).json();
        assert!(list["result"]["tools"].as_array().is_some_and(|tools| tools.len() > 5), "{list}");
        assert_eq!((list["result"].get("ttlMs"), list["result"].get("resultType")), (None, None));

        let params = json!({ "name": "contoso_hub_key_stakeholders", "arguments": { "accountName": "Fourth Coffee" } });
        let called = legacy(&host, &of_version, "tools/call", &params).json();
        assert_eq!(called["result"]["structuredContent"]["value"][0]["title"], "Fourth Coffee", "{called}");
        assert_eq!(called["result"]["isError"], false);
    }
}

#[test]
fn a_client_that_asks_for_an_unknown_version_is_offered_the_newest_of_its_era() {
    let host = samples();
    for version in [json!("1900-01-01"), json!("2026-07-28"), json!(null)] {
        let opened = legacy(&host, &[], "initialize", &json!({ "protocolVersion": version }));

        assert_eq!(opened.json()["result"]["protocolVersion"], "2025-11-25", "{version}");
    }
}

#[test]
fn a_request_without_a_version_is_served_and_one_of_an_unknown_version_is_not() {
    let host = samples();

    assert_eq!(legacy(&host, &[], "ping", &json!({})).status, 200);
    let refused = legacy(&host, &[("mcp-protocol-version", "1900-01-01")], "ping", &json!({}));
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (400, &json!(-32_022)));
}

#[test]
fn an_unknown_method_is_an_error_of_json_rpc_alone() {
    let host = samples();
    for method in ["resources/list", "prompts/get", "logging/setLevel", "server/discover", "subscriptions/listen"] {
        let answer = legacy(&host, &[("mcp-protocol-version", "2025-11-25")], method, &json!({}));

        assert_eq!((answer.status, &answer.json()["error"]["code"]), (200, &json!(-32_601)), "{method}");
        assert_eq!(answer.json()["id"], "a-1");
    }
}

#[test]
fn every_accept_header_gets_json() {
    let host = samples();
    for accept in ["", "*/*", "application/json", "text/event-stream, application/json", "text/event-stream"] {
        let headers: &[_] = if accept.is_empty() { &[] } else { &[("accept", accept)] };
        let answer = legacy(&host, headers, "ping", &json!({}));

        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{accept}");
    }
}
