//! Faults in connectors that work but for them, each found by its rule.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use insight_tests::connector::{Answered, Asked, definition, definition_of, good};
use serde_json::{Value, json};

use super::{Found, judge_answers, judge_definition};

/// Where key sales info is declared.
const KEY_SALES: &str = "/paths/~1key-sales-info/get";

/// A part of a definition that is declared.
fn part<'a>(definition: &'a mut Value, pointer: &str) -> &'a mut Value {
    definition.pointer_mut(pointer).unwrap_or_else(|| panic!("there is no {pointer}"))
}

/// A good definition with one part changed.
fn changed(pointer: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut definition = definition();
    change(part(&mut definition, pointer));
    definition
}

/// The good answer, with its body changed if the path ends in `path` and the answer is a good one.
fn with_body(path: &'static str, change: impl Fn(&Asked, &mut Value)) -> impl Fn(&Asked) -> Answered {
    move |asked| {
        let mut answered = good(asked);
        if asked.path.ends_with(path) && answered.status == 200 {
            let mut body = serde_json::from_str(&answered.body).expect("a good answer is JSON");
            change(asked, &mut body);
            answered.body = body.to_string();
        }
        answered
    }
}

/// The good answer, but for requests of `path` that are `bad`, which get `status`.
fn refusing(path: &'static str, status: u16, bad: impl Fn(&Asked) -> bool) -> impl Fn(&Asked) -> Answered {
    move |asked| {
        if asked.path.ends_with(path) && bad(asked) {
            let body = json!({"errorCode": "INVALID_REQUEST"}).to_string();
            return Answered { status, body, ..good(asked) };
        }
        good(asked)
    }
}

/// Asserts that a rule is broken, in an operation of this name, and that no other is.
fn assert_finds(found: &Found, rule: &str, operation: &str) {
    assert!(!found.is_empty(), "{rule} is not found");
    for (broken, what) in found {
        assert!(broken == rule && what.starts_with(operation), "{rule} at {operation} alone, not {found:#?}");
    }
}

#[test]
fn faults_of_definitions_are_found_by_their_rules() {
    let key_sales = "scp-get-key-sales";
    let parameter = |name: &str| json!({"name": name, "in": "query", "type": "string", "description": "More.", "x-ms-summary": name});
    let mut required = parameter("region");
    required["required"] = true.into();
    let item = format!("{KEY_SALES}/responses/200/schema/properties/value/items");
    let faults: [(&str, Value); 14] = [
        (
            "operation-description",
            changed(&format!("{KEY_SALES}/description"), |text| {
                *text = text.as_str().expect("a text").replace("C4S", "Copilot for Sales").into();
            }),
        ),
        (
            "description-period",
            changed(&format!("{KEY_SALES}/description"), |text| {
                *text = text.as_str().expect("a text").trim_end_matches('.').into();
            }),
        ),
        (
            "extra-required-input",
            changed(&format!("{KEY_SALES}/parameters"), |list| {
                list.as_array_mut().expect("a list").push(required);
            }),
        ),
        (
            "connector-id",
            changed(&format!("{KEY_SALES}/parameters"), |list| {
                list.as_array_mut().expect("a list").push(parameter("connectorId"));
            }),
        ),
        (
            "input-missing",
            changed(&format!("{KEY_SALES}/parameters"), |list| {
                list.as_array_mut().expect("a list").retain(|input| input["name"] != "recordId");
            }),
        ),
        (
            "input-description",
            changed(&format!("{KEY_SALES}/parameters/1/description"), |text| *text = "Record id.".into()),
        ),
        (
            "optional-input-description",
            changed(&format!("{KEY_SALES}/parameters/2/description"), |text| *text = "CRM.".into()),
        ),
        ("input-type", changed(&format!("{KEY_SALES}/parameters/4/type"), |kind| *kind = "string".into())),
        ("optional-input-required", changed(&format!("{KEY_SALES}/parameters/4/required"), |is| *is = true.into())),
        (
            "output-missing",
            changed(&item, |item| {
                item["properties"].as_object_mut().expect("an object").remove("description");
            }),
        ),
        (
            "output-not-required",
            changed(&format!("{item}/required"), |list| {
                list.as_array_mut().expect("a list").retain(|name| name != "title");
            }),
        ),
        (
            "output-description",
            changed(&format!("{item}/properties/title/description"), |text| *text = "Title.".into()),
        ),
        (
            "operation-id-missing",
            changed(KEY_SALES, |operation| {
                operation.as_object_mut().expect("an object").remove("operationId");
            }),
        ),
        (
            "responses-undeclared",
            changed(&format!("{KEY_SALES}/responses"), |responses| {
                responses.as_object_mut().expect("an object").remove("429");
            }),
        ),
    ];

    for (rule, definition) in faults {
        let operation = if rule == "operation-id-missing" { "GET /api/key-sales-info" } else { key_sales };
        assert_finds(&judge_definition(&definition), rule, operation);
    }
}

#[test]
fn a_wrong_method_is_found() {
    let mut definition = definition();
    let item = part(&mut definition, "/paths/~1key-sales-info");
    *item = json!({"put": item["get"].take()});

    assert_finds(&judge_definition(&definition), "method", "scp-get-key-sales");
}

#[test]
fn descriptions_and_ids_that_are_shared_are_found() {
    let both = definition_of(|operation| operation.id.starts_with("scp-get-email-insights"));
    let twice = changed("/paths/~1record-details/get/operationId", |id| *id = "scp-get-key-sales".into());

    assert_finds(&judge_definition(&both), "description-shared", "");
    assert_finds(&judge_definition(&twice), "operation-id-shared", "scp-get-key-sales");
}

#[test]
fn a_skill_that_takes_more_than_plain_values_is_found() {
    let pointer = "/paths/~1chat~1stakeholders/get/parameters/0/type";

    assert_finds(
        &judge_definition(&changed(pointer, |kind| *kind = "array".into())),
        "skill-parameter",
        "stakeholders",
    );
}

#[test]
fn references_that_lead_nowhere_are_found() {
    let pointer = "/paths/~1key-sales-info/get/parameters/4";
    let definition = changed(pointer, |input| *input = json!({"$ref": "#/parameters/top"}));

    assert_finds(&judge_definition(&definition), "reference-broken", "");
}

#[test]
fn faults_of_single_fields_are_found_by_their_rules() {
    let faults: [(&str, &str, &str, Value); 11] = [
        ("email-summary", "text-too-long", "title", json!("x".repeat(21))),
        ("key-sales-info", "text-too-long", "description", json!("x".repeat(131))),
        ("record-summary", "date-invalid", "dateTime", json!("2026-02-30T08:30:00Z")),
        ("record-summary", "date-not-utc", "dateTime", json!("2026-05-12T08:30:00+02:00")),
        ("record-summary", "url-invalid", "url", json!("javascript:alert(1)")),
        ("record-summary", "required-missing", "title", json!("")),
        ("record-summary", "properties-type", "additionalProperties", json!({"Views": 100})),
        ("email-draft", "value-unknown", "contentType", json!("content-odt")),
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
        // It counts from the first item, whatever is asked for.
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
fn good_requests_that_are_refused_are_found_by_what_is_refused() {
    let date = |form: &'static str| refusing("record-summary", 400, move |asked| asked.query.contains(form));
    let large = |asked: &Asked| asked.body.len() > 2 << 20;

    assert_finds(&judge_answers(date("0667701Z")), "date-form-refused", "scp-get-related-activities");
    assert_finds(&judge_answers(date("01%3A44Z")), "date-form-refused", "scp-get-related-activities");
    assert_finds(&judge_answers(refusing("email-draft", 413, large)), "large-thread-refused", "scp-get-email-draft");
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

    assert_finds(&found, "request-refused", "scp-get-key-sales");
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

    assert_finds(&found, "answer-late", "scp-get-key-sales");
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
    let key_sales = "scp-get-key-sales";

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

    assert_finds(&judge_answers(deaf), "language-without-effect", "scp-get-key-sales");
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
