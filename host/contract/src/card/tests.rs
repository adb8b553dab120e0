//! Tests of cards: laid out by the host, and written by plugins.

mod own_cards;

use serde_json::{Value, json};

use super::*;

fn draft(body: CardBody) -> CardDraft {
    CardDraft {
        title: "Fourth Coffee".to_owned(),
        subtitle: Some("Account".to_owned()),
        url: Some("https://hub.contoso.example/account/1".to_owned()),
        url_label: None,
        body,
    }
}

fn own(card: &Value) -> CardDraft {
    draft(CardBody::AdaptiveCard(card.to_string()))
}

fn checked(draft: CardDraft) -> (Option<Value>, Repairs) {
    let mut repairs = Repairs::default();
    let card = Card::check(draft, "Contoso Hub", CardSizes::default(), &mut repairs);
    let card = card.map(|card| serde_json::from_str(card.adaptive_card()).expect("a card is JSON"));
    (card, repairs)
}

fn full_content() -> CardContent {
    CardContent {
        logo_url: Some("https://hub.contoso.example/logo.png".to_owned()),
        text: Some("x".repeat(231)),
        facts: vec![("Status".to_owned(), "[Signed](javascript:alert(1))".to_owned())],
        sections: vec![
            Section { title: "Key stakeholders".to_owned(), bullets: vec!["Kenny signs.".to_owned(); 7] },
            Section { title: "Nothing".to_owned(), bullets: Vec::new() },
        ],
    }
}

#[test]
fn content_is_laid_out_as_the_documentation_shows() {
    let (card, repairs) = checked(draft(CardBody::Content(full_content())));

    let card = card.expect("content always makes a card");
    assert_eq!(card["version"], "1.5");
    let body = card["body"].as_array().expect("a card has a body");
    let kinds: Vec<&str> = body.iter().filter_map(|element| element["type"].as_str()).collect();
    assert_eq!(kinds, ["Image", "TextBlock", "TextBlock", "TextBlock", "TextBlock", "FactSet", "Container"]);
    assert_eq!(body[1]["text"], "Info from Contoso Hub");
    assert_eq!(body[4]["text"].as_str().map(|text| text.chars().count()), Some(230));
    assert_eq!(body[5]["facts"][0]["value"], "\\[Signed\\](javascript:alert(1))");
    assert_eq!(body[6]["items"].as_array().map(Vec::len), Some(1 + 5));
    assert_eq!(body[6]["items"][1]["text"], "- Kenny signs.");
    assert_eq!(card["actions"][0]["title"], "Open in Contoso Hub");
    // The paragraph is truncated; two bullets and the empty section are dropped.
    assert_eq!(repairs.repaired, 3);
}

#[test]
fn what_is_absent_takes_no_space() {
    let bare =
        CardDraft { subtitle: None, url: Some(" ".to_owned()), ..draft(CardBody::Content(CardContent::default())) };

    let (card, repairs) = checked(bare);

    let card = card.expect("a title is enough");
    assert_eq!(card["body"].as_array().map(Vec::len), Some(2));
    assert_eq!(card.get("actions"), None);
    assert!(repairs.is_empty());
}

#[test]
fn an_answer_is_written_as_documented() {
    let mut repairs = Repairs::default();
    let card = json!({"type": "AdaptiveCard", "version": "1.5"});
    let cards = Card::check(own(&card), "Contoso Hub", CardSizes::default(), &mut repairs).into_iter().collect();

    let answer = crate::ChatAnswer { cards, text: Some("Kenny signs.".to_owned()), ..crate::ChatAnswer::default() };

    assert_eq!(
        serde_json::to_value(answer).expect("an answer is JSON"),
        json!({"adaptiveCards": [{
            "adaptiveCard": r#"{"type":"AdaptiveCard","version":"1.5"}"#,
            "previewCardData": {
                "title": "Fourth Coffee",
                "subTitle": "Account",
                "url": "https://hub.contoso.example/account/1",
            },
        }]})
    );
}

#[test]
fn the_button_of_a_card_has_the_plugins_text_or_names_the_plugin() {
    let label = |label: Option<&str>| {
        let labelled =
            CardDraft { url_label: label.map(str::to_owned), ..draft(CardBody::Content(CardContent::default())) };
        checked(labelled).0.expect("a title is enough")["actions"][0]["title"].clone()
    };

    assert_eq!(label(Some(" Open contract\n")), "Open contract");
    assert_eq!(label(Some(" ")), label(None));
    assert!(label(None).as_str().is_some_and(|title| title.starts_with("Open in ")));
}

#[test]
fn a_card_without_a_title_is_left_out() {
    let untitled = CardDraft { title: "\n".to_owned(), ..draft(CardBody::Content(full_content())) };

    let (card, repairs) = checked(untitled);

    assert_eq!(card, None);
    assert_eq!(repairs.left_out, 1);
}

fn left_out(because: Flaw) -> Change {
    Change::LeftOut { because }
}

/// A card of its own of exactly this many bytes.
fn of_bytes(bytes: usize) -> CardDraft {
    let card = |speak: usize| json!({"type": "AdaptiveCard", "version": "1.5", "speak": "x".repeat(speak)});
    own(&card(bytes - card(0).to_string().len()))
}

#[test]
fn a_card_larger_than_clients_show_is_told_of_and_one_larger_than_they_accept_left_out() {
    let sizes = CardSizes::default();
    for (bytes, warnings, left_out) in [
        (sizes.warned, 0, None),
        (sizes.warned + 1, 1, None),
        (sizes.most, 1, None),
        (sizes.most + 1, 0, Some(Flaw::CardTooLarge { bytes: sizes.most + 1, most: sizes.most })),
        (1 << 20, 0, Some(Flaw::CardTooLarge { bytes: 1 << 20, most: sizes.most })),
    ] {
        let (card, repairs) = checked(of_bytes(bytes));

        assert_eq!(card.is_none(), left_out.is_some(), "{bytes}");
        assert_eq!(repairs.warnings.len(), warnings, "{bytes}");
        assert_eq!(repairs.notes.first().map(|note| note.change.clone()), left_out.map(self::left_out), "{bytes}");
    }
}

#[test]
fn blanks_in_the_text_of_a_card_do_not_count() {
    let text = format!(r#"{{"type":"AdaptiveCard",{}"version":"1.5"}}"#, " ".repeat(100_000));

    let (card, repairs) = checked(draft(CardBody::AdaptiveCard(text)));

    assert!(card.is_some() && repairs.warnings.is_empty(), "{repairs}");
}

#[test]
fn content_that_is_laid_out_has_a_size_too() {
    let facts = (0..50).map(|index| (format!("Fact {index}"), "x".repeat(2_000))).collect();
    let (card, repairs) = checked(draft(CardBody::Content(CardContent { facts, ..CardContent::default() })));

    assert_eq!(card, None);
    assert_eq!(repairs.left_out, 1, "{repairs}");
}

#[test]
fn a_name_that_looks_like_an_earlier_one_takes_no_place_of_it() {
    let card = json!({"type": "AdaptiveCard", "version": "1.5", "version\u{200b}": "9.9", "ty\u{200b}pe": "Other"});
    let card = checked(own(&card)).0.expect("it is a card");
    assert_eq!((&card["type"], &card["version"]), (&json!("AdaptiveCard"), &json!("1.5")));

    let card = json!({"ty\u{200b}pe": "AdaptiveCard", "version": "1.5"});
    assert!(checked(own(&card)).0.is_some(), "it is one as clients show it");
}

#[test]
fn names_in_an_own_card_lose_what_nobody_sees() {
    let card = json!({"type": "AdaptiveCard", "version": "1.5", "sp\u{200b}eak": "x", "fallback\u{e0041}Text": "y"});

    let (card, repairs) = checked(own(&card));

    let card = card.expect("it is a card");
    assert_eq!((&card["speak"], &card["fallbackText"]), (&json!("x"), &json!("y")));
    assert_eq!(repairs.repaired, 1);
}

#[test]
fn texts_of_an_own_card_lose_what_is_unfit() {
    let card = json!({"type": "AdaptiveCard", "version": "1.5", "speak": "a\u{202E}b\u{1b}c\n"});

    let (card, repairs) = checked(own(&card));

    assert_eq!(card.expect("it is a card")["speak"], "abc\n");
    assert_eq!(repairs.repaired, 1);
}
