//! Faults of the opening in each era: versions, what the server says of itself, sessions and subscriptions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use insight_tests::foreign::{McpAnswered, McpAsked, honest, plain};
use serde_json::{Value, json};

use super::{answering, assert_breaks, is_modern, judge_server, rpc_error, with_message, with_result};

#[test]
fn a_server_of_one_era_is_warned_of_and_of_none_is_found() {
    assert_breaks(&["era-missing"], |asked| match asked.rpc() {
        "initialize" => McpAnswered { status: 400, ..rpc_error(asked, -32_022) },
        _ => honest(asked),
    });
    assert_breaks(&["era-none"], answering(|_| true, McpAnswered::empty(405)));
}

#[test]
fn a_server_of_the_former_transport_alone_is_recognised() {
    let former = |asked: &McpAsked| match asked.method.as_str() {
        "GET" => {
            McpAnswered { body: "event: endpoint\ndata: /messages?id=1\n\n".to_owned(), ..McpAnswered::empty(200) }
                .with("content-type", "text/event-stream")
        }
        _ => McpAnswered::empty(405),
    };

    assert_breaks(&["transport-former"], former);
}

#[test]
fn what_a_server_says_of_itself_is_judged() {
    assert_breaks(
        &["opening-result"],
        with_result(|asked, result| {
            if asked.rpc() == "initialize" {
                result["serverInfo"] = json!({ "name": "deals" });
            }
        }),
    );
    assert_breaks(
        &["opening-result"],
        with_result(|asked, result| {
            if asked.rpc() == "server/discover" {
                result["capabilities"] = json!({});
            }
        }),
    );
    assert_breaks(
        &["text-invisible"],
        with_result(|asked, result| {
            if asked.rpc() == "initialize" {
                result["instructions"] = json!("Be\u{200b}ware");
            }
        }),
    );
    assert_breaks(
        &["changes-unheard"],
        with_result(|asked, result| {
            if asked.rpc() == "initialize" {
                result["capabilities"]["tools"]["listChanged"] = json!(true);
            }
        }),
    );
}

#[test]
fn a_version_that_is_not_negotiated_is_found() {
    assert_breaks(
        &["version-negotiation"],
        with_message(|asked, message| {
            if asked.message["params"]["protocolVersion"] == "1900-01-01" {
                message["result"]["protocolVersion"] = json!("1900-01-01");
            }
        }),
    );
    let is_unknown = |asked: &McpAsked| asked.message["params"]["protocolVersion"] == "1900-01-01";
    assert_breaks(&["version-negotiation"], answering(is_unknown, McpAnswered::empty(500)));
}

#[test]
fn each_session_is_ended_whatever_version_is_negotiated() {
    let (opened, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let says = plain();
    let counts = (Arc::clone(&opened), Arc::clone(&ended));

    let found = judge_server(move |asked| {
        let answered = says(asked);
        let asked_for = &asked.message["params"]["protocolVersion"];
        match asked.rpc() {
            _ if asked.method == "DELETE" && answered.status == 200 => {
                counts.1.fetch_add(1, Ordering::SeqCst);
                answered
            }
            "initialize" => {
                counts.0.fetch_add(1, Ordering::SeqCst);
                let (honest, spoken) = match asked_for.as_str() {
                    Some("1900-01-01") => ("\"2025-06-18\"", "\"1900-01-01\""),
                    Some("2024-11-05") => ("\"2024-11-05\"", "\"2099-01-01\""),
                    _ => return answered,
                };
                McpAnswered { body: answered.body.replace(honest, spoken), ..answered }
            }
            _ => answered,
        }
    });

    let flaws = found.iter().filter(|(rule, _)| rule == "version-negotiation").count();
    let counts = [opened, ended].map(|count| count.load(Ordering::SeqCst));
    assert_eq!((flaws, counts), (2, [5, 5]), "{found:#?}");
}

#[test]
fn results_of_the_modern_era_that_lack_what_each_has_are_found() {
    for member in ["resultType", "ttlMs", "cacheScope"] {
        assert_breaks(
            &["result-incomplete"],
            with_result(move |asked, result| {
                if asked.rpc() == "tools/list" && is_modern(asked) {
                    result.as_object_mut().expect("it is an object").remove(member);
                }
            }),
        );
    }
}

#[test]
fn a_subscription_without_acknowledgement_is_found() {
    let hearing = |first: &'static str| {
        move |asked: &McpAsked| {
            if asked.rpc() == "subscriptions/listen" {
                let id = &asked.message["id"];
                let params = json!({ "_meta": { "io.modelcontextprotocol/subscriptionId": id } });
                let event = json!({ "jsonrpc": "2.0", "method": first, "params": params });
                let events = format!("data: {event}\n\n");
                return McpAnswered { body: events, ..McpAnswered::empty(200) }
                    .with("content-type", "text/event-stream");
            }
            let answered = honest(asked);
            let mut message = answered.message();
            if asked.rpc() == "server/discover" {
                message["result"]["capabilities"]["tools"]["listChanged"] = json!(true);
                return McpAnswered { body: message.to_string(), ..answered };
            }
            answered
        }
    };

    assert_breaks(&[], hearing("notifications/subscriptions/acknowledged"));
    assert_breaks(&["listen-answer"], hearing("notifications/tools/list_changed"));
    assert_breaks(
        &["listen-answer"],
        with_result(|asked, result: &mut Value| {
            if asked.rpc() == "server/discover" {
                result["capabilities"]["tools"]["listChanged"] = json!(true);
            }
        }),
    );
}

#[test]
fn sessions_that_are_shared_malformed_or_not_ended_are_found() {
    let rules = |says: Box<dyn Fn(&McpAsked) -> McpAnswered + Send + Sync>| {
        let found = judge_server(move |asked| says(asked));
        found.into_iter().map(|(rule, _)| rule).filter(|rule| rule.starts_with("session-")).collect::<Vec<_>>()
    };
    let with_id = |id: &'static str| {
        let says = plain();
        move |asked: &McpAsked| {
            let answered = says(asked);
            if asked.rpc() == "initialize" { answered.with("mcp-session-id", id) } else { answered }
        }
    };
    let undead = {
        let says = plain();
        move |asked: &McpAsked| if asked.method == "DELETE" { McpAnswered::empty(204) } else { says(asked) }
    };
    let forgiving = {
        let says = plain();
        move |asked: &McpAsked| match says(asked) {
            answered if answered.status == 404 => McpAnswered { status: 400, ..answered },
            answered => answered,
        }
    };

    assert_eq!(rules(Box::new(plain())), [""; 0]);
    assert_eq!(rules(Box::new(with_id("session-0-4f6c8a1e")))[0], "session-id");
    assert_eq!(rules(Box::new(with_id("a session")))[0], "session-id");
    assert!(rules(Box::new(undead)).contains(&"session-undead".to_owned()));
    assert_eq!(rules(Box::new(forgiving)), ["session-unknown"]);
}
