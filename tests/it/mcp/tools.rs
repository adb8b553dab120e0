//! The tools that are listed, and their answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{call, call_at, error_in, listed, modern, modern_at, samples};
use crate::auth::new_key;
use crate::{QUICK, UNDER_TEST, host};

#[test]
fn capabilities_come_first_and_then_the_skills_of_each_plugin() {
    let host = samples();

    assert_eq!(
        listed(&host, "/mcp", &[]),
        [
            "record_summary",
            "record_details",
            "key_sales_info",
            "email_summary",
            "email_draft",
            "contoso_hub_key_stakeholders",
            "fabrikam_care_open_cases",
        ]
    );
    let care = listed(&host, "/mcp/fabrikam-care", &[]);
    assert!(care.contains(&"fabrikam_care_open_cases".to_owned()), "{care:?}");
    assert!(!care.iter().any(|name| name.starts_with("contoso_hub")), "{care:?}");
}

#[test]
fn only_what_a_plugin_answers_is_a_tool() {
    let host = host().guest("well").start();

    assert_eq!(listed(&host, "/mcp", &[]), ["record_summary"]);
    let params = json!({ "name": "record_details", "arguments": { "recordType": "account", "recordId": "1" } });
    assert_eq!(modern(&host, "tools/call", &params).json()["error"]["code"], -32_602);
}

#[test]
fn every_tool_reads_only_and_its_inputs_are_flat() {
    let host = samples();

    let list = modern(&host, "tools/list", &json!({})).json();
    for tool in list["result"]["tools"].as_array().expect("there are tools") {
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        let description = tool["description"].as_str().expect("it has one");
        assert!(description.starts_with("Use this when ") && description.chars().count() <= 1_024, "{description}");
        for (name, input) in tool["inputSchema"]["properties"].as_object().expect("they are described") {
            assert!(input["type"].is_string() && input["type"] != "object" && input["type"] != "array", "{name}");
        }
        assert_eq!(tool["outputSchema"]["required"], json!(["value", "hasMoreResults"]));
    }
}

#[test]
fn tools_that_a_caller_may_not_use_do_not_exist_for_it() {
    let (key, of_key) = new_key(&["--name", "one", "--providers", "fabrikam-care"]);
    let host = host().sample("contoso-hub").sample("fabrikam-care").settings(&of_key).start();
    let with_key = [("x-api-key", key.as_str())];

    let listed = listed(&host, "/mcp", &with_key);
    assert!(!listed.iter().any(|name| name.starts_with("contoso_hub")), "{listed:?}");
    assert!(listed.contains(&"fabrikam_care_open_cases".to_owned()), "{listed:?}");

    let code = |name: &str| {
        let params = json!({ "name": name, "arguments": { "accountName": "Fourth Coffee" } });
        modern_at(&host, "/mcp", &with_key, "tools/call", &params).json()["error"]["code"].clone()
    };
    // The caller does not learn which other tools exist.
    assert_eq!((code("contoso_hub_key_stakeholders"), code("contoso_hub_no_such")), (json!(-32_602), json!(-32_602)));
    assert_eq!(code("fabrikam_care_open_cases"), Value::Null);
    assert_eq!(modern_at(&host, "/mcp/contoso-hub", &with_key, "tools/list", &json!({})).status, 403);
    let agent = host.get_with("/api/agent/contoso_hub_key_stakeholders?accountName=x", &with_key);
    assert_eq!(agent.status, 404);
}

#[test]
fn the_text_of_an_answer_is_its_structured_content_and_nothing_else() {
    let host = samples();

    let result = call(&host, "contoso_hub_key_stakeholders", &json!({ "accountName": "Fourth Coffee" }));

    let text = result["content"][0]["text"].as_str().expect("it is a text");
    assert_eq!(serde_json::from_str::<Value>(text).expect("it is JSON"), result["structuredContent"]);
    assert_eq!((&result["content"][0]["type"], result["content"].as_array().map(Vec::len)), (&json!("text"), Some(1)));
    let item = &result["structuredContent"]["value"][0];
    assert_eq!((&item["title"], &item["subtitle"]), (&json!("Fourth Coffee"), &json!("Key stakeholders")));
    assert!(item["url"].as_str().is_some_and(|url| url.starts_with("https://hub.contoso.example/")), "{item}");
    assert!(item["text"].as_str().is_some_and(|text| text.contains("Alberto Burgos")), "{item}");
    assert_eq!(result["_meta"].get("insight-host/partial"), None);
}

#[test]
fn a_card_of_a_plugins_own_making_is_put_into_words() {
    let host = samples();

    let result = call(&host, "fabrikam_care_open_cases", &json!({ "accountName": "Fourth Coffee" }));

    let item = &result["structuredContent"]["value"][1];
    assert_eq!(item["title"], "Milk frother leaks in three shops");
    let text = item["text"].as_str().expect("it has words");
    assert!(text.contains("Account: Fourth Coffee\nPriority: High\nOpen since: 2026-04-30"), "{text}");
    assert!(!result.to_string().contains("AdaptiveCard"), "{result}");
}

#[test]
fn the_text_and_data_of_a_chat_answer_reach_the_model_and_nothing_hidden_in_them() {
    let author =
        "[config]\nwords = \"Kenny\\u200b signs.\\nTony counts.\"\ndata = '{\"si\u{200b}gned\": [\"y\u{202e}es\"]}'";
    let host = host().guest("mirror").author("mirror", author).start();
    let expected = json!({
        "value": [{ "title": "Fourth Coffee", "text": "Kenny signs.\nTony counts." }],
        "hasMoreResults": false,
        "data": { "signed": ["yes"] },
    });

    for skill in ["card", "content"] {
        assert_eq!(call(&host, &format!("mirror_{skill}"), &json!({}))["structuredContent"], expected);
        assert_eq!(host.get(&format!("/api/agent/mirror_{skill}")).json(), expected);
    }
}

#[test]
fn an_answer_has_five_items_unless_more_are_asked_for_and_never_more_than_fit() {
    let host = host().guest("rogue").guest("well").author("well", "[config]\nitems = 60").settings(QUICK).start();
    let items = |result: &Value| result["structuredContent"]["value"].as_array().map(Vec::len);
    let ask = |top: &Value| {
        call_at(&host, "/mcp/well", "record_summary", &json!({ "recordType": "a", "recordId": "1", "top": top }))
    };

    for (top, expected) in [(json!(null), 5), (json!(3), 3), (json!(25), 25), (json!(60), 25)] {
        let result = ask(&top);

        assert_eq!(items(&result), Some(expected), "{top}");
        assert_eq!(result["structuredContent"]["hasMoreResults"], true);
    }

    let long = json!({ "recordType": "a", "recordId": "many-properties" });
    let result = call_at(&host, "/mcp/rogue", "record_summary", &long);
    let text = result["content"][0]["text"].as_str().expect("it is a text");
    assert!(text.len() <= 16 << 10, "{} bytes", text.len());
    assert_eq!(items(&result), Some(1));
}

#[test]
fn an_answer_that_does_not_fit_goes_on_on_the_next_page() {
    let settings = "[http]\ntool-answer = \"4KiB\"";
    let author = format!("[config]\nitems = 40\nname = \"{}\"", "well ".repeat(60));
    let host = host().guest("well").author("well", &author).settings(settings).start();

    let mut seen = BTreeSet::new();
    let mut pages = 0;
    loop {
        let arguments = json!({ "recordType": "a", "recordId": "1", "top": 25, "skip": seen.len() });
        let result = call(&host, "record_summary", &arguments);
        let text = result["content"][0]["text"].as_str().expect("it is a text");
        assert!(text.len() <= 4 << 10, "{} bytes", text.len());
        let page = result["structuredContent"]["value"].as_array().expect("it is a list").clone();
        seen.extend(page.iter().map(|item| item["description"].to_string()));
        pages += 1;
        if result["structuredContent"]["hasMoreResults"] == false {
            break;
        }
        assert!(!page.is_empty() && pages < 40, "it does not end");
    }
    assert_eq!(seen.len(), 40);
    assert!(pages > 2);
}

#[test]
fn the_language_and_the_trace_of_a_call_reach_the_plugin() {
    let host = host().guest("rogue").settings(QUICK).start();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let told = |meta: &Value, headers: &[(&str, &str)], name: &str| {
        let params = json!({
            "name": "record_summary",
            "arguments": { "recordType": "account", "recordId": "echo" },
            "_meta": meta,
        });
        let answer = modern_at(&host, "/mcp", headers, "tools/call", &params);
        let properties = &answer.json()["result"]["structuredContent"]["value"][0]["additionalProperties"];
        properties[name].as_str().unwrap_or_else(|| panic!("{name}: {answer:?}")).to_owned()
    };

    let german = json!({ "openai/locale": "de-at", "traceparent": trace });
    assert_eq!(told(&german, &[("accept-language", "fr")], "languages"), "de-AT");
    assert_eq!(told(&german, &[], "traceparent"), trace);
    assert_eq!(told(&json!({ "openai/locale": 7 }), &[("accept-language", "fr")], "languages"), "fr");
    assert_eq!(told(&json!({ "openai/locale": "n o n e" }), &[("accept-language", "fr")], "languages"), "fr");
    assert_eq!(told(&json!({}), &[("x-ms-client-request-id", "seller-42")], "activity-id"), "seller-42");
}

#[test]
fn an_answer_without_a_provider_says_so() {
    let host = host()
        .guest_as("rogue", "broken")
        .author("broken", "[config]\nbehaviour = \"panic\"")
        .guest_as("rogue", "fine")
        .author("fine", "[config]\nbehaviour = \"ok\"")
        .settings(QUICK)
        .start();

    let result = call(&host, "record_summary", &json!({ "recordType": "account", "recordId": "1" }));

    assert_eq!(result["isError"], false);
    assert_eq!(result["_meta"]["insight-host/partial"], json!({ "broken": "trapped" }));
    assert_eq!(result["structuredContent"]["value"].as_array().map(Vec::len), Some(1));
    let alone = call_at(&host, "/mcp/broken", "record_summary", &json!({ "recordType": "a", "recordId": "1" }));
    assert_eq!(error_in(&alone)["details"], json!({ "broken": "trapped" }));
}

/// Returns the component of `contoso-hub` with another name of its skill, of the same length.
fn with_skill(name: &str) -> Vec<u8> {
    let mut component = std::fs::read(UNDER_TEST.sample("contoso-hub")).expect("it is built");
    let before = b"key-stakeholders";
    assert_eq!(name.len(), before.len());
    let places: Vec<usize> =
        component.windows(before.len()).enumerate().filter(|(_, bytes)| bytes == before).map(|(at, _)| at).collect();
    for at in places {
        component[at..at + before.len()].copy_from_slice(name.as_bytes());
    }
    component
}

#[test]
fn two_tools_of_one_name_are_both_left_out_and_named_in_the_log() {
    let care = std::fs::read(UNDER_TEST.sample("fabrikam-care")).expect("it is built");
    let host = host().component("a-bbbbb", &care).start();
    assert!(listed(&host, "/mcp", &[]).contains(&"a_bbbbb_open_cases".to_owned()));

    host.install("a", &with_skill("bbbbb-open-cases"));

    let line = host.logged("another tool has this name");
    assert!(["a_bbbbb_open_cases", "plugin=a ", "rival=a-bbbbb"].iter().all(|part| line.contains(part)), "{line}");
    assert!(!listed(&host, "/mcp", &[]).iter().any(|name| name.ends_with("open_cases")));
    let answer = host.get("/api/providers/a-bbbbb/chat/open-cases?accountName=Fourth%20Coffee");
    assert_eq!(answer.status, 200, "for everybody else it stays");

    host.remove("a");
    insight_tests::wait_for("the tool", || {
        listed(&host, "/mcp", &[]).contains(&"a_bbbbb_open_cases".to_owned()).then_some(())
    });
}

#[test]
fn calls_are_counted_by_door_capability_and_result() {
    let host = host().guest("rogue").settings(QUICK).start();
    let count = |door: &str, result: &str| {
        host.metric(&format!(
            "insight_host_http_tool_calls_total{{door=\"{door}\",capability=\"record-summary\",result=\"{result}\"}}"
        ))
    };

    call(&host, "record_summary", &json!({ "recordType": "account", "recordId": "ok" }));
    call(&host, "record_summary", &json!({ "recordType": "account", "recordId": "not-found" }));
    let _ = host.get("/api/agent/record_summary?recordType=account&recordId=ok");
    let _ = host.get("/api/agent/record_summary?recordType=account");

    assert_eq!((count("mcp", "answered"), count("mcp", "RECORD_NOT_FOUND")), (1.0, 1.0));
    assert_eq!((count("agent", "answered"), count("agent", "INVALID_REQUEST")), (1.0, 1.0));
    assert_eq!(host.metric("insight_host_http_requests_total{operation=\"mcp-tools-call\",status=\"200\"}"), 2.0);
}

#[test]
fn calls_of_no_tool_are_counted_without_the_names_that_callers_choose() {
    let host = host().guest("rogue").settings(QUICK).start();
    let count = |door: &str, result: &str| {
        host.metric(&format!(
            "insight_host_http_tool_calls_total{{door=\"{door}\",capability=\"none\",result=\"{result}\"}}"
        ))
    };

    for number in 0..3 {
        let _ = modern(&host, "tools/call", &json!({ "name": format!("made-up-{number}") }));
        let _ = host.get(&format!("/api/agent/made_up_{number}?recordId=1"));
    }
    let _ = modern(&host, "tools/call", &json!({ "name": "record_summary", "arguments": "many" }));

    assert_eq!((count("mcp", "NOT_FOUND"), count("mcp", "INVALID_REQUEST")), (3.0, 1.0));
    assert_eq!(count("agent", "NOT_FOUND"), 3.0);
    assert!(!host.metrics().contains("made"), "no label is a caller's text");
}
