//! The answers that all languages give, `../answers.json`.

use std::time::Duration;

use insight_sdk::testing::{self, FakeHost, InstalledHost};
use insight_sdk::{
    ActivityRequest, CallContext, CardBody, Chat, ChatRequest, ContentLinkRequest, CrmRecord, EmailDraft, Failure,
    HighlightRequest, KeySalesInfo, Page, Property, RecordSummary,
};
use serde_json::{Map, Value, json};

use super::*;

fn file() -> Value {
    serde_json::from_str(include_str!("../../answers.json")).expect("it is JSON")
}

/// Puts members together, and leaves out what is absent.
fn record<const N: usize>(members: [(&str, Value); N]) -> Value {
    let present = members.into_iter().filter(|(_, value)| !value.is_null());
    present.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

fn pairs(properties: &[Property]) -> Value {
    properties.iter().map(|property| json!({ "name": property.name, "value": property.value })).collect()
}

fn page<T>(page: Page<T>, item: impl Fn(T) -> Value) -> Value {
    let items: Value = page.items.into_iter().map(item).collect();
    record([("items", items), ("hasMore", page.has_more.into()), ("language", page.language.into())])
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").into()
}

fn number(value: &Value) -> u32 {
    value.as_u64().and_then(|number| number.try_into().ok()).expect("a number")
}

fn answer(context: CallContext, capability: &str, request: &Value) -> Result<Value, Failure> {
    let about = request.get("about").map(|about| CrmRecord::new(text(&about["recordType"]), text(&about["recordId"])));
    let bound = |name: &str| request.get(name).map(text);
    match (capability, about) {
        ("record-summary", Some(about)) => {
            let (top, skip) = (number(&request["top"]), number(&request["skip"]));
            let request = ActivityRequest { about, since: bound("since"), until: bound("until"), top, skip };
            let answered = <TailspinSign as RecordSummary>::answer(context, request)?;
            Ok(page(answered, |item| {
                record([
                    ("title", item.title.into()),
                    ("description", item.description.into()),
                    ("dateTime", item.date_time.into()),
                    ("url", item.url.into()),
                    ("properties", pairs(&item.properties)),
                ])
            }))
        }
        ("key-sales-info", Some(about)) => {
            let request = HighlightRequest { about, top: number(&request["top"]), skip: number(&request["skip"]) };
            let answered = <TailspinSign as KeySalesInfo>::answer(context, request)?;
            Ok(page(answered, |item| {
                record([
                    ("title", item.title.into()),
                    ("description", item.description.into()),
                    ("dateTime", item.date_time.into()),
                    ("url", item.url.into()),
                    ("properties", pairs(&item.properties)),
                ])
            }))
        }
        ("email-draft", about) => {
            let (top, skip) = (number(&request["top"]), number(&request["skip"]));
            let any = ContentLinkRequest::about(CrmRecord::new("account", "1"));
            let request = ContentLinkRequest { about, top, skip, ..any };
            let answered = <TailspinSign as EmailDraft>::answer(context, request)?;
            Ok(page(answered, |item| {
                assert_eq!(item.kind, insight_sdk::ContentKind::WebPage);
                record([
                    ("kind", "web-page".into()),
                    ("url", item.url.into()),
                    ("title", item.title.into()),
                    ("description", item.description.into()),
                    ("iconUrl", item.icon_url.into()),
                    ("properties", pairs(&item.properties)),
                ])
            }))
        }
        (_, _) => {
            let input = &request["inputs"][0];
            let request =
                ChatRequest::by(text(&request["skill"])).with(text(&input["name"]), text(&input["value"]["text"]));
            let answered = <TailspinSign as Chat>::answer(context, request)?;
            let cards = answered.cards.into_iter().map(|card| {
                let CardBody::Content(content) = card.body else { panic!("the host lays the cards out") };
                record([
                    ("title", card.title.into()),
                    ("subtitle", card.subtitle.into()),
                    ("url", card.url.into()),
                    ("urlLabel", card.url_label.into()),
                    ("facts", pairs(&content.facts)),
                ])
            });
            let cards: Value = cards.collect();
            let language = answered.language.into();
            Ok(record([
                ("text", answered.text.into()),
                ("data", answered.data.into()),
                ("cards", cards),
                ("language", language),
            ]))
        }
    }
}

/// Returns the name of a failure in the interface.
fn kind(failure: &Failure) -> &'static str {
    match failure {
        Failure::RecordNotFound => "record-not-found",
        Failure::Unavailable(_) => "unavailable",
        other => panic!("no case expects {other:?}"),
    }
}

fn host(now: &str, before: u64) -> InstalledHost {
    let now: insight_sdk::Timestamp = now.parse().expect("an instant");
    FakeHost::new()
        .clock(&(now - Duration::from_secs(before)).to_string())
        .config("backend", "https://api.tailspin.example")
        .har("../backend.har")
        .key_value()
        .install()
}

#[test]
fn every_case_is_answered_as_in_all_languages() {
    let file = file();
    let cases = file["cases"].as_array().expect("there are cases");
    assert_eq!(cases.len(), 24);
    for case in cases {
        let (name, capability) = (text(&case["name"]), text(&case["capability"]));
        let before = case.get("before").and_then(Value::as_u64);
        let host = host(&text(&file["now"]), before.unwrap_or_default());
        let languages: Vec<String> = case["languages"].as_array().into_iter().flatten().map(text).collect();
        let context = || CallContext { languages: languages.clone(), ..testing::context() };
        if let Some(before) = before {
            answer(context(), &capability, &case["request"]).expect("the backend is up");
            host.advance(Duration::from_secs(before));
        }
        if case["backend"] == "down" {
            host.disconnect();
        }
        let sent_before = host.sent().len();

        let answered = answer(context(), &capability, &case["request"]);

        match case.get("failure") {
            Some(failure) => assert_eq!(kind(&answered.expect_err(&name)), text(failure), "{name}"),
            None => assert_eq!(answered.as_ref(), Ok(&case["answer"]), "{name}"),
        }
        let sent = &host.sent()[sent_before..];
        assert_eq!(sent.len(), number(&case["sent"]) as usize, "{name}");
        assert!(sent.iter().all(|request| request.headers[1].value == "Bearer {{secret:sign-token}}"), "{name}");
    }
}

#[test]
fn a_malformed_amount_fails_with_its_place() {
    let envelope = r#"{"id": "1", "subject": "NDA", "status": "signed", "sentAt": "2026-05-12T08:30:00Z",
        "changedAt": "2026-05-12T08:30:00Z", "signers": [], "url": "https://sign.tailspin.example/1",
        "value": {"amount": "4 apples", "currency": "EUR"}}"#;
    let _host = FakeHost::new()
        .config("backend", "https://api.tailspin.example")
        .response(
            "https://api.tailspin.example/v1/envelopes?account=1",
            200,
            format!(r#"{{"envelopes": [{envelope}]}}"#),
        )
        .install();
    let request = HighlightRequest::about(CrmRecord::new("account", "1"));

    let failure = <TailspinSign as KeySalesInfo>::answer(testing::context(), request).map(|page| page.items.len());

    let text = "GET /v1/envelopes: JSON of another form than expected at line 3, column 38";
    assert_eq!(failure, Err(Failure::Failed(text.into())));
}

#[test]
fn the_profile_and_the_skill_are_those_of_all_languages() {
    let (file, profile, skill) = (file(), TailspinSign::describe(), TailspinSign::skills().remove(0));

    let expected = &file["profile"];
    assert_eq!(profile.title, expected["title"]);
    assert_eq!(profile.description, expected["description"]);
    assert_eq!(profile.version, expected["version"]);
    assert_eq!(profile.publisher.name, expected["publisher"]["name"]);
    assert_eq!(json!(profile.publisher.website), expected["publisher"]["website"]);
    assert_eq!(json!(profile.publisher.privacy_policy), expected["publisher"]["privacyPolicy"]);
    assert_eq!(json!(profile.publisher.support_email), expected["publisher"]["supportEmail"]);
    assert_eq!(json!(profile.brand_color), expected["brandColor"]);
    assert_eq!((json!(profile.languages), json!(profile.categories)), (json!(["en", "de"]), json!(["Sales and CRM"])));
    let expected = &file["skills"][0];
    assert_eq!(
        (skill.name, skill.title, skill.description),
        (text(&expected["name"]), text(&expected["title"]), text(&expected["description"]))
    );
    let parameter = &skill.parameters[0];
    assert_eq!(parameter.name, expected["parameters"][0]["name"]);
    assert_eq!(parameter.description, expected["parameters"][0]["description"]);
    assert!(parameter.required);
}
