//! Chat skills, by query and by body.

use serde_json::{Value, json};

use super::{assert_answered, samples};

#[test]
fn a_skill_answers_a_query_and_a_body_alike() {
    let host = samples();
    let route = "/api/providers/contoso-hub/chat/key-stakeholders";

    let by_query = host.get(&format!("{route}?accountName=Fourth%20Coffee"));
    let by_body = host.post(route, r#"{"AccountName": "Fourth Coffee", "connectorId": "ignored"}"#);

    assert_eq!(by_query.status, 200, "{by_query:?}");
    assert_eq!(by_query.body, by_body.body);
}

#[test]
fn content_of_a_plugin_is_laid_out_as_a_card_by_the_host() {
    let host = samples();

    let answer = host.get("/api/providers/contoso-hub/chat/Key-Stakeholders?accountname=Fourth+Coffee");

    let entry = &answer.json()["adaptiveCards"][0];
    assert_eq!(entry["previewCardData"]["title"], "Fourth Coffee");
    assert_eq!(entry["previewCardData"]["subTitle"], "Key stakeholders");
    assert!(
        entry["previewCardData"]["url"].as_str().is_some_and(|url| url.starts_with("https://hub.contoso.example/"))
    );
    let card = card(entry);
    assert_eq!((&card["type"], &card["version"]), (&json!("AdaptiveCard"), &json!("1.5")));
    assert!(card["body"].to_string().contains("Alberto Burgos"), "{card}");
}

#[test]
fn a_card_of_a_plugins_own_making_arrives_as_it_is() {
    let host = samples();

    let answer = host.post("/api/providers/fabrikam-care/chat/open-cases", r#"{"accountName": "fourth coffee"}"#);

    let cards = answer.json()["adaptiveCards"].as_array().cloned().unwrap_or_default();
    assert_eq!(cards.len(), 2);
    assert_eq!(cards[1]["previewCardData"]["title"], "Milk frother leaks in three shops");
    let card = card(&cards[1]);
    assert_eq!(card["body"][0]["color"], "attention");
    assert_eq!(card["actions"][0]["url"], "https://care.fabrikam.example/case/cs-7004");
}

#[test]
fn finding_nothing_is_an_empty_list() {
    let host = samples();

    let answer = host.get("/api/providers/contoso-hub/chat/key-stakeholders?accountName=Northwind");

    assert_answered(&answer, &json!({ "adaptiveCards": [] }));
}

#[test]
fn a_skill_without_its_parameter_is_refused_naming_it() {
    let host = samples();

    let answer = host.get("/api/providers/contoso-hub/chat/key-stakeholders?accountName=");

    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("`accountName`"), "{answer:?}");
}

/// Parses the card of an entry, which is serialised in it.
fn card(entry: &Value) -> Value {
    let card = entry["adaptiveCard"].as_str().expect("a card is text");
    serde_json::from_str(card).expect("a card is JSON")
}
