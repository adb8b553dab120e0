use serde_json::Value as Json;

use super::*;
use crate::{CardBody, CardContent, CardDraft, CardSizes, Repairs, Value};

const MOST: usize = 16 << 10;

/// An item of the tool, whose every text is `text`.
fn insight(tool: &ToolOperation, text: &str) -> Insight {
    let value = |kind| match kind {
        FieldKind::Text | FieldKind::Identifier => Value::Text(text.to_owned()),
        FieldKind::DateTime => Value::Text("2026-05-12T08:30:00Z".to_owned()),
        FieldKind::Url => Value::Text("https://hub.contoso.example/1".to_owned()),
        FieldKind::ContentType => Value::Text("content-web".to_owned()),
        FieldKind::Properties => Value::Properties(vec![("Stage".to_owned(), text.to_owned())]),
    };
    let values = tool.operation.outputs.iter().map(|field| Some(value(field.kind))).collect();
    Insight::check(tool.operation.outputs, values, &mut Repairs::default()).expect("it is fine")
}

fn tool(name: &str) -> &'static ToolOperation {
    ToolOperation::named(name).expect("there is such a tool")
}

fn answer(name: &str, texts: &[String], has_more: bool, most: usize) -> Json {
    let items = texts.iter().map(|text| insight(tool(name), text)).collect();
    let page = Page { items, has_more, languages: vec!["de".to_owned()] };
    let answer = ToolAnswer::of_page(tool(name), &page, most);
    assert!(answer.json.len() <= most, "{} bytes", answer.json.len());
    assert_eq!(answer.languages, ["de"]);
    serde_json::from_str(&answer.json).expect("it is JSON")
}

#[test]
fn an_answer_is_the_operations_own_but_for_what_is_added() {
    let answer = answer("record_details", &["Contract".to_owned()], true, MOST);

    let mut item = answer["value"][0].clone();
    assert_eq!((&item["title"], &item["subtitle"]), (&Json::from("Contract"), &Json::from("Contract")));
    let members = item.as_object_mut().expect("it is an object");
    members.remove("title");
    members.remove("subtitle");
    let page = Page { items: vec![insight(tool("record_details"), "Contract")], has_more: true, languages: Vec::new() };
    let page = serde_json::to_value(page).expect("it is JSON");
    assert_eq!(item, page["value"][0]);
    assert_eq!(answer["hasMoreResults"], true);
}

#[test]
fn a_link_of_an_email_draft_has_the_names_that_citations_need() {
    let item = &answer("email_draft", &["Price list".to_owned()], false, MOST)["value"][0];

    assert_eq!(item["title"], "Price list");
    assert_eq!(item["url"], item["content"]);
}

#[test]
fn no_answer_has_more_than_twenty_five_items() {
    let texts: Vec<String> = (0..30).map(|number| number.to_string()).collect();
    let answer = answer("record_summary", &texts, false, 1 << 20);

    assert_eq!(answer["value"].as_array().map(Vec::len), Some(25));
    assert_eq!(answer["hasMoreResults"], true);
}

#[test]
fn an_answer_ends_before_the_item_that_does_not_fit() {
    let texts: Vec<String> = (0..10).map(|_| "é".repeat(250)).collect();
    let answer = answer("record_details", &texts, false, MOST);

    let items = answer["value"].as_array().expect("it is a list");
    assert!(items.len() < 10 && !items.is_empty(), "{}", items.len());
    assert!(items.iter().all(|item| item["recordTitle"] == texts[0].as_str()));
    assert_eq!(answer["hasMoreResults"], true);
}

#[test]
fn an_item_that_is_too_long_alone_is_shortened_and_keeps_its_place() {
    let texts = ["\"".repeat(4_000), "short".to_owned()];
    let answer = answer("record_summary", &texts, false, MOST);

    assert_eq!(answer["value"].as_array().map(Vec::len), Some(2));
    let long = &answer["value"][0];
    assert!(long["title"].as_str().is_some_and(|title| title.ends_with('…')));
    assert_eq!(long.get("additionalProperties"), None);
    assert_eq!(answer["value"][1]["title"], "short");
    assert_eq!(answer["hasMoreResults"], true);
}

#[test]
fn an_item_that_never_fits_does_not_hide_those_after_it() {
    let texts = ["x".repeat(256), "short".to_owned()];
    let answer = answer("record_details", &texts, false, 600);

    let items = answer["value"].as_array().expect("it is a list");
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["recordTitle"], "short");
}

#[test]
fn an_empty_answer_is_whole() {
    assert_eq!(answer("record_summary", &[], false, MOST).to_string(), r#"{"value":[],"hasMoreResults":false}"#);
}

fn chat_answer(texts: &[String]) -> ChatAnswer {
    let draft = |text: &String| CardDraft {
        title: "Fourth Coffee".to_owned(),
        subtitle: None,
        url: Some("https://hub.contoso.example/1".to_owned()),
        url_label: None,
        body: CardBody::Content(CardContent {
            facts: vec![("Note".to_owned(), text.clone())],
            ..CardContent::default()
        }),
    };
    let check = |text| Card::check(draft(text), "Contoso Hub", CardSizes::default(), &mut Repairs::default());
    ChatAnswer { cards: texts.iter().filter_map(check).collect(), ..ChatAnswer::default() }
}

fn skill() -> Skill {
    Skill { name: "s".to_owned(), title: "S".to_owned(), description: "D".to_owned(), parameters: Vec::new() }
}

fn chat(texts: &[String], most: usize) -> Json {
    let answer = ToolAnswer::of_chat(&skill(), &chat_answer(texts), most).json;
    assert!(answer.len() <= most, "{} bytes", answer.len());
    serde_json::from_str(&answer).expect("it is JSON")
}

#[test]
fn a_card_becomes_an_item_in_words() {
    let answer = chat(&["Signed".to_owned()], MOST);

    assert_eq!(
        answer.to_string(),
        "{\"value\":[{\"title\":\"Fourth Coffee\",\"url\":\"https://hub.contoso.example/1\",\
         \"text\":\"Info from Contoso Hub\\nNote: Signed\"}],\"hasMoreResults\":false}"
    );
}

/// The answer with a text and data of its own.
fn said(cards: usize, text: &str) -> Json {
    let cards: Vec<String> = (0..cards).map(|number| number.to_string()).collect();
    let data = serde_json::json!({ "count": 2 }).as_object().cloned();
    let answer = ChatAnswer { text: Some(text.to_owned()), data, ..chat_answer(&cards) };
    let answer = ToolAnswer::of_chat(&skill(), &answer, MOST).json;
    assert!(answer.len() <= MOST, "{} bytes", answer.len());
    serde_json::from_str(&answer).expect("it is JSON")
}

#[test]
fn an_answer_in_words_stands_for_its_cards() {
    let alone = said(0, "Nothing is open.");
    assert_eq!(alone["value"], serde_json::json!([{ "title": "S", "text": "Nothing is open." }]));
    assert_eq!((&alone["data"]["count"], &alone["hasMoreResults"]), (&Json::from(2), &Json::from(false)));

    let one = said(1, "Signed.");
    assert_eq!(one["value"].as_array().map(Vec::len), Some(1));
    assert_eq!((&one["value"][0]["title"], &one["value"][0]["text"]), (&"Fourth Coffee".into(), &"Signed.".into()));

    let two = said(2, "Two are open.");
    assert_eq!(two["value"].as_array().map(Vec::len), Some(3));
    assert_eq!(two["value"][0]["text"], "Two are open.");
    assert_eq!(two["value"][1].get("text"), None);
}

#[test]
fn a_long_answer_in_words_is_cut_and_data_that_do_not_fit_are_left_out() {
    let long = said(1, &"\u{20ac}".repeat(10_000));

    assert!(long["value"][0]["text"].as_str().is_some_and(|text| text.ends_with('\u{2026}') && text.len() > 4_000));
    assert_eq!(long["hasMoreResults"], true);
    let data = (0..2_000).map(|number| (number.to_string(), Json::from("x".repeat(8)))).collect();
    let answer = ChatAnswer { data: Some(data), ..chat_answer(&["Signed".to_owned()]) };
    let json: Json = serde_json::from_str(&ToolAnswer::of_chat(&skill(), &answer, MOST).json).expect("it is JSON");
    assert_eq!((json.get("data"), &json["hasMoreResults"]), (None, &Json::from(true)));
}

#[test]
fn words_of_a_card_that_are_cut_are_told_as_more() {
    let shown = |length: usize| {
        let block = serde_json::json!({ "type": "TextBlock", "text": "x".repeat(length) });
        let own = serde_json::json!({ "type": "AdaptiveCard", "version": "1.5", "body": [block] });
        let draft = CardDraft {
            title: "Fourth Coffee".to_owned(),
            subtitle: None,
            url: None,
            url_label: None,
            body: CardBody::AdaptiveCard(own.to_string()),
        };
        let card = Card::check(draft, "Contoso Hub", CardSizes::default(), &mut Repairs::default());
        let answer = ChatAnswer { cards: card.into_iter().collect(), ..ChatAnswer::default() };
        // Every answer would fit whole.
        let json: Json =
            serde_json::from_str(&ToolAnswer::of_chat(&skill(), &answer, 64 << 10).json).expect("it is JSON");
        let text = json["value"][0]["text"].as_str().expect("it has a text");
        (text.ends_with('\u{2026}'), json["hasMoreResults"] == true)
    };

    assert_eq!(shown(9_000), (false, false));
    assert_eq!(shown(11_000), (true, true));
    assert_eq!(shown(20_000), (true, true));
}

#[test]
fn long_cards_are_shortened_or_left_to_none() {
    let long: Vec<String> = (0..20).map(|_| "x".repeat(2_000)).collect();
    let answer = chat(&long, MOST);

    let items = answer["value"].as_array().expect("it is a list");
    assert!((5..10).contains(&items.len()), "{}", items.len());
    assert_eq!(answer["hasMoreResults"], true);
}
