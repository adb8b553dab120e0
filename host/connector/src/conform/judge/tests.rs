//! Tests with valid and invalid answers.

use serde_json::json;

use super::*;
use contract::operation::{EMAIL_DRAFT, EMAIL_SUMMARY, KEY_SALES_INFO, RECORD_SUMMARY};

fn rules_of(body: &Value, operation: &'static Operation) -> Vec<Rule> {
    let mut findings = Findings::default();
    judge_page(body, 0, operation, &Outputs::default(), "here", &mut findings);
    findings.all().iter().map(|finding| finding.rule).collect()
}

fn activity(member: &str, value: Value) -> Value {
    let mut item = json!({
        "title": "Contract sent", "description": "It was sent.", "dateTime": "2026-05-12T08:30:00Z",
        "url": "https://hub.contoso.example/1", "additionalProperties": {"Status": "Sent"},
    });
    item[member] = value;
    json!({"value": [item], "hasMoreResults": false})
}

#[test]
fn a_good_page_has_no_flaw() {
    assert_eq!(rules_of(&activity("url", Value::Null), &RECORD_SUMMARY), []);
    assert_eq!(rules_of(&json!({"value": []}), &RECORD_SUMMARY), []);
}

#[test]
fn each_flaw_of_an_item_has_its_rule() {
    for (member, value, rule) in [
        ("title", json!(""), Rule::RequiredMissing),
        ("title", Value::Null, Rule::RequiredMissing),
        ("title", json!(1), Rule::FieldType),
        ("title", json!("x".repeat(5_000)), Rule::TextVeryLong),
        ("title", json!("two\nlines"), Rule::TextUnclean),
        ("dateTime", json!("yesterday"), Rule::DateInvalid),
        ("dateTime", json!("2026-05-12T08:30Z"), Rule::DateInvalid),
        ("dateTime", json!("2026-05-12T08:30:00+02:00"), Rule::DateNotUtc),
        ("url", json!("javascript:alert(1)"), Rule::UrlInvalid),
        ("url", json!("/contract/1"), Rule::UrlInvalid),
        ("additionalProperties", json!({"Views": 100}), Rule::PropertiesType),
        ("additionalProperties", json!([]), Rule::PropertiesType),
        ("additionalProperties", json!({"Status": " "}), Rule::PropertiesUnclean),
    ] {
        assert!(rules_of(&activity(member, value.clone()), &RECORD_SUMMARY).contains(&rule), "{member} {value}");
    }
}

#[test]
fn documented_lengths_count_utf16_units() {
    let page = |title: &str| json!({"value": [{"title": title, "description": "It is."}]});

    assert_eq!(rules_of(&page(&"é".repeat(20)), &EMAIL_SUMMARY), []);
    assert_eq!(rules_of(&page(&"é".repeat(21)), &EMAIL_SUMMARY), [Rule::TextTooLong]);
    assert_eq!(rules_of(&page(&"😀".repeat(11)), &KEY_SALES_INFO), [Rule::TextTooLong]);
}

#[test]
fn a_kind_of_content_is_one_of_the_documented_words() {
    let page = |kind: Value| {
        json!({"value": [{
            "contentType": kind, "content": "https://a.example/", "contentTitle": "A", "contentDescription": "B",
        }]})
    };

    assert_eq!(rules_of(&page(json!("content-pdf")), &EMAIL_DRAFT), []);
    assert_eq!(rules_of(&page(json!("content-odt")), &EMAIL_DRAFT), [Rule::ValueUndocumented]);
    assert_eq!(rules_of(&page(json!("odt")), &EMAIL_DRAFT), [Rule::ValueUnknown]);
    assert_eq!(rules_of(&page(json!(3)), &EMAIL_DRAFT), [Rule::ValueUnknown]);
}

#[test]
fn what_is_around_the_items_is_judged_too() {
    assert_eq!(rules_of(&json!([]), &RECORD_SUMMARY), [Rule::ValueMissing]);
    assert_eq!(
        rules_of(&json!({"value": [1], "hasMoreResults": "no"}), &RECORD_SUMMARY),
        [Rule::HasMoreType, Rule::FieldType]
    );
}

#[test]
fn an_error_has_the_documented_body_and_the_code_of_its_status() {
    let rules = |status: u16, body: &str| {
        let mut findings = Findings::default();
        judge_error(status, body.as_bytes(), "a request", "here", &mut findings);
        findings.all().iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };

    assert_eq!(rules(400, r#"{"errorCode": "INVALID_REQUEST", "errorMessage": "x", "details": {}}"#), []);
    assert_eq!(rules(400, r#"{"errorCode": "BadRequest"}"#), []);
    assert_eq!(rules(404, r#"{"errorCode": "NotFound"}"#), [Rule::ErrorCode]);
    assert_eq!(rules(400, r#"{"errorCode": "RECORD_NOT_FOUND"}"#), [Rule::ErrorCode]);
    assert_eq!(rules(400, r#"{"error": {"code": 1}}"#), [Rule::ErrorBody]);
    assert_eq!(rules(500, "<html>"), [Rule::ErrorBody]);
    assert_eq!(rules(400, r#"{"errorCode": "INVALID_REQUEST", "activityId": 1}"#), [Rule::ErrorBody]);
}

#[test]
fn each_flaw_of_a_card_has_its_rule() {
    let good = json!({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "x"}]});
    let entry = |card: &Value| json!({"adaptiveCards": [{"adaptiveCard": card.to_string(), "previewCardData": {"title": "x"}}]});
    let rules = |body: &Value| {
        let mut findings = Findings::default();
        judge_cards(body, contract::CardSizes::default(), "here", &mut findings);
        findings.all().iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    let mut misspelt = good.clone();
    misspelt["body"][0]["colour"] = "good".into();
    let mut unsafe_link = good.clone();
    unsafe_link["selectAction"] = json!({"type": "Action.OpenUrl", "url": "javascript:alert(1)"});

    assert_eq!(rules(&entry(&good)), []);
    assert_eq!(rules(&json!({"adaptiveCards": []})), []);
    assert_eq!(rules(&json!({})), [Rule::CardMissing]);
    assert_eq!(
        rules(&json!({"adaptiveCards": [{"adaptiveCard": good, "previewCardData": {"title": "x"}}]})),
        [Rule::CardMissing]
    );
    assert_eq!(rules(&entry(&misspelt)), [Rule::CardInvalid]);
    assert_eq!(rules(&entry(&unsafe_link)), [Rule::CardLink]);
    assert_eq!(rules(&json!({"adaptiveCards": [{"adaptiveCard": good.to_string()}]})), [Rule::CardPreview]);
    assert_eq!(
        rules(&json!({"adaptiveCards": [
            {"adaptiveCard": good.to_string(), "previewCardData": {"title": "x", "url": "ftp://a.example"}}
        ]})),
        [Rule::UrlInvalid]
    );
}
