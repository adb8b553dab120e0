//! Answers of guests. Whatever a guest returns, the answer that a caller gets keeps every rule of the contract.

#![no_main]

use std::collections::HashSet;

use arbitrary::{Arbitrary, Unstructured};
use contract::operation::is_content_type;
use contract::{Field, FieldKind, OPERATIONS, Operation, Outcome, Page, Repairs, Reply, Window};
use insight_fuzz::{is_plain, is_utc, leads_to_the_web};
use insight_host::fuzzing::{CardAnswer, Item, PageAnswer};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

#[derive(Arbitrary, Debug)]
struct Input {
    operation: Option<u8>,
    top: Option<u32>,
    #[arbitrary(with = items)]
    items: Vec<Item>,
    has_more: bool,
    language: Option<String>,
    text: Option<String>,
    data: Option<String>,
}

/// Beginnings that random bytes seldom produce.
const HINTS: [&str; 12] = [
    "",
    "https://hub.example/",
    "javascript:alert(1)",
    "2026-05-12T08:30:00Z",
    "2026-05-12T08:30",
    "\u{1b}[2J",
    "\u{202e}",
    "{\"type\":\"AdaptiveCard\",\"version\":\"1.5\",\"body\":[",
    "{\"type\":\"AdaptiveCard\",\"version\":\"1.5\",\"url\":\"",
    "[a](https://hub.example)",
    "de-AT",
    "e\u{301}\u{301}",
];

fn items(from: &mut Unstructured<'_>) -> arbitrary::Result<Vec<Item>> {
    let count = from.int_in_range(0..=8)?;
    (0..count).map(|_| item(from)).collect()
}

fn item(from: &mut Unstructured<'_>) -> arbitrary::Result<Item> {
    let properties = from.int_in_range(0..=60)?;
    Ok(Item {
        texts: [text(from)?, text(from)?, text(from)?, text(from)?],
        title: optional(from)?,
        date_time: optional(from)?,
        url: optional(from)?,
        properties: (0..properties).map(|_| Ok((text(from)?, text(from)?))).collect::<arbitrary::Result<_>>()?,
        kind: from.arbitrary()?,
    })
}

fn optional(from: &mut Unstructured<'_>) -> arbitrary::Result<Option<String>> {
    Ok(if from.arbitrary()? { Some(text(from)?) } else { None })
}

/// Generates a hint followed by some text, which may be repeated far too often.
fn text(from: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    let hint = *from.choose(&HINTS)?;
    let rest: &str = from.arbitrary()?;
    let times = if from.ratio(1, 16)? { 5_000 / (rest.len() + 1) } else { 1 };
    Ok(format!("{hint}{}", rest.repeat(times)))
}

fuzz_target!(|input: Input| {
    let Input { operation, top, items, has_more, language, text, data } = input;
    let mut repairs = Repairs::default();
    let given = items.len();
    let Some(operation) = operation else {
        let checked = CardAnswer { items, text, data, language }.check("Contoso", &mut repairs);
        return assert_reply(checked, given, |reply| assert_cards(&reply));
    };
    let operation = OPERATIONS[usize::from(operation) % OPERATIONS.len()];
    let window = Window::new(top, None);
    let checked = PageAnswer { items, has_more, language }.check(operation, window, "Contoso", &mut repairs);
    assert_reply(checked, given, |reply| {
        let Reply::Page(page) = reply else { panic!("a page was asked for") };
        assert!(page.items.len() <= window.top as usize);
        assert_page(&page, operation);
    });
});

/// Asserts that an answer with items has some left, or is a bad answer.
fn assert_reply(checked: Result<Reply, Outcome>, given: usize, assert: impl FnOnce(Reply)) {
    match checked {
        Ok(reply) => assert(reply),
        Err(outcome) => assert!(outcome == Outcome::BadAnswer && given > 0, "{outcome} of {given} items"),
    }
}

fn assert_page(page: &Page, operation: &Operation) {
    assert!(page.languages.iter().all(|tag| is_tag(tag)), "{:?}", page.languages);
    let written = serde_json::to_value(page).expect("a page is JSON");
    for item in written["value"].as_array().expect("a page has items") {
        let item = item.as_object().expect("an item is an object");
        for name in item.keys() {
            assert!(operation.outputs.iter().any(|field| field.name == name), "`{name}` is no field");
        }
        for field in operation.outputs {
            match item.get(field.name) {
                Some(value) => assert_field(field, value),
                None => assert!(!field.required, "`{}` is missing", field.name),
            }
        }
    }
}

fn assert_field(field: &Field, value: &Value) {
    if field.kind == FieldKind::Properties {
        let properties = value.as_object().expect("properties are an object");
        assert!((1..=50).contains(&properties.len()));
        for (name, value) in properties {
            assert_line(field.name, name, 256);
            assert_line(field.name, value.as_str().expect("a property is text"), 2_048);
        }
        return;
    }
    let text = value.as_str().expect("every other field is text");
    match field.kind {
        FieldKind::Text => assert_line(field.name, text, field.max_length.unwrap_or(4_096)),
        FieldKind::Identifier => assert_line(field.name, text, 512),
        FieldKind::DateTime => assert!(is_utc(text), "{text:?}"),
        FieldKind::Url => assert!(leads_to_the_web(text), "{text:?}"),
        FieldKind::ContentType => assert!(is_content_type(text), "{text:?}"),
        FieldKind::Properties => unreachable!("looked at above"),
    }
}

fn assert_line(field: &str, text: &str, most: usize) {
    assert!(is_plain(text), "`{field}`: {text:?}");
    assert!(!text.is_empty() && text.trim() == text, "`{field}`: {text:?}");
    assert!(text.encode_utf16().count() <= most, "`{field}` is longer than {most}");
}

fn assert_cards(reply: &Reply) {
    let Reply::Chat(answer) = reply else { panic!("cards were asked for") };
    assert!(answer.cards.len() <= 50 && answer.languages.iter().all(|tag| is_tag(tag)));
    for card in &answer.cards {
        let written = serde_json::to_value(card).expect("a card is JSON");
        let preview = &written["previewCardData"];
        assert_line("title", preview["title"].as_str().expect("a card has a title"), 256);
        if let Some(url) = preview.get("url") {
            assert!(url.as_str().is_some_and(leads_to_the_web), "{url}");
        }
        let shown: Value = serde_json::from_str(card.adaptive_card()).expect("a card is JSON");
        assert_eq!(shown["type"], "AdaptiveCard");
        assert_harmless(&shown);
    }
}

/// Asserts that a card has no control characters, and that every address in it is a web address. What an action sends
/// back to its bot may hold any text.
fn assert_harmless(value: &Value) {
    match value {
        Value::String(text) => assert!(text.split(['\n', '\r', '\t']).all(is_plain), "{text:?}"),
        Value::Array(entries) => entries.iter().for_each(assert_harmless),
        Value::Object(members) => {
            let is_action = members.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("Action."));
            for (name, value) in members {
                let name = name.to_ascii_lowercase();
                let leads_on = name.ends_with("url") || name == "href" || name == "src";
                match value {
                    _ if is_action && name == "data" => {}
                    Value::String(url) if leads_on => assert!(is_address(url), "`{name}`: {url:?}"),
                    _ => assert_harmless(value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns whether a text is empty, a web address, an icon's name, or an image that is embedded in the card.
fn is_address(text: &str) -> bool {
    let kinds: HashSet<&str> = HashSet::from(["png", "jpeg", "gif"]);
    let within = text.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,"));
    // The host checks a trimmed address and keeps the card's text, with blanks around it.
    let address = text.trim();
    address.is_empty()
        || address.starts_with("icon:")
        || leads_to_the_web(address)
        || within.is_some_and(|(kind, _)| kinds.contains(kind))
}

/// Returns whether a tag has letters, digits and hyphens only, so that it cannot end a header.
fn is_tag(tag: &str) -> bool {
    !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
