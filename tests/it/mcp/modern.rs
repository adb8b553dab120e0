//! The modern era: every request carries its version and is served for itself.

use serde_json::{Value, json};

use super::{MODERN, modern, modern_body, modern_headers, samples};

#[test]
fn the_server_tells_what_it_can_do_without_a_handshake() {
    let host = samples();

    let answer = modern(&host, "server/discover", &json!({}));

    assert_eq!(answer.status, 200, "{answer:?}");
    let result = &answer.json()["result"];
    assert_eq!(result["supportedVersions"][0], MODERN);
    assert!(result["supportedVersions"].as_array().is_some_and(|versions| versions.contains(&json!("2025-11-25"))));
    assert_eq!(result["capabilities"], json!({ "tools": { "listChanged": true } }));
    assert_eq!((&result["resultType"], &result["cacheScope"]), (&json!("complete"), &json!("private")));
    assert_eq!(result["ttlMs"], 60_000);
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "insight-host");
}

#[test]
fn a_list_says_how_long_and_for_whom_it_holds() {
    let host = samples();

    let (one, other) = (modern(&host, "tools/list", &json!({})), modern(&host, "tools/list", &json!({})));

    assert_eq!(one.body, other.body, "the order is always the same");
    let result = &one.json()["result"];
    assert_eq!((&result["ttlMs"], &result["cacheScope"]), (&json!(60_000), &json!("private")));
    assert_eq!((&result["resultType"], result.get("nextCursor")), (&json!("complete"), None));
}

#[test]
fn headers_must_say_what_the_body_says() {
    let host = samples();
    let params = json!({ "name": "record_summary", "arguments": {} });
    let good = modern_headers("tools/call", &params);
    let without = |name: &str| good.iter().copied().filter(|(header, _)| *header != name).collect::<Vec<_>>();
    let with = |name, value| [without(name), vec![(name, value)]].concat();
    let status = |headers: &[(&str, &str)]| {
        let answer = host.send("POST", "/mcp", headers, &modern_body(&json!("x"), "tools/call", &params));
        assert_eq!(answer.json()["id"], "x", "{answer:?}");
        (answer.status, answer.json()["error"]["code"].as_i64())
    };

    assert_eq!(status(&good), (200, None));
    assert_eq!(status(&with("mcp-name", "  =?base64?cmVjb3JkX3N1bW1hcnk=?= ")), (200, None));
    for headers in [
        without("mcp-protocol-version"),
        without("mcp-method"),
        without("mcp-name"),
        with("mcp-protocol-version", "2025-11-25"),
        with("mcp-method", "tools/list"),
        with("mcp-method", "Tools/Call"),
        with("mcp-name", "record_details"),
        with("mcp-name", "=?base64?!?="),
        [good.clone(), vec![("mcp-name", "record_summary")]].concat(),
    ] {
        assert_eq!(status(&headers), (400, Some(-32_020)), "{headers:?}");
    }
}

#[test]
fn a_version_that_is_not_served_is_answered_with_those_that_are() {
    let host = samples();
    let mut headers = modern_headers("server/discover", &Value::Null);
    headers.retain(|(name, _)| *name != "mcp-protocol-version");
    headers.push(("mcp-protocol-version", "2099-01-01"));
    let body = modern_body(&json!(1), "server/discover", &json!({})).replace(MODERN, "2099-01-01");

    let answer = host.send("POST", "/mcp", &headers, &body);

    assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!(-32_022)));
    let data = &answer.json()["error"]["data"];
    assert_eq!((&data["requested"], &data["supported"][0]), (&json!("2099-01-01"), &json!(MODERN)));
}

#[test]
fn metadata_that_is_missing_is_named() {
    let host = samples();
    let headers = modern_headers("server/discover", &Value::Null);
    for (meta, missing) in [
        (json!(null), "protocol version"),
        (json!({ "io.modelcontextprotocol/clientCapabilities": {} }), "protocol version"),
        (json!({ "io.modelcontextprotocol/protocolVersion": MODERN }), "capabilities"),
        (json!([1]), "protocol version"),
    ] {
        let body =
            json!({ "jsonrpc": "2.0", "id": 7, "method": "server/discover", "params": { "_meta": meta } }).to_string();
        let answer = host.send("POST", "/mcp", &headers, &body);

        let error = &answer.json()["error"];
        assert_eq!((answer.status, &error["code"], &answer.json()["id"]), (400, &json!(-32_602), &json!(7)));
        assert!(error["message"].as_str().is_some_and(|message| message.contains(missing)), "{error}");
    }
}

#[test]
fn methods_that_are_gone_or_never_were_are_not_found() {
    let host = samples();
    for method in ["initialize", "ping", "logging/setLevel", "resources/list", "no/such"] {
        let answer = modern(&host, method, &json!({}));

        assert_eq!((answer.status, &answer.json()["error"]["code"]), (404, &json!(-32_601)), "{method}");
        assert_eq!(answer.json()["id"], 1);
    }
}

#[test]
fn only_post_is_served_and_a_session_id_is_ignored() {
    let host = samples();
    for method in ["GET", "DELETE", "PUT"] {
        let answer = host.send(method, "/mcp", &[], "");

        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method}");
        assert_eq!(answer.json()["error"]["data"]["errorCode"], "INVALID_REQUEST");
    }
    let answer =
        super::modern_at(&host, "/mcp", &[("mcp-session-id", "1"), ("last-event-id", "7")], "tools/list", &json!({}));
    assert_eq!((answer.status, answer.header("mcp-session-id")), (200, None));
}

#[test]
fn a_setting_turns_the_protocol_off_and_leaves_the_other_door_open() {
    let host = crate::host().sample("contoso-hub").settings("[http]\nmcp = false").start();

    assert_eq!(host.get("/.well-known/oauth-protected-resource").status, 404);
    assert_eq!(host.get("/api/agent/contoso_hub_key_stakeholders?accountName=Fourth%20Coffee").status, 200);
    let answer = modern(&host, "tools/list", &json!({}));
    assert_eq!((answer.status, &answer.json()["errorCode"]), (404, &json!("NOT_FOUND")));
}
