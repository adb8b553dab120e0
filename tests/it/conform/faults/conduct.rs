//! Faults in the handling of requests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use insight_tests::connector::{Answered, Asked, good};
use serde_json::json;

use super::assert_finds;
use crate::conform::judge_answers;

/// Returns the correct answer, except for requests of `path` that are `bad`, which get `status`.
fn refusing(path: &'static str, status: u16, bad: impl Fn(&Asked) -> bool) -> impl Fn(&Asked) -> Answered {
    move |asked| {
        if asked.path.ends_with(path) && bad(asked) {
            let body = json!({"errorCode": "INVALID_REQUEST"}).to_string();
            return Answered { status, body, ..good(asked) };
        }
        good(asked)
    }
}

#[test]
fn good_requests_that_are_refused_are_found_by_what_is_refused() {
    let date = |form: &'static str| refusing("record-summary", 400, move |asked| asked.query.contains(form));
    let large = |asked: &Asked| asked.body.len() > 2 << 20;

    assert_finds(&judge_answers(date("0667701Z")), "date-form-refused", "scp-get-related-activities");
    assert_finds(&judge_answers(date("01%3A44Z")), "date-form-refused", "scp-get-related-activities");
    assert_finds(
        &judge_answers(refusing("email-draft", 413, large)),
        "large-thread-refused",
        "scp-get-content-suggestions",
    );
    assert_finds(
        &judge_answers(refusing("record-details", 400, |asked| asked.query.contains("RECORDID"))),
        "names-case-sensitive",
        "scp-get-related-records",
    );
    assert_finds(
        &judge_answers(refusing("record-details", 400, |asked| asked.language.starts_with("cs"))),
        "language-refused",
        "scp-get-related-records",
    );
}

#[test]
fn a_good_request_that_fails_is_found_and_asked_no_more() {
    let fails = |asked: &Asked| match good(asked) {
        answered if asked.path.ends_with("key-sales-info") => {
            let body = json!({"errorCode": "INTERNAL_SERVER_ERROR"}).to_string();
            Answered { status: 500, body, ..answered }
        }
        answered => answered,
    };

    let found = judge_answers(fails);

    assert_finds(&found, "request-refused", "scp-get-sales-highlights");
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn an_answer_after_more_than_five_seconds_is_found() {
    let was_slow = AtomicBool::new(false);
    let slow = move |asked: &Asked| {
        let is_slow = asked.path.ends_with("key-sales-info") && !was_slow.swap(true, Ordering::SeqCst);
        Answered { after: if is_slow { Duration::from_millis(5_200) } else { Duration::ZERO }, ..good(asked) }
    };

    let found = judge_answers(slow);

    assert_finds(&found, "answer-late", "scp-get-sales-highlights");
    assert!(found[0].1.contains("took 5."), "{found:#?}");
}

#[test]
fn refusals_that_are_not_as_documented_are_found() {
    let missing = |asked: &Asked| asked.path.ends_with("key-sales-info") && good(asked).status == 400;
    let answering = move |status: u16, body: &'static str| {
        judge_answers(move |asked| {
            let answered = good(asked);
            if missing(asked) { Answered { status, body: body.to_owned(), ..answered } } else { answered }
        })
    };
    let key_sales = "scp-get-sales-highlights";

    assert_finds(&answering(400, r#"{"error": {"code": "400"}}"#), "error-body", key_sales);
    assert_finds(&answering(400, r#"{"errorCode": "RECORD_NOT_FOUND"}"#), "error-code", key_sales);
    assert_finds(&answering(500, r#"{"errorCode": "INTERNAL_SERVER_ERROR"}"#), "error-status", key_sales);
    assert_finds(&answering(200, r#"{"value": []}"#), "required-not-checked", key_sales);
}

#[test]
fn a_language_that_changes_nothing_is_found() {
    let deaf = |asked: &Asked| {
        let language = if asked.path.ends_with("key-sales-info") { "en".to_owned() } else { asked.language.clone() };
        good(&Asked { language, ..asked.clone() })
    };

    assert_finds(&judge_answers(deaf), "language-without-effect", "scp-get-sales-highlights");
}
