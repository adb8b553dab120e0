//! Cards that plugins write themselves.

use serde_json::json;

use super::*;

#[test]
fn an_own_card_keeps_what_is_harmless() {
    let card = json!({
        "type": "AdaptiveCard",
        "version": "1.3",
        "backgroundImage": {"url": "data:image/png;base64,iVBORw0KGgo="},
        "body": [
            {"type": "Image", "url": "data:image/gif;base64,R0lGODlh"},
            {"type": "TextBlock", "text": "One\ntwo [three](https://hub.example/3)"},
        ],
        "actions": [{"type": "Action.OpenUrl", "url": "https://hub.example/", "iconUrl": "https://hub.example/i.png"}],
    });

    let (checked, repairs) = checked(own(&card));

    assert_eq!(checked, Some(card));
    assert!(repairs.is_empty());
}

#[test]
fn a_part_that_leads_elsewhere_is_left_out_and_the_rest_is_served() {
    for element in [
        json!({"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "url": "javascript:alert(1)"}]}),
        json!({"type": "Action.OpenUrl", "URL": "java\nscript:alert(1)"}),
        json!({"type": "Action.OpenUrl", "url": "data:image/png;base64,iVBORw0KGgo="}),
        json!({"type": "Action.OpenUrl", "url": ["javascript:alert(1)"]}),
        json!({"type": "Action.OpenUrl", "url": {"x": "javascript:alert(1)"}}),
        json!({"type": "Image", "url": "data:image/svg+xml;base64,PHN2Zz4="}),
        json!({"type": "Image", "url": "data:image/png;base64,<script>"}),
        json!({"type": "Image", "url": ""}),
        json!({"type": "Media", "sources": [{"url": "ftp://x/"}]}),
        json!({"type": "TextBlock", "text": "[x](java\u{1}script:alert(1))"}),
        json!({"type": "FactSet", "facts": [{"title": "x", "value": "<javascript:alert(1)>"}]}),
        json!({"type": "Container", "items": [{"type": "Container", "items": [{"type": "Image", "url": "x:y"}]}]}),
    ] {
        let good = json!({"type": "TextBlock", "text": "Kenny signs."});
        let card = json!({"type": "AdaptiveCard", "version": "1.5", "body": [element, good]});

        let (checked, repairs) = checked(own(&card));

        assert_eq!(checked.expect("the rest is served")["body"], json!([good]), "{element}");
        let path = repairs.notes.last().expect("it is noted").path();
        assert!(path.starts_with("adaptiveCards[0].adaptiveCard.body[0]"), "{path}");
        assert_eq!(repairs.left_out, 1, "{repairs}");
    }
}

#[test]
fn an_optional_member_that_leads_elsewhere_does_not_cost_its_element() {
    for (name, value) in [
        ("iconUrl", json!("file:///x")),
        ("backgroundImage", json!("javascript:x")),
        ("backgroundImage", json!({"url": "javascript:x"})),
        ("backgroundImage", json!(["javascript:x"])),
        ("altText", json!("[x](javascript:alert(1))")),
        ("selectAction", json!({"type": "Action.OpenUrl", "url": "javascript:x"})),
    ] {
        let card = json!({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Container", name: value}]});

        let (checked, repairs) = checked(own(&card));

        assert_eq!(checked.expect("it is served")["body"], json!([{"type": "Container"}]), "{name}: {value}");
        assert_eq!(repairs.repaired + repairs.left_out, 1, "{repairs}");
    }
}

#[test]
fn what_a_partner_writes_without_a_link_is_served_as_it_is() {
    let card = json!({
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            {"type": "TextBlock", "text": "[Today]: 10:30 call, times <4:00 h, odds <3:1>, [#4711]: Status:open"},
            {"type": "Image", "url": "https://hub.example/i.png", "selectAction": {
                "type": "Action.Execute", "iconUrl": "icon:Calendar,filled", "data": {"recordUri": "urn:contact:42"},
            }},
        ],
        "actions": [
            {"type": "Action.Submit", "iconUrl": "", "data": {"callbackUrl": "", "text": "[x](crm:1)"}},
        ],
    });

    let (checked, repairs) = checked(own(&card));

    assert_eq!(checked, Some(card));
    assert!(repairs.is_empty(), "{repairs}");
}

#[test]
fn an_emptied_cell_keeps_its_place() {
    let cell = |text| json!({"type": "TableCell", "items": [{"type": "TextBlock", "text": text}]});
    let row = json!({"type": "TableRow", "cells": [cell("<javascript:x>"), cell("Kenny")]});
    let table = json!({"type": "Table", "columns": [{"width": 1}, {"width": 1}], "rows": [row]});
    let card = json!({"type": "AdaptiveCard", "version": "1.5", "body": [table]});

    let (checked, repairs) = checked(own(&card));

    let row = &checked.expect("it is served")["body"][0]["rows"][0];
    assert_eq!(row["cells"], json!([{"type": "TableCell", "items": []}, cell("Kenny")]));
    let path = repairs.notes[0].path_in_item();
    assert_eq!(path, "adaptiveCard.body[0].rows[0].cells[0].items[0].text");
}

#[test]
fn a_card_of_which_nothing_is_left_is_left_out() {
    let card = json!({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Image", "url": "x:y"}]});

    let (checked, repairs) = checked(own(&card));

    assert_eq!(checked, None);
    assert_eq!(repairs.notes.last().map(|note| note.change.clone()), Some(left_out(Flaw::NothingLeft)));
}

#[test]
fn a_byte_order_mark_and_half_an_emoji_do_not_cost_the_card() {
    let text = "\u{feff}{\"type\":\"AdaptiveCard\",\"version\":\"1.5\",\"speak\":\"cut \\ud83d\"}";

    let (card, repairs) = checked(draft(CardBody::AdaptiveCard(text.to_owned())));

    assert_eq!(card.expect("it is a card")["speak"], "cut \u{fffd}");
    assert_eq!(repairs.repaired, 1);
}

#[test]
fn what_is_no_card_is_left_out() {
    let deep = format!(r#"{{"type":"AdaptiveCard","version":"1.5","body":{}"#, "[".repeat(50_000));
    for text in [
        "",
        "[]",
        r#"{"type":"AdaptiveCard"}"#,
        r#"{"type":"AdaptiveCard","version":"1.6"}"#,
        r#"{"type":"AdaptiveCard","version":1.5}"#,
        r#"{"type":"TextBlock","version":"1.5"}"#,
        r#"{"type":"AdaptiveCard","version":"1.5","version":"1.5"}"#,
        &deep,
    ] {
        let (card, repairs) = checked(draft(CardBody::AdaptiveCard(text.to_owned())));

        assert_eq!(card, None, "{}", &text[..text.len().min(60)]);
        assert_eq!(repairs.left_out, 1);
    }
}
