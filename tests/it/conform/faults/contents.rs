//! Faults in the contents of answers.

use insight_tests::connector::{Answered, Asked, good};
use serde_json::{Value, json};

use super::{assert_finds, with_body};
use crate::conform::judge_answers;

#[test]
fn faults_of_single_fields_are_found_by_their_rules() {
    let faults: [(&str, &str, &str, Value); 12] = [
        ("email-summary", "text-too-long", "title", json!("x".repeat(21))),
        ("key-sales-info", "text-too-long", "description", json!("x".repeat(131))),
        ("record-summary", "date-invalid", "dateTime", json!("2026-02-30T08:30:00Z")),
        ("record-summary", "date-not-utc", "dateTime", json!("2026-05-12T08:30:00+02:00")),
        ("record-summary", "url-invalid", "url", json!("javascript:alert(1)")),
        ("record-summary", "required-missing", "title", json!("")),
        ("record-summary", "properties-type", "additionalProperties", json!({"Views": 100})),
        ("email-draft", "value-unknown", "contentType", json!("odt")),
        ("email-draft", "value-undocumented", "contentType", json!("content-odt")),
        ("record-details", "required-missing", "recordId", Value::Null),
        ("record-summary", "text-unclean", "title", json!("two\nlines")),
        ("key-sales-info", "field-type", "title", json!(20)),
    ];
    for (path, rule, field, value) in faults {
        let found = judge_answers(with_body(path, move |_, body| {
            if let Some(item) = body["value"].get_mut(0) {
                item[field] = value.clone();
            }
        }));

        let beside = ["schema-mismatch", "page-loses", "page-repeats", "date-not-utc"];
        assert!(found.iter().any(|(broken, _)| broken == rule), "{rule} is not in {found:#?}");
        assert!(found.iter().all(|(broken, _)| broken == rule || beside.contains(&&**broken)), "{rule}: {found:#?}");
    }
}

#[test]
fn pages_that_repeat_or_lose_items_are_found() {
    let heedless = with_body("record-summary", |asked, body| {
        // This connector counts from the first item, whatever page is requested.
        if asked.query.contains("skip=2") || asked.query.contains("skip=1&") || asked.query.ends_with("skip=1") {
            let first = Asked { query: asked.query.replace("skip=", "x="), ..asked.clone() };
            *body = serde_json::from_str(&good(&first).body).expect("a good answer is JSON");
            body["hasMoreResults"] = (!asked.query.contains("skip=2")).into();
        }
    });
    let found = judge_answers(heedless);
    for rule in ["page-repeats", "page-loses"] {
        assert!(found.iter().any(|(broken, _)| broken == rule), "{rule} is not in {found:#?}");
    }

    let endless = with_body("record-summary", |_, body| body["hasMoreResults"] = true.into());
    assert_finds(&judge_answers(endless), "has-more-wrong", "scp-get-related-activities");

    let whole = with_body("record-summary", |asked, body| {
        let all = Asked { query: asked.query.replace("top=1", "top=3"), ..asked.clone() };
        if asked.query.contains("top=1&") || asked.query.ends_with("top=1") {
            *body = serde_json::from_str(&good(&all).body).expect("a good answer is JSON");
        }
    });
    assert!(judge_answers(whole).iter().any(|(broken, _)| broken == "page-too-long"));

    let past = with_body("record-summary", |asked, body| {
        if asked.query.contains("skip=1000000") {
            body["value"] = json!([{"title": "A", "description": "B", "dateTime": "2026-05-12T08:30:00Z"}]);
        }
    });
    assert_finds(&judge_answers(past), "page-past-end", "scp-get-related-activities");
}

#[test]
fn an_answer_that_is_none_of_the_agents_kind_is_found() {
    let text = |asked: &Asked| match good(asked) {
        answered if asked.path.ends_with("record-summary") && answered.status == 200 => {
            Answered { content_type: "text/html", ..answered }
        }
        answered => answered,
    };
    assert_finds(&judge_answers(text), "content-type", "scp-get-related-activities");

    let html = |asked: &Asked| match good(asked) {
        answered if asked.path.ends_with("record-summary") => Answered { body: "<html>".to_owned(), ..answered },
        answered => answered,
    };
    assert_finds(&judge_answers(html), "body-not-json", "scp-get-related-activities");

    let more = with_body("record-summary", |_, body| body["hasMoreResults"] = "false".into());
    let found = judge_answers(more);
    assert!(found.iter().any(|(broken, _)| broken == "has-more-type"), "{found:#?}");

    let bare = with_body("record-summary", |_, body| *body = body["value"].take());
    let found = judge_answers(bare);
    assert!(found.iter().any(|(broken, _)| broken == "value-missing"), "{found:#?}");
}

#[test]
fn cards_that_break_the_schema_or_lead_astray_are_found() {
    let card = |change: fn(&mut Value)| {
        judge_answers(with_body("stakeholders", move |_, body| {
            let card = body["adaptiveCards"][0]["adaptiveCard"].as_str().expect("a card is text");
            let mut card: Value = serde_json::from_str(card).expect("a card is JSON");
            change(&mut card);
            body["adaptiveCards"][0]["adaptiveCard"] = card.to_string().into();
        }))
    };

    let misspelt = card(|card| card["body"][0]["colour"] = "good".into());
    assert_finds(&misspelt, "card-invalid", "stakeholders");
    assert!(misspelt[0].1.contains("`body[0]`: TextBlock has no `colour`; is `color` meant?"), "{misspelt:#?}");
    assert_finds(
        &card(|card| card["actions"] = json!([{"type": "Action.OpenUrl", "url": "javascript:alert(1)"}])),
        "card-link",
        "stakeholders",
    );
    assert_finds(&card(|card| card["version"] = "1.6".into()), "card-invalid", "stakeholders");
    let none = judge_answers(with_body("stakeholders", |_, body| body["adaptiveCards"][0] = json!({"card": {}})));
    assert!(none.iter().any(|(rule, _)| rule == "card-missing"), "{none:#?}");
}
