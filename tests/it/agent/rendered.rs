//! Cards of answers, filled in and rendered by Microsoft's libraries: real answers, an empty one and a German one.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Export;
use crate::host;
use crate::rendered::render;

/// A card as it was rendered.
#[derive(Debug, Deserialize)]
struct Filled {
    texts: Vec<String>,
    links: usize,
    errors: usize,
}

/// Fills in and renders templates, each with the item of an answer.
fn fill(cards: &[Value]) -> Vec<Filled> {
    render("fill.mjs", cards)
}

/// The account that the sample knows.
const RECORD: &str = "recordType=opportunity&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01";

#[test]
#[ignore = "needs Node.js and tests/connector/tools.sh"]
fn rendered_cards_of_answers_show_their_texts_and_an_empty_one_says_so() {
    let export = Export::of(&["contoso-hub"]);
    assert_eq!(export.provider("contoso-hub", &[]).code, Some(0));
    let host = host().sample("contoso-hub").start();
    let email = json!({
        "emailText": "Shall we sign with Fourth Coffee?",
        "emailContacts": "alberto@fourthcoffee.example",
        "recordType": "opportunity",
        "recordId": "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01",
    });
    let mut cards = Vec::new();
    for (tool, query) in [
        ("record_summary", RECORD),
        ("record_details", RECORD),
        ("key_sales_info", RECORD),
        ("contoso_hub_key_stakeholders", "accountName=Fourth+Coffee"),
        ("email_draft", ""),
    ] {
        let template = export.json(&format!("cards/{tool}.json"));
        for language in ["en", "de"] {
            let path = format!("/api/providers/contoso-hub/agent/{tool}");
            let headers = [("accept-language", language), ("content-type", "application/json")];
            let answer = match query {
                "" => host.send("POST", &path, &headers, &email.to_string()),
                query => host.send("GET", &format!("{path}?{query}"), &headers, ""),
            };
            assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
            let items = answer.items();
            assert!(!items.is_empty(), "{tool}: {}", answer.body);
            cards.extend(items.iter().map(|item| (tool, template.clone(), item.clone())));
        }
        cards.push((tool, template, json!([])));
    }

    let inputs: Vec<Value> =
        cards.iter().map(|(_, template, item)| json!({ "template": template, "data": item })).collect();
    for ((tool, _, item), Filled { texts, links, errors }) in cards.iter().zip(fill(&inputs)) {
        assert_eq!((links, errors), (0, 0), "{tool}: {texts:?}");
        match item["title"].as_str() {
            None => assert_eq!(texts, ["No results."], "{tool}"),
            Some(title) => {
                assert_eq!(texts[0], title, "{tool}");
                for member in ["subtitle", "description", "text"] {
                    for line in item[member].as_str().unwrap_or_default().lines() {
                        assert!(texts.iter().any(|text| text == line.trim()), "{tool}, {member}: {texts:?}");
                    }
                }
                for (name, value) in item["additionalProperties"].as_object().into_iter().flatten() {
                    let line = format!("{name}: {}", value.as_str().unwrap_or_default());
                    assert!(texts.contains(&line), "{tool}: {line} in {texts:?}");
                }
            }
        }
    }
}

#[test]
#[ignore = "needs Node.js and tests/connector/tools.sh"]
fn rendered_texts_of_items_are_no_markdown_and_no_expressions() {
    let export = Export::of(&["contoso-hub"]);
    assert_eq!(export.provider("contoso-hub", &[]).code, Some(0));
    let template = export.json("cards/record_summary.json");
    let hostile = "[a](https://evil.example) **b** ${title} <b>";
    let item = json!({ "title": hostile, "description": hostile, "additionalProperties": { hostile: hostile } });

    let filled = fill(&[json!({ "template": template, "data": item })]);

    assert_eq!((filled[0].links, filled[0].errors), (0, 0), "{filled:?}");
    assert_eq!(filled[0].texts, [hostile, hostile, &format!("{hostile}: {hostile}")]);
}
