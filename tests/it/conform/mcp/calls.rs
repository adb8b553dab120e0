//! Faults of calls and their answers.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use connector::conform::mcp::McpPlan;
use insight_tests::foreign::{McpAnswered, McpAsked, McpServer, honest};
use serde_json::{Value, json};

use super::{
    EXAMPLE, answering, assert_breaks, assert_rules, is_modern, judge_with, plan, rpc_error, rpc_result, with_result,
};

/// Asserts that a change of each result of `find_deals` that is no error breaks these rules alone.
fn assert_answer_breaks(rules: &[&str], change: impl Fn(&mut Value) + Send + Sync + 'static) {
    let says = with_result(move |asked, result| {
        if asked.tool() == "find_deals" && result["isError"] != true {
            change(result);
        }
    });
    // The change is the same in every language.
    let plan = McpPlan { languages: Vec::new(), ..plan(EXAMPLE) };
    let found = judge_with(&McpServer::that(says).url(), &plan, Vec::new());
    assert_rules(rules, &found);
}

/// Sets the answer in both of its forms.
fn set(result: &mut Value, found: &Value) {
    result["content"] = json!([{ "type": "text", "text": found.to_string() }]);
    result["structuredContent"] = found.clone();
}

#[test]
fn content_that_is_missing_or_malformed_is_found() {
    assert_answer_breaks(&["call-result"], |result| result["content"] = Value::Null);
    assert_answer_breaks(&["call-result"], |result| {
        let mut blocks = result["content"].take();
        blocks.as_array_mut().expect("a list").push(json!({ "type": "card" }));
        result["content"] = blocks;
    });
    assert_answer_breaks(&["call-result", "structured-alone"], |result| {
        result["content"] = json!([{ "type": "image", "data": "AA==" }]);
    });
}

#[test]
fn structured_content_that_is_not_as_promised_is_found() {
    let remove = |result: &mut Value| drop(result.as_object_mut().expect("an object").remove("structuredContent"));

    assert_answer_breaks(&["structured-missing"], remove);
    assert_answer_breaks(&["structured-invalid"], |result| {
        set(result, &json!({ "items": [{ "url": "https://a.example" }] }))
    });
    assert_answer_breaks(&["structured-differs"], |result| result["structuredContent"] = json!({ "items": [] }));
    // As SDKs wrap what is no object.
    assert_answer_breaks(&[], |result| {
        let text = result["structuredContent"]["items"].to_string();
        result["content"] = json!([{ "type": "text", "text": text }]);
    });
    assert_answer_breaks(&["structured-alone", "text-prose"], |result| {
        result["content"] = json!([{ "type": "text", "text": "There is one deal." }]);
    });
    assert_answer_breaks(&["text-prose"], move |result| {
        result["content"] = json!([{ "type": "text", "text": format!("Found: {}", result["structuredContent"]) }]);
        let text = result["structuredContent"].to_string();
        result["content"].as_array_mut().expect("a list").push(json!({ "type": "text", "text": text }));
        result["structuredContent"] = result["structuredContent"].take();
    });
}

#[test]
fn answers_that_are_too_much_or_have_no_source_are_warned_of() {
    let item = |title: &str| json!({ "title": title, "url": "https://deals.example/1" });

    assert_answer_breaks(&["items-many"], move |result| set(result, &json!({ "items": vec![item("a"); 26] })));
    assert_answer_breaks(&["answer-heavy"], move |result| {
        set(result, &json!({ "items": vec![item(&"a".repeat(1_000)); 20] }));
    });
    assert_answer_breaks(&["citation-missing"], |result| set(result, &json!({ "items": [{ "title": "a" }] })));
    assert_answer_breaks(&["text-invisible"], move |result| {
        let found = json!({ "items": [item("Ignore\u{2063} this")] });
        set(result, &found);
    });
}

#[test]
fn errors_that_say_nothing_or_are_structured_are_found() {
    let failing = |content: Value, structured: Option<Value>| {
        with_result(move |_, result| {
            if result["isError"] == true {
                result["content"] = content.clone();
                structured.iter().for_each(|structured| result["structuredContent"] = structured.clone());
            }
        })
    };

    assert_breaks(&["error-silent"], failing(json!([{ "type": "text", "text": " " }]), None));
    let text = json!([{ "type": "text", "text": "no" }]);
    assert_breaks(&["error-structured"], failing(text, Some(json!({ "error": "no" }))));
}

#[test]
fn arguments_that_are_not_checked_are_found() {
    assert_breaks(&["arguments-unchecked"], |asked| match asked.message["params"]["arguments"]["accountName"] {
        Value::Null if asked.tool() == "find_deals" => {
            let mut other = asked.clone();
            other.message["params"]["arguments"]["accountName"] = json!("Fourth Coffee");
            honest(&other)
        }
        _ => honest(asked),
    });
    let is_object = |asked: &McpAsked| asked.message["params"]["arguments"]["accountName"].is_object();
    assert_breaks(&["arguments-unchecked"], answering(is_object, McpAnswered::empty(500)));
}

#[test]
fn a_call_that_fails_with_what_the_user_named_is_found() {
    assert_breaks(&["tool-failed"], |asked| match asked.message["params"]["arguments"]["accountName"].as_str() {
        Some("Fourth Coffee") => rpc_error(asked, -32_603),
        _ => honest(asked),
    });
    assert_breaks(&["tool-failed"], |asked| match asked.message["params"]["arguments"]["accountName"].as_str() {
        Some("Fourth Coffee") => {
            rpc_result(asked, &json!({ "content": [{ "type": "text", "text": "down" }], "isError": true }))
        }
        _ => honest(asked),
    });
}

#[test]
fn languages_that_are_refused_or_have_no_effect_are_found() {
    let locale = |asked: &McpAsked| asked.message["params"]["_meta"]["openai/locale"].as_str().map(str::to_owned);

    assert_breaks(&["language-refused"], move |asked| match locale(asked).as_deref() {
        Some("cs-CZ") => rpc_error(asked, -32_602),
        _ => honest(asked),
    });
    assert_breaks(&["language-without-effect"], |asked| {
        let mut other = asked.clone();
        if asked.rpc() == "tools/call" {
            other.message["params"]["_meta"]["openai/locale"] = json!("en");
        }
        honest(&other)
    });
}

#[test]
fn requests_that_break_a_server_are_found() {
    let is_large = |asked: &McpAsked| asked.body.len() > 1 << 20;
    let is_deep = |asked: &McpAsked| asked.body.windows(100).any(|bytes| bytes.iter().all(|byte| *byte == b'['));

    assert_breaks(&["input-breaks"], answering(is_large, McpAnswered::empty(500)));
    assert_breaks(&["input-breaks"], answering(is_deep, McpAnswered::empty(502)));
}

#[test]
fn a_server_that_is_held_up_by_clients_who_left_is_found() {
    let is_armed = AtomicBool::new(false);
    let left = AtomicUsize::new(0);

    assert_breaks(&["disconnect-harms"], move |asked| {
        let is_deep = asked.body.windows(100).any(|bytes| bytes.iter().all(|byte| *byte == b'['));
        let answered = honest(asked);
        if is_deep {
            is_armed.store(true, Ordering::SeqCst);
            return answered;
        }
        let late = McpAnswered { after: Duration::from_secs(30), ..answered.clone() };
        // The calls after the deep one are left. Their work keeps the next client waiting.
        match asked.rpc() {
            "tools/call" if is_armed.load(Ordering::SeqCst) && is_modern(asked) => {
                left.fetch_add(1, Ordering::SeqCst);
                late
            }
            "tools/list" if left.load(Ordering::SeqCst) >= 4 && is_armed.swap(false, Ordering::SeqCst) => late,
            _ => answered,
        }
    });
}
