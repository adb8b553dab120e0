//! Tests with valid and invalid cards.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn card(body: &Value) -> Value {
    json!({"type": "AdaptiveCard", "version": "1.5", "body": body})
}

fn flaws(card: &Value) -> Vec<String> {
    check(card).iter().map(CardFlaw::to_string).collect()
}

#[test]
fn a_good_card_has_no_flaw() {
    let card = json!({
        "type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.5",
        "body": [
            {"type": "TextBlock", "text": "Fourth Coffee", "weight": "Bolder", "color": null, "wrap": true, "id": "t"},
            {"type": "ColumnSet", "columns": [{"type": "Column", "width": "auto", "items": [
                {"type": "Image", "url": "https://hub.contoso.example/a.png", "size": "Small", "height": "40px"},
            ]}]},
            {"type": "FactSet", "facts": [{"title": "Status", "value": "Signed"}], "spacing": "none"},
            {"type": "RichTextBlock", "inlines": ["plain", {"type": "TextRun", "text": "rich"}]},
            {"type": "Container", "rtl": true, "items": [], "requires": {"charts": "1.0"}, "fallback": "drop"},
            {"type": "Input.ChoiceSet", "id": "c", "choices": [{"title": "One", "value": "1"}]},
        ],
        "actions": [
            {"type": "Action.OpenUrl", "title": "Open", "url": "https://hub.contoso.example/"},
            {"type": "Action.Submit", "data": {"anything": [1, {"goes": null}]}},
            {"type": "Action.ShowCard", "card": {"type": "AdaptiveCard", "body": []}},
            {"type": "Action.ToggleVisibility", "targetElements": ["t", {"elementId": "t", "isVisible": false}]},
        ],
    });

    assert_eq!(flaws(&card), [""; 0]);
}

#[test]
fn a_flaw_is_told_with_its_place_and_what_is_allowed() {
    for (body, told) in [
        (json!([{"type": "TextBlok", "text": "x"}]), "`body[0]`: there is no `TextBlok` here; there are ActionSet, "),
        (json!([{"text": "x"}]), "`body[0]`: it names no `type`; there are ActionSet, "),
        (json!([{"type": "TextBlock"}]), "`body[0]`: TextBlock needs `text`"),
        (json!([{"type": "TextBlock", "text": 1}]), "`body[0].text`: it must be a text"),
        (
            json!([{"type": "TextBlock", "text": "x", "colour": "good"}]),
            "`body[0]`: TextBlock has no `colour`; is `color` meant?",
        ),
        (
            json!([{"type": "TextBlock", "text": "x", "color": "red"}]),
            "`body[0].color`: `red` is none of default, dark, light, accent, good, warning, attention",
        ),
        (
            json!([{"type": "Container", "items": [{"type": "FactSet", "facts": [{"title": "x"}]}]}]),
            "`body[0].items[0].facts[0]`: Fact needs `value`",
        ),
        (json!({}), "`body`: it must be a list"),
        (json!([{"type": "TextBlock", "text": "x", "requires": {"a": 1}}]), "`body[0].requires.a`: it must be a text"),
        (
            json!([{"type": "ActionSet", "actions": [{"type": "TextBlock", "text": "x"}]}]),
            "`body[0].actions[0]`: there is no `TextBlock` here; there are Action.Execute, ",
        ),
    ] {
        let flaws = flaws(&card(&body));

        assert!(flaws.len() == 1 && flaws[0].starts_with(told), "{told}: {flaws:?}");
    }
}

#[test]
fn a_card_that_is_none_is_told() {
    assert_eq!(flaws(&json!([])), ["it must be an object"]);
    assert_eq!(flaws(&json!({"type": "Card"})).len(), 2);
    assert!(flaws(&json!({"type": "AdaptiveCard"}))[0].starts_with("it has no `version`"));
}

#[test]
fn a_deep_card_takes_time_by_its_size_alone() {
    let mut element = json!({"type": "TextBlock", "text": 1});
    for _ in 0..40 {
        element = json!({"type": "TextBlock", "text": "x", "fallback": element});
    }

    let flaws = flaws(&card(&json!([element])));

    assert!(flaws.len() == 1 && flaws[0].ends_with("text`: it must be a text"), "{flaws:?}");
}

#[test]
fn what_is_refused_is_refused_by_a_validator_too() {
    let schema: Value = serde_json::from_str(include_str!("adaptive-card-1.5.0.json")).expect("it is JSON");
    let validator = jsonschema::options().build(&schema).expect("it is a schema");
    let elements = [
        json!({"type": "TextBlock", "text": "x", "size": "Large", "maxLines": 2}),
        json!({"type": "TextBlock", "text": null}),
        json!({"type": "Image", "url": "https://a.example/", "size": "Huge"}),
        json!({"type": "Image", "altText": "x"}),
        json!({"type": "Table", "columns": [{"width": 1}], "rows": [{"type": "TableRow", "cells": []}]}),
        json!({"type": "Input.Text", "label": "x"}),
        json!({"type": "Input.Text", "id": "x", "style": "tel"}),
        json!({"type": "Media", "sources": [{"url": "https://a.example/v.mp4"}]}),
    ];

    for element in elements {
        let card = card(&json!([element]));
        assert_eq!(check(&card).is_empty(), validator.is_valid(&card), "{card} {:?}", flaws(&card));
    }
}

proptest! {
    #[test]
    fn no_card_is_too_much(text in "\\PC{0,200}") {
        if let Ok(card) = serde_json::from_str(&text) {
            let _ = check(&card);
        }
    }
}
