//! Faults of the protocol: envelopes, ids, headers, errors and streams.

use std::time::Duration;

use insight_tests::foreign::{McpAnswered, McpAsked, McpServer, honest};
use serde_json::json;

use super::{
    EXAMPLE, answering, assert_breaks, assert_rules, is_modern, judge_server, judge_with, plan, rpc_error, rpc_result,
    serving, with_message,
};

#[test]
fn envelopes_and_ids_that_are_not_of_json_rpc_are_found() {
    assert_breaks(&["rpc-envelope"], with_message(|_, message| message["jsonrpc"] = json!(2.0)));
    assert_breaks(
        &["rpc-envelope"],
        with_message(|asked, message| {
            if asked.rpc() == "tools/call" && message.get("result").is_some() {
                message["error"] = json!({ "code": 0, "message": "" });
            }
        }),
    );
    assert_breaks(
        &["rpc-id"],
        with_message(|_, message| {
            if let Some(id) = message["id"].as_u64() {
                message["id"] = json!(id.to_string());
            }
        }),
    );
    assert_breaks(
        &["rpc-id"],
        with_message(|_, message| {
            if let Some(id) = message["id"].as_str().and_then(|id| id.parse::<u64>().ok()) {
                message["id"] = json!(id);
            }
        }),
    );
}

#[test]
fn answers_of_another_type_are_found() {
    assert_breaks(&["rpc-content-type"], |asked| {
        let answered = honest(asked);
        if answered.status == 200 { answered.with("content-type", "text/html") } else { answered }
    });
    let cut = |asked: &_| {
        let answered = honest(asked);
        let is_call = asked.rpc() == "tools/call" && asked.tool() == "list_regions";
        if is_call { McpAnswered::empty(200).with("content-type", "text/event-stream") } else { answered }
    };
    assert_breaks(&["rpc-envelope"], cut);
}

#[test]
fn notifications_that_are_answered_are_found() {
    let is_notice = |asked: &McpAsked| asked.rpc().starts_with("notifications/");

    assert_breaks(&["notification-answer"], answering(is_notice, McpAnswered::empty(200)));
    let body = json!({ "jsonrpc": "2.0", "id": null, "result": {} });
    assert_breaks(&["notification-answer"], answering(is_notice, McpAnswered::json(202, &body)));
}

#[test]
fn what_is_wrong_and_served_all_the_same_is_found() {
    let is_cut = |asked: &McpAsked| asked.body.ends_with(b"\"method\":");
    assert_breaks(&["message-unchecked"], answering(is_cut, McpAnswered::empty(500)));
    assert_breaks(&["method-unchecked"], |asked| match asked.rpc() {
        "conform/no-such-method" => rpc_result(asked, &json!({})),
        _ => honest(asked),
    });
    assert_breaks(&["tool-unchecked"], |asked| match asked.tool() {
        "conform_no_such_tool" if asked.header("mcp-name") == asked.tool() || !is_modern(asked) => {
            rpc_result(asked, &json!({ "content": [] }))
        }
        _ => honest(asked),
    });
    assert_breaks(&["ping-failed"], |asked| match asked.rpc() {
        "ping" => rpc_error(asked, -32_601),
        _ => honest(asked),
    });
    assert_breaks(
        &["version-unchecked"],
        serving(|asked| asked.version() == "1900-01-01", |asked| drop(asked.headers.remove("mcp-protocol-version"))),
    );
}

#[test]
fn headers_that_are_not_compared_or_not_read_are_found() {
    let deaf = |asked: &mut McpAsked| {
        let name = asked.tool().parse().expect("it is a value");
        let method = asked.rpc().parse().expect("it is a value");
        asked.headers.insert("mcp-name", name);
        asked.headers.insert("mcp-method", method);
    };
    assert_breaks(&["header-unchecked"], serving(is_modern, deaf));
    assert_breaks(&["header-refused"], |asked| match asked.header("mcp-name").starts_with("=?base64?") {
        true => McpAnswered { status: 400, ..rpc_error(asked, -32_020) },
        false => honest(asked),
    });
    let has = |header: &'static str, part: &'static str| move |asked: &McpAsked| asked.header(header).contains(part);
    assert_breaks(&["header-refused"], answering(has("content-type", ";"), McpAnswered::empty(415)));
    assert_breaks(&["accept-refused"], answering(has("accept", ";q="), McpAnswered::empty(406)));
    assert_breaks(&["accept-narrow"], answering(|asked| asked.header("accept") == "*/*", McpAnswered::empty(406)));
    assert_breaks(
        &["body-type-unchecked"],
        serving(
            |asked| asked.header("content-type") == "text/plain",
            |asked| drop(asked.headers.insert("content-type", "application/json".parse().expect("it is a value"))),
        ),
    );
}

#[test]
fn codes_that_are_not_the_protocols_are_warned_of() {
    assert_breaks(
        &["rpc-error-code"],
        with_message(|_, message| {
            if message["error"]["code"] == -32_601 {
                message["error"]["code"] = json!(-32_603);
            }
        }),
    );
    assert_breaks(&["rpc-error-code"], |asked| match asked.tool() {
        "conform_no_such_tool" if asked.header("mcp-name") == asked.tool() || !is_modern(asked) => {
            rpc_result(asked, &json!({ "content": [{ "type": "text", "text": "unknown" }], "isError": true }))
        }
        _ => honest(asked),
    });
}

#[test]
fn batches_that_are_refused_or_answered_in_part_are_found() {
    let is_batch = |asked: &McpAsked| asked.message.is_array();

    assert_breaks(&["batch-refused"], answering(is_batch, McpAnswered::empty(400)));
    let part = json!([{ "jsonrpc": "2.0", "id": "batch-1", "result": {} }]);
    assert_breaks(&["batch-answer"], answering(is_batch, McpAnswered::json(200, &part)));
}

#[test]
fn a_get_that_is_no_stream_or_floods_is_found() {
    let is_get = |asked: &McpAsked| asked.method == "GET";

    assert_breaks(&["get-answer"], answering(is_get, McpAnswered::empty(404)));
    assert_breaks(&["get-answer"], answering(is_get, McpAnswered::json(200, &json!({ "status": "up" }))));
    let flood = McpAnswered { body: "data: {}\n\n".repeat(50_000), ..McpAnswered::empty(200) };
    assert_breaks(&["stream-floods"], answering(is_get, flood.with("content-type", "text/event-stream")));
}

#[test]
fn origins_and_hosts_of_others_that_are_served_are_found() {
    assert_breaks(
        &["origin-unchecked"],
        serving(|asked| asked.headers.contains_key("origin"), |asked| drop(asked.headers.remove("origin"))),
    );
    let is_other = |asked: &McpAsked| asked.header("host") == "conform.invalid";
    assert_breaks(
        &["host-unchecked"],
        serving(is_other, |asked| drop(asked.headers.insert("host", "localhost".parse().expect("it is a value")))),
    );
}

#[test]
fn a_redirect_and_a_wrong_clock_are_found() {
    let redirects = |asked: &McpAsked| match asked.rpc() {
        "tools/list" => McpAnswered::empty(307).with("location", "http://127.0.0.1:1/elsewhere"),
        _ => honest(asked),
    };
    let found = judge_server(redirects);
    assert_eq!(found.iter().filter(|(rule, _)| rule == "server-redirects").count(), 1, "{found:#?}");
    assert!(!found.iter().any(|(_, what)| what.contains("elsewhere")), "{found:#?}");

    assert_breaks(&["clock-wrong"], |asked| honest(asked).with("date", "Sun, 06 Nov 1994 08:49:37 GMT"));
}

#[test]
fn an_answer_after_five_seconds_is_late() {
    let server = McpServer::that(|asked| match asked.tool() {
        "list_regions" if is_modern(asked) && asked.message["params"]["_meta"]["openai/locale"] == "de" => {
            McpAnswered { after: Duration::from_millis(5_200), ..honest(asked) }
        }
        _ => honest(asked),
    });

    let found = judge_with(&server.url(), &plan(EXAMPLE), Vec::new());

    assert_rules(&["answer-late"], &found);
    assert!(found.iter().any(|(_, what)| what.starts_with("list_regions: a call in de")), "{found:#?}");
}
