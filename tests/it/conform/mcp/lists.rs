//! Faults of lists and definitions of tools.

use std::sync::atomic::{AtomicUsize, Ordering};

use insight_tests::foreign::honest;
use serde_json::{Value, json};

use super::{assert_breaks, is_modern, with_result};

/// Asserts that a change of each listed tool of this name breaks these rules alone.
fn assert_tool_breaks(rules: &[&str], name: &'static str, change: impl Fn(&mut Value) + Send + Sync + 'static) {
    assert_breaks(
        rules,
        with_result(move |_, result| {
            let tools = result.get_mut("tools").and_then(Value::as_array_mut);
            tools.into_iter().flatten().filter(|tool| tool["name"] == name).for_each(&change);
        }),
    );
}

#[test]
fn names_that_are_illegal_or_shared_are_found() {
    let long = "x".repeat(129);
    assert_tool_breaks(&["tool-name", "tool-not-called"], "list_regions", move |tool| tool["name"] = json!(long));
    assert_tool_breaks(&["tool-name-plain", "tool-not-called"], "list_regions", |tool| {
        tool["name"] = json!("list.regions")
    });
    assert_tool_breaks(&["tool-repeats"], "list_regions", |tool| tool["name"] = json!("find_deals"));
}

#[test]
fn descriptions_by_which_no_model_can_choose_are_found() {
    assert_tool_breaks(&["function-description"], "list_regions", |tool| tool["description"] = json!(" "));
    assert_tool_breaks(&["description-poor"], "list_regions", |tool| tool["description"] = json!("list_regions"));
    let long = "Use this when it matters. ".repeat(60);
    assert_tool_breaks(&["text-ignored"], "list_regions", move |tool| tool["description"] = json!(long));
    assert_tool_breaks(&["descriptions-alike"], "list_regions", |tool| {
        tool["description"] = json!("Use this when the user asks for the deals of an account by its name.");
    });
    assert_tool_breaks(&["text-invisible"], "list_regions", |tool| {
        tool["description"] = json!("Use this when the user asks for regions.\u{e0069}\u{e0067}");
    });
    assert_tool_breaks(&["input-undescribed"], "find_deals", |tool| {
        tool["inputSchema"]["properties"]["most"] = json!({ "type": "integer" });
    });
}

#[test]
fn schemas_that_are_none_and_inputs_that_are_not_flat_are_found() {
    assert_tool_breaks(&["tool-schema"], "list_regions", |tool| tool["inputSchema"] = json!({}));
    assert_tool_breaks(&["tool-schema"], "list_regions", |tool| {
        tool["inputSchema"] = json!({ "type": "object", "properties": 7 });
    });
    assert_tool_breaks(&["input-undeclared"], "find_deals", |tool| {
        tool["inputSchema"]["required"] = json!(["accountName", "region"]);
    });
    for kind in
        [json!({ "type": "object" }), json!({ "anyOf": [{ "type": "string" }] }), json!({ "type": ["string", "null"] })]
    {
        assert_tool_breaks(&["input-unfillable"], "find_deals", move |tool| {
            let mut input = kind.clone();
            input["description"] = json!("A filter of the deals.");
            tool["inputSchema"]["properties"]["filter"] = input;
        });
    }
    assert_tool_breaks(&["output-schema"], "list_regions", |tool| tool["outputSchema"] = json!({ "type": "text" }));
}

#[test]
fn hints_that_are_missing_or_contradict_are_found() {
    assert_tool_breaks(&["tool-hint", "tool-not-called"], "list_regions", |tool| tool["annotations"] = json!({}));
    assert_tool_breaks(&["tool-not-called"], "list_regions", |tool| {
        tool["annotations"] = json!({ "readOnlyHint": false });
    });
    assert_tool_breaks(&["hints-contradict"], "list_regions", |tool| {
        tool["annotations"]["destructiveHint"] = json!(true);
    });
}

#[test]
fn a_list_that_changes_without_reason_is_found() {
    let count = AtomicUsize::new(0);
    let changing = with_result(move |_, result| {
        let tools = result.get_mut("tools").and_then(Value::as_array_mut);
        for tool in tools.into_iter().flatten().filter(|tool| tool["name"] == "list_regions") {
            let now = count.fetch_add(1, Ordering::SeqCst);
            tool["description"] = json!(format!("Use this when the user asks for regions; request {now}."));
        }
    });

    assert_breaks(&["list-unstable"], changing);
}

#[test]
fn a_list_that_changed_once_is_not_found_to_change() {
    let count = AtomicUsize::new(0);
    let reloaded = with_result(move |_, result| {
        let tools = result.get_mut("tools").and_then(Value::as_array_mut);
        for tool in tools.into_iter().flatten().filter(|tool| tool["name"] == "list_regions") {
            if count.fetch_add(1, Ordering::SeqCst) > 0 {
                tool["description"] = json!("Use this when the user asks for regions of the world.");
            }
        }
    });

    assert_breaks(&[], reloaded);
}

#[test]
fn pages_that_lead_back_and_cursors_of_nobody_are_found() {
    assert_breaks(
        &["list-endless"],
        with_result(|asked, result| {
            if asked.rpc() == "tools/list" {
                result["nextCursor"] = json!("second");
            }
        }),
    );
    assert_breaks(&["cursor-unchecked"], |asked| {
        let mut other = asked.clone();
        if asked.message["params"]["cursor"] == "conform-no-such-cursor" {
            other.message["params"]["cursor"] = json!("second");
        }
        honest(&other)
    });
}

#[test]
fn lists_that_are_missing_empty_heavy_or_differ_are_found() {
    let listing = |tools: Value| {
        with_result(move |asked, result| {
            if asked.rpc() == "tools/list" {
                result["tools"] = tools.clone();
                result.as_object_mut().expect("it is an object").remove("nextCursor");
            }
        })
    };
    assert_breaks(&["tools-missing"], listing(json!([])));
    assert_breaks(&["tools-missing"], listing(json!({})));
    let many = (0..11).map(|number| {
        json!({
            "name": format!("tool_{number}"),
            "description": format!("Use this when it is about {number}. {}", "More of it. ".repeat(80)),
            "inputSchema": { "type": "object", "x-more": "y".repeat(10_000) },
            "annotations": { "readOnlyHint": false },
        })
    });
    assert_breaks(&["functions-many", "list-heavy", "tool-not-called"], listing(many.collect()));
    assert_breaks(
        &["lists-differ"],
        with_result(|asked, result| {
            if asked.rpc() == "tools/list" && !is_modern(asked) {
                result["tools"] = json!([]);
            }
        }),
    );
}
