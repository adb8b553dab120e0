//! Servers that would keep the check busy, or use it: it ends, and goes nowhere else.

use std::time::Duration;

use insight_tests::Backend;
use insight_tests::foreign::{McpAnswered, McpAsked, McpServer, TOKEN, honest, protected};
use serde_json::json;

use super::{EXAMPLE, assert_breaks, judge_server, judge_with, plan};
use crate::UNDER_TEST;
use connector::conform::HeaderSecret;

#[test]
fn a_server_that_does_not_answer_is_asked_a_few_times_alone() {
    assert_breaks(&["answer-late", "check-ended"], |asked| {
        let after = if asked.rpc() == "tools/list" { Duration::from_secs(3_600) } else { Duration::ZERO };
        McpAnswered { after, ..honest(asked) }
    });
}

#[test]
fn a_list_without_end_is_read_to_a_bound() {
    let endless = |asked: &McpAsked| {
        let answered = honest(asked);
        let mut message = answered.message();
        if asked.rpc() == "tools/list" {
            let page =
                asked.message["params"]["cursor"].as_str().and_then(|page| page.parse::<u32>().ok()).unwrap_or(0);
            message["result"] = json!({ "tools": [], "nextCursor": (page + 1).to_string() });
            return McpAnswered { status: 200, body: message.to_string(), ..answered };
        }
        answered
    };

    let found = judge_server(endless);

    assert!(found.iter().any(|(rule, what)| rule == "list-endless" && what.contains("50 pages")), "{found:#?}");
}

#[test]
fn an_answer_without_end_is_read_to_a_bound() {
    let found = judge_server(|asked| match asked.rpc() {
        "tools/list" => McpAnswered { body: " ".repeat(9 << 20), ..honest(asked) },
        _ => honest(asked),
    });

    assert!(found.iter().any(|(rule, what)| rule == "answer-broken" && what.contains("8 MiB")), "{found:#?}");
}

#[test]
fn schemas_and_texts_of_a_hostile_server_are_checked_to_an_end_and_told_briefly() {
    let nested = format!("{}{}", "{\"items\":".repeat(100), "{}".to_owned() + &"}".repeat(100));
    let found = judge_server(move |asked| {
        let answered = honest(asked);
        let mut message = answered.message();
        if asked.rpc() == "tools/list" && message.get("result").is_some() {
            let schemas = [
                json!({ "$ref": "#" }),
                json!({ "allOf": [{ "$ref": "#" }] }),
                json!({ "$ref": "http://127.0.0.1:1/schema" }),
                json!({ "pattern": "(a+)+$", "type": "string" }),
                serde_json::from_str(&nested).unwrap_or_default(),
            ];
            let tools = schemas.iter().enumerate().map(|(number, schema)| {
                json!({
                    "name": format!("tool_{number}"),
                    "description": "\u{1b}[2J".repeat(1_000),
                    "inputSchema": { "type": "object", "properties": { "a": schema } },
                    "outputSchema": schema,
                    "annotations": { "readOnlyHint": true },
                })
            });
            message["result"]["tools"] = tools.collect();
            message["result"].as_object_mut().expect("an object").remove("nextCursor");
            return McpAnswered { body: message.to_string(), ..answered };
        }
        if asked.tool().starts_with("tool_") {
            let structured = json!({ "a": "a".repeat(50_000) + "!" });
            let text = structured.to_string();
            let content = json!([{ "type": "text", "text": text }]);
            return super::rpc_result(asked, &json!({ "content": content, "structuredContent": structured }));
        }
        answered
    });

    assert!(found.iter().any(|(rule, _)| rule == "text-invisible"), "{found:#?}");
    assert!(found.iter().all(|(_, what)| what.len() < 4_000), "nothing is long");
}

#[test]
fn schemas_that_take_for_ever_are_given_up() {
    let doubled = json!({
        "type": "object",
        "properties": { "a": { "allOf": [{ "$ref": "#" }, { "$ref": "#" }, { "$ref": "#" }] } },
    });
    let deep = (0..60).fold(json!({}), |inner, _| json!({ "a": inner }));
    let server = McpServer::that(move |asked| {
        let answered = honest(asked);
        let mut message = answered.message();
        if asked.rpc() == "tools/list" && message["result"]["tools"][0]["name"] == "find_deals" {
            message["result"]["tools"][0]["outputSchema"] = doubled.clone();
        } else if asked.tool() == "find_deals" && message["result"].get("structuredContent").is_some() {
            message["result"]["structuredContent"] = deep.clone();
            message["result"]["content"][0]["text"] = deep.to_string().into();
        }
        McpAnswered { body: if message.is_object() { message.to_string() } else { answered.body.clone() }, ..answered }
    });

    // In a process of its own, as the thread that is given up ends with it.
    let ran = UNDER_TEST.run(["conform", "--mcp", &server.url(), "--example", EXAMPLE]);

    assert!(ran.stdout.contains("warning   unchecked  find_deals"), "{ran:?}");
}

#[test]
fn neither_a_redirect_nor_foreign_metadata_is_followed() {
    let other = Backend::http();
    let elsewhere = format!("http://localhost:{}/ok", other.port());
    let metadata = elsewhere.clone();
    let token = || vec![HeaderSecret::token("TOKEN", Some(TOKEN.to_owned())).expect("it is a token")];
    let redirecting = McpServer::that(move |asked| match asked.rpc() {
        "tools/list" => McpAnswered::empty(302).with("location", &elsewhere),
        _ => honest(asked),
    });
    let leading = McpServer::that(move |asked| match protected(asked) {
        answered if answered.status == 401 => {
            answered.with("www-authenticate", &format!("Bearer resource_metadata=\"{metadata}\""))
        }
        answered => answered,
    });

    for server in [redirecting, leading] {
        let found = judge_with(&server.url(), &plan(EXAMPLE), token());

        assert!(!found.is_empty(), "both are faults");
    }
    assert_eq!(other.connections(), 0);
}
