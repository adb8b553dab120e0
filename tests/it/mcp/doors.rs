//! Every tool by every door: `/mcp`, `/api/agent` and `/api` answer the same.

use insight_tests::{TestHost, wait_for};
use serde_json::{Value, json};

use super::{call_at, error_in, listed, modern_at, modern_body, modern_headers, samples};
use crate::auth::new_key;

const FOURTH_COFFEE: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02";
const CAFE_A100: &str = "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01";
const CONTACTS: &str = "kenny@contoso.example,alberto@fourthcoffee.example";

/// A call of a tool, and the same question at `/api`.
struct Question {
    tool: &'static str,
    arguments: Value,
    /// The path below `/api/` or `/api/providers/…/`, and the body if it is posted.
    route: (String, Option<Value>),
    /// The members that the tool's items have beside those of the route.
    added: &'static [&'static str],
}

fn questions() -> Vec<Question> {
    let record = |route: &str, kind: &str, id: &str| (format!("{route}?recordType={kind}&recordId={id}&top=5"), None);
    let about = |kind: &str, id: &str| json!({ "recordType": kind, "recordId": id });
    vec![
        Question {
            tool: "record_summary",
            arguments: about("opportunity", CAFE_A100),
            route: record("record-summary", "opportunity", CAFE_A100),
            added: &[],
        },
        Question {
            tool: "record_details",
            arguments: about("account", FOURTH_COFFEE),
            route: record("record-details", "account", FOURTH_COFFEE),
            added: &["title", "subtitle"],
        },
        Question {
            tool: "key_sales_info",
            arguments: about("opportunity", CAFE_A100),
            route: record("key-sales-info", "opportunity", CAFE_A100),
            added: &[],
        },
        Question {
            tool: "email_summary",
            arguments: json!({ "emailText": "Shall we renew?", "emailContacts": CONTACTS }),
            route: (format!("email-summary?emailContacts={CONTACTS}&top=5"), None),
            added: &[],
        },
        Question {
            tool: "email_draft",
            arguments: json!({
                "emailText": "Shall we renew?",
                "emailContacts": CONTACTS,
                "inputPrompt": "Tell them about the renewal",
            }),
            route: (
                "email-draft".to_owned(),
                Some(json!({
                    "resourceType": "email-thread",
                    "resourceData": {
                        "plaintextBody": "Shall we renew?",
                        "to": CONTACTS.split(',').collect::<Vec<_>>(),
                    },
                    "inputPrompt": "Tell them about the renewal",
                    "top": 5,
                })),
            ),
            added: &["title", "subtitle", "url"],
        },
    ]
}

/// Asks the route for API plugins the same as the tool: by body, and by query if that is permitted.
fn ask_agent(host: &TestHost, prefix: &str, tool: &str, arguments: &Value) -> Value {
    let route = format!("{prefix}/agent/{tool}");
    let posted = host.post(&route, &arguments.to_string());
    assert_eq!(posted.status, 200, "{posted:?}");
    let pairs = arguments.as_object().expect("they are members").iter();
    let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or("1"))).collect();
    let query = query.join("&").replace(' ', "%20");
    let got = host.get(&format!("{route}?{query}"));
    if arguments.get("emailText").is_some() {
        assert_eq!((got.status, got.header("allow")), (405, Some("POST")), "{got:?}");
    } else {
        assert_eq!((got.status, &got.body), (200, &posted.body));
    }
    posted.json()
}

#[test]
fn every_capability_has_one_answer_at_every_door() {
    let host = samples();
    for provider in [None, Some("contoso-hub"), Some("fabrikam-care")] {
        let (mcp, api) = match provider {
            None => ("/mcp".to_owned(), "/api".to_owned()),
            Some(id) => (format!("/mcp/{id}"), format!("/api/providers/{id}")),
        };
        let served = listed(&host, &mcp, &[]);
        for Question { tool, arguments, route: (route, body), added } in questions() {
            if !served.iter().any(|name| name == tool) {
                continue;
            }
            let result = call_at(&host, &mcp, tool, &arguments);
            let mut by_mcp = result["structuredContent"].clone();
            assert_eq!(ask_agent(&host, &api, tool, &arguments), by_mcp, "{tool}");

            let of_route = match body {
                Some(body) => host.post(&format!("{api}/{route}"), &body.to_string()),
                None => host.get(&format!("{api}/{route}")),
            };
            assert_eq!(of_route.status, 200, "{of_route:?}");
            for item in by_mcp["value"].as_array_mut().expect("it is a list") {
                let members = item.as_object_mut().expect("it is an object");
                assert!(added.iter().all(|name| members.remove(*name).is_some()), "{tool}: {members:?}");
            }
            assert_eq!(by_mcp, of_route.json(), "{tool} of {provider:?}");
            assert!(provider.is_some() || !by_mcp["value"].as_array().is_some_and(Vec::is_empty), "{tool} is empty");
        }
    }
}

#[test]
fn every_skill_has_one_answer_at_every_door() {
    let host = samples();
    for (provider, skill) in [("contoso-hub", "key-stakeholders"), ("fabrikam-care", "open-cases")] {
        let tool = format!("{provider}_{skill}").replace('-', "_");
        let arguments = json!({ "accountName": "Fourth Coffee" });
        for (mcp, api) in
            [("/mcp".to_owned(), "/api".to_owned()), (format!("/mcp/{provider}"), format!("/api/providers/{provider}"))]
        {
            let answer = call_at(&host, &mcp, &tool, &arguments)["structuredContent"].clone();
            assert_eq!(ask_agent(&host, &api, &tool, &arguments), answer);

            let chat = host.get(&format!("/api/providers/{provider}/chat/{skill}?accountName=Fourth%20Coffee")).json();
            let preview = |card: &Value, name: &str| card["previewCardData"].get(name).cloned();
            let cards = chat["adaptiveCards"].as_array().expect("there are cards");
            let items = answer["value"].as_array().expect("there are items");
            assert_eq!(cards.len(), items.len());
            for (card, item) in cards.iter().zip(items) {
                assert_eq!(preview(card, "title"), item.get("title").cloned());
                assert_eq!(preview(card, "subTitle"), item.get("subtitle").cloned());
                assert_eq!(preview(card, "url"), item.get("url").cloned());
                assert!(item["text"].as_str().is_some_and(|text| !text.is_empty()), "{item}");
            }
        }
    }
}

/// The error object of an answer of `/mcp`, of which every part but the activity id must be that of `/api`.
fn without_id(mut error: Value) -> Value {
    error.as_object_mut().and_then(|members| members.remove("activityId")).expect("it has an activity id");
    error
}

#[test]
fn what_is_refused_before_a_call_is_refused_alike_at_every_door() {
    let (key, of_key) = new_key(&["--name", "one", "--providers", "contoso-hub"]);
    let settings = format!("{of_key}[load]\ncaller-rate = {{ per-second = 1, burst = 4 }}\n");
    let host = crate::host().sample("contoso-hub").sample("fabrikam-care").settings(&settings).start();
    let with_key = [("x-api-key", key.as_str())];
    let params = json!({ "name": "record_summary", "arguments": { "recordType": "account", "recordId": "1" } });
    let api = |prefix: &str, headers: &[(&str, &str)]| {
        host.get_with(&format!("{prefix}/record-summary?recordType=account&recordId=1"), headers)
    };
    let agent = |prefix: &str, headers: &[(&str, &str)]| {
        host.get_with(&format!("{prefix}/agent/record_summary?recordType=account&recordId=1"), headers)
    };

    let unknown = modern_at(&host, "/mcp", &[], "tools/call", &params);
    let of_api = api("/api", &[]);
    assert_eq!((unknown.status, of_api.status, agent("/api", &[]).status), (401, 401, 401));
    assert_eq!(unknown.header("www-authenticate"), of_api.header("www-authenticate"));
    assert_eq!(without_id(unknown.json()["error"]["data"].clone()), without_id(of_api.json()));
    assert_eq!(unknown.json()["error"]["message"], of_api.json()["errorMessage"]);
    assert_eq!(unknown.json().get("id"), None);

    let (of_others, api_of_others) = ("/mcp/fabrikam-care", "/api/providers/fabrikam-care");
    let forbidden = modern_at(&host, of_others, &with_key, "tools/call", &params);
    let of_api = api(api_of_others, &with_key);
    assert_eq!((forbidden.status, of_api.status), (403, 403));
    assert_eq!(without_id(forbidden.json()["error"]["data"].clone()), without_id(of_api.json()));
    assert_eq!(agent(api_of_others, &with_key).status, 403);

    // The rate limit is one, whatever the door. A refusal that comes before the body has may close the connection.
    let body = modern_body(&json!(1), "tools/call", &params);
    let posted = [modern_headers("tools/call", &params), with_key.to_vec()].concat();
    let throttled = |method: &str, target: &str, headers: &[(&str, &str)], body: &str| {
        wait_for("a refusal", || {
            host.try_send(method, target, headers, body).ok().filter(|answer| answer.status == 429)
        })
    };
    let of_mcp = throttled("POST", "/mcp", &posted, &body);
    let of_api = throttled("GET", "/api/record-summary?recordType=account&recordId=1", &with_key, "");
    let of_agent = throttled("GET", "/api/agent/record_summary?recordType=account&recordId=1", &with_key, "");
    assert_eq!(without_id(of_mcp.json()["error"]["data"].clone()), without_id(of_api.json()));
    assert_eq!(without_id(of_agent.json()), without_id(of_api.json()));
    assert!(of_mcp.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
}

#[test]
fn an_unknown_provider_or_tool_is_not_found() {
    let host = samples();

    let answer = modern_at(&host, "/mcp/nobody", &[], "tools/list", &json!({}));
    assert_eq!((answer.status, &answer.json()["error"]["data"]["errorCode"]), (404, &json!("NOT_FOUND")));
    for route in ["/api/agent/no_such", "/api/agent/chat", "/api/providers/nobody/agent/record_summary"] {
        assert_eq!(host.get(route).status, 404, "{route}");
    }
    let params = json!({ "name": "no_such", "arguments": {} });
    let unknown = modern_at(&host, "/mcp", &[], "tools/call", &params);
    assert_eq!((unknown.status, &unknown.json()["error"]["code"]), (200, &json!(-32_602)));
    let error = error_in(&call_at(&host, "/mcp", "record_summary", &json!({})));
    assert_eq!(error["errorCode"], "INVALID_REQUEST");
}
