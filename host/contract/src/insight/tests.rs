//! Tests of checking and writing items.

use proptest::prelude::*;
use serde_json::json;
use url::Url;

use super::*;
use crate::{
    OPERATIONS,
    operation::{EMAIL_DRAFT, KEY_SALES_INFO, RECORD_DETAILS, RECORD_SUMMARY},
};

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

fn properties(properties: &[(&str, &str)]) -> Option<Value> {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Some(Value::Properties(properties.iter().map(own).collect()))
}

/// An activity with this date and time and this URL.
fn activity(date_time: &str, url: &str) -> (Option<Insight>, Repairs) {
    let mut repairs = Repairs::default();
    let draft = vec![text("Contract signed"), text("Kenny signed."), text(date_time), text(url), properties(&[])];
    (Insight::check(RECORD_SUMMARY.outputs, draft, &mut repairs), repairs)
}

fn written(insight: Option<Insight>) -> serde_json::Value {
    serde_json::to_value(insight.expect("the item stands")).expect("an item is JSON")
}

#[test]
fn a_good_item_is_written_in_the_order_of_the_table() {
    let mut repairs = Repairs::default();
    let draft = vec![
        text("Contract signed"),
        text("Kenny signed."),
        text("2026-05-12T08:30:00.000+02:00"),
        text("https://hub.contoso.example"),
        properties(&[("Status", "Signed"), ("Date", "9/7/23")]),
    ];

    let insight = Insight::check(RECORD_SUMMARY.outputs, draft, &mut repairs).expect("the item stands");

    assert_eq!(
        serde_json::to_string(&insight).expect("an item is JSON"),
        concat!(
            r#"{"title":"Contract signed","description":"Kenny signed.","dateTime":"2026-05-12T06:30:00Z","#,
            r#""url":"https://hub.contoso.example/","additionalProperties":{"Status":"Signed","Date":"9/7/23"}}"#,
        )
    );
    assert!(repairs.is_empty());
}

#[test]
fn what_is_optional_and_absent_is_not_written() {
    let mut repairs = Repairs::default();
    let draft = vec![text("Contoso Hub"), text("Kenny signed.")];

    let insight = Insight::check(KEY_SALES_INFO.outputs, draft, &mut repairs);

    assert_eq!(written(insight), json!({"title": "Contoso Hub", "description": "Kenny signed."}));
    assert!(repairs.is_empty());
}

#[test]
fn a_long_title_is_cut_to_its_documented_length() {
    let mut repairs = Repairs::default();
    let draft = vec![text("From Contoso Customer Insights"), text(&"x".repeat(131))];

    let insight = written(Insight::check(KEY_SALES_INFO.outputs, draft, &mut repairs));

    assert_eq!(insight["title"], "From Contoso Custom…");
    assert_eq!(insight["description"].as_str().map(|text| text.chars().count()), Some(130));
    assert_eq!(repairs.repaired, 2);
}

#[test]
fn an_item_without_what_is_required_is_left_out() {
    let (insight, repairs) = activity("12:50 PM, 11/11/23", "https://hub.contoso.example");

    assert!(insight.is_none());
    assert_eq!(repairs.left_out, 1);
    assert_eq!(repairs.notes[0].field, "dateTime");
}

#[test]
fn a_required_text_of_control_characters_alone_is_missing() {
    let mut repairs = Repairs::default();

    assert!(Insight::check(KEY_SALES_INFO.outputs, vec![text("\u{1b}\u{0}"), text("x")], &mut repairs).is_none());
    assert_eq!(repairs.left_out, 1);
}

#[test]
fn an_optional_url_that_leads_elsewhere_is_dropped() {
    let (insight, repairs) = activity("2026-05-12T08:30:00Z", "javascript:alert(1)");

    assert_eq!(written(insight).get("url"), None);
    assert_eq!((repairs.repaired, repairs.left_out), (1, 0));
}

#[test]
fn a_time_that_is_understood_though_incomplete_counts_as_repaired() {
    let (insight, repairs) = activity("2026-05-12T08:30", "");

    assert_eq!(written(insight)["dateTime"], "2026-05-12T08:30:00Z");
    assert_eq!(repairs.notes[0].change, Change::Completed);
}

#[test]
fn an_identifier_is_never_cut() {
    let mut repairs = Repairs::default();
    let draft =
        |id: &str| vec![text(id), text("Contract"), text("Contracts"), text("contract"), text("Contoso Renewal")];

    assert!(Insight::check(RECORD_DETAILS.outputs, draft("ct-0001"), &mut repairs).is_some());
    assert!(Insight::check(RECORD_DETAILS.outputs, draft(&"x".repeat(513)), &mut repairs).is_none());
    assert!(Insight::check(RECORD_DETAILS.outputs, draft("ct\n0001"), &mut repairs).is_none());
}

#[test]
fn a_link_has_one_of_the_content_types() {
    let mut repairs = Repairs::default();
    let draft = |kind| vec![text(kind), text("https://hub.example/1.pdf"), text("Contract"), text("The contract")];

    assert!(Insight::check(EMAIL_DRAFT.outputs, draft("content-pdf"), &mut repairs).is_some());
    assert!(Insight::check(EMAIL_DRAFT.outputs, draft("0"), &mut repairs).is_none());
}

fn any_value() -> impl Strategy<Value = Option<Value>> {
    let any_text = prop_oneof![
        any::<String>(),
        "[ -~\u{1b}\n😀\u{202e}]{0,200}",
        "https?://[a-z]{1,9}(:[0-9]{1,4})?/[ -~]{0,40}",
        "[0-9]{4}-(0[1-9]|1[0-2])-[0-2][0-9]T[01][0-9]:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[+-]0[0-9]:30)?",
        prop::sample::select(crate::operation::CONTENT_TYPES.to_vec()).prop_map(str::to_owned),
    ];
    let any_properties = prop::collection::vec((any_text.clone(), any_text.clone()), 0..60);
    prop::option::of(prop_oneof![
        4 => any_text.prop_map(Value::Text),
        1 => any_properties.prop_map(Value::Properties),
    ])
}

fn is_shown_well(text: &str, most: usize) -> bool {
    !text.is_empty() && text.trim() == text && !text::has_hidden(text) && text::length(text) <= most
}

/// Returns whether a value satisfies the rule of its field.
fn keeps_rule(field: &Field, value: &Value) -> bool {
    match (field.kind, value) {
        (FieldKind::Text, Value::Text(text)) => is_shown_well(text, field.max_length.unwrap_or(LONGEST_TEXT)),
        (FieldKind::Identifier, Value::Text(text)) => is_shown_well(text, LONGEST_IDENTIFIER),
        (FieldKind::DateTime, Value::Text(text)) => {
            text.ends_with('Z')
                && text.parse::<jiff::Timestamp>().is_ok()
                && !text.ends_with("0Z") | !text.contains('.')
        }
        (FieldKind::Url, Value::Text(text)) => {
            text.len() <= 2_048 && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        }
        (FieldKind::ContentType, Value::Text(text)) => is_content_type(text),
        (FieldKind::Properties, Value::Properties(properties)) => {
            let names: std::collections::HashSet<_> = properties.iter().map(|(name, _)| name).collect();
            (1..=50).contains(&properties.len())
                && names.len() == properties.len()
                && properties.iter().all(|(name, value)| is_shown_well(name, 256) && is_shown_well(value, 2_048))
        }
        (FieldKind::Properties, Value::Text(_)) | (_, Value::Properties(_)) => false,
    }
}

proptest! {
    #[test]
    fn whatever_stands_keeps_every_rule(
        operation in prop::sample::select(OPERATIONS.to_vec()),
        draft in prop::collection::vec(any_value(), 0..9),
    ) {
        let mut repairs = Repairs::default();

        let insight = Insight::check(operation.outputs, draft, &mut repairs);

        prop_assert_eq!(insight.is_none(), repairs.left_out == 1);
        for field in operation.outputs {
            let value = insight.as_ref().and_then(|insight| insight.value(field.name));
            prop_assert!(value.is_some() || !field.required || insight.is_none());
            prop_assert!(value.is_none_or(|value| keeps_rule(field, value)), "{}: {:?}", field.name, value);
        }
    }

    #[test]
    fn an_item_that_stands_needs_no_second_repair(
        title in any::<String>(),
        description in "\\PC{1,200}",
        rest in prop::collection::vec(any_value(), 3),
    ) {
        let draft = [text(&title), text(&description)].into_iter().chain(rest).collect();
        let Some(first) = Insight::check(KEY_SALES_INFO.outputs, draft, &mut Repairs::default()) else { return Ok(()) };
        let mut repairs = Repairs::default();

        let second = Insight::check(KEY_SALES_INFO.outputs, first.values.clone(), &mut repairs);

        prop_assert!(repairs.is_empty(), "{repairs:?}");
        prop_assert_eq!(second.map(|second| second.values), Some(first.values));
    }
}
