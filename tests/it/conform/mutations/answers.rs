//! Good answers with one fault.

use contract::{InputRepairs, OPERATIONS, Operation, Request};
use insight_tests::connector::{Answered, Asked, Connector, good};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::random::Random;
use super::{EXAMPLE, Mutant, definition_with, judge};

/// The paths of the operations whose answers are changed.
const PATHS: [&str; 4] = ["record-summary", "record-details", "key-sales-info", "email-summary"];

/// A kind of fault in all items of a record together: its name, and the change.
type OfWhole = (&'static str, fn(&mut Value, &Operation, &mut Random));

/// A kind of fault in one answer: its name, and the change.
type OfAnswer = (&'static str, fn(&mut Answered, &Asked));

/// The kinds of faults of contents. The items are changed before they are cut into pages.
const OF_WHOLE: [OfWhole; 12] = [
    ("a number for a text", |it, operation, random| *required(it, operation, random) = json!(1)),
    ("a list for a text", |it, operation, random| *required(it, operation, random) = json!(["x"])),
    ("null for a text", |it, operation, random| *required(it, operation, random) = Value::Null),
    ("an empty text", |it, operation, random| *required(it, operation, random) = json!(" ")),
    ("a text without end", |it, operation, random| *required(it, operation, random) = json!("x".repeat(9_000))),
    ("a text of two lines", |it, operation, random| *required(it, operation, random) = json!("two\nlines")),
    ("a missing text", |it, operation, random| {
        let (index, name) = (random.below(3), field(operation, random));
        item(it, index).as_object_mut().expect("an object").remove(name);
    }),
    ("no object", |it, _, random| *item(it, random.below(3)) = json!("item")),
    ("an item twice", |it, _, _| *item(it, 1) = item(it, 0).clone()),
    ("an object for the list", |it, _, _| it["value"] = json!({})),
    ("no list", |it, _, _| drop(it.as_object_mut().expect("an object").remove("value"))),
    ("a bare list", |it, _, _| *it = it["value"].take()),
];

/// The kinds of faults of contents that only the record summary can have.
const OF_SUMMARY: [OfWhole; 5] = [
    ("a date that is none", |it, _, random| item(it, random.below(3))["dateTime"] = json!("2026-02-30T08:30:00Z")),
    ("a local date", |it, _, random| item(it, random.below(3))["dateTime"] = json!("2026-02-20T08:30:00+01:00")),
    ("a relative URL", |it, _, random| item(it, random.below(3))["url"] = json!("/contracts/1")),
    ("a number in the properties", |it, _, random| {
        item(it, random.below(3))["additionalProperties"] = json!({"Views": 100});
    }),
    ("a list of properties", |it, _, random| item(it, random.below(3))["additionalProperties"] = json!(["Views"])),
];

/// The kinds of faults of answers as such.
const OF_ANSWER: [OfAnswer; 10] = [
    ("HTML for JSON", |it, _| it.content_type = "text/html"),
    ("no JSON", |it, _| it.body.insert(0, '<')),
    ("a failure", |it, _| it.status = 500),
    ("another success", |it, _| it.status = 202),
    ("a text for hasMoreResults", |it, _| change(it, |body| body["hasMoreResults"] = json!("false"))),
    ("more results for ever", |it, _| change(it, |body| body["hasMoreResults"] = json!(true))),
    ("never more results", |it, _| change(it, |body| body["hasMoreResults"] = json!(false))),
    ("no other page", |it, asked| again(it, asked, "skip=", "x=")),
    ("the whole for a page", |it, asked| again(it, asked, "top=1", "top=50")),
    ("one language", |it, asked| {
        it.body = good(&Asked { language: "en".to_owned(), ..asked.clone() }).body;
    }),
];

/// The kinds of faults of refusals.
const OF_REFUSAL: [OfAnswer; 5] = [
    ("a refusal with another status", |it, _| it.status = 500),
    ("a refusal that is none", |it, _| it.status = 200),
    ("a refusal without a code", |it, _| it.body = json!({"error": "bad"}).to_string()),
    ("a refusal with the code of another status", |it, _| {
        it.body = json!({"errorCode": "RECORD_NOT_FOUND"}).to_string()
    }),
    ("a refusal in HTML", |it, _| it.body = "<p>bad</p>".to_owned()),
];

pub(super) fn mutant(threads: &Runtime, seed: u64) -> Mutant {
    let mut random = Random::of(seed);
    let path = if seed % 6 == 5 { PATHS[0] } else { *random.one_of(&PATHS) };
    let operation = OPERATIONS.into_iter().find(|operation| operation.path == path).expect("it is in the table");
    let (kind, connector) = match seed % 6 {
        0 | 1 => of_whole(operation, &OF_WHOLE, &mut random),
        5 => of_whole(operation, &OF_SUMMARY, &mut random),
        2 | 3 => of_answer(random.one_of(&OF_ANSWER), 200),
        _ => of_answer(random.one_of(&OF_REFUSAL), 400),
    };
    let found = judge(threads, &definition_with(path), Some(&connector.url()));
    Mutant { done: format!("{path}: {kind}"), found }
}

/// Starts a connector whose answers with this status have a fault.
fn of_answer((kind, change): &OfAnswer, status: u16) -> (&'static str, Connector) {
    let change = *change;
    let connector = Connector::that(move |asked: &Asked| {
        let mut answered = good(asked);
        if answered.status == status {
            change(&mut answered, asked);
        }
        answered
    });
    (kind, connector)
}

/// Starts a connector whose items have a fault, on whatever page they are.
fn of_whole(operation: &'static Operation, kinds: &[OfWhole], random: &mut Random) -> (&'static str, Connector) {
    let (kind, change) = *random.one_of(kinds);
    let seed = random.below(1 << 20) as u64;
    let connector = Connector::that(move |asked: &Asked| {
        let answered = good(asked);
        if answered.status != 200 {
            return answered;
        }
        let window = Request::from_query(operation, Some(&asked.query), &mut InputRepairs::default())
            .expect("it was answered")
            .window;
        let mut body = read(&good(&Asked { query: EXAMPLE.to_owned(), ..asked.clone() }));
        let more = read(&answered)["hasMoreResults"].take();
        change(&mut body, operation, &mut Random::of(seed));
        if let Some(items) = body.get_mut("value").and_then(Value::as_array_mut) {
            *items = items.drain(..).skip(window.skip as usize).take(window.top as usize).collect();
            body["hasMoreResults"] = more;
        }
        Answered { body: body.to_string(), ..answered }
    });
    (kind, connector)
}

fn read(answered: &Answered) -> Value {
    serde_json::from_str(&answered.body).expect("a good answer is JSON")
}

fn change(answered: &mut Answered, change: impl Fn(&mut Value)) {
    let mut body = read(answered);
    change(&mut body);
    answered.body = body.to_string();
}

/// Answers as if the query were another.
fn again(answered: &mut Answered, asked: &Asked, part: &str, other: &str) {
    let query = asked.query.replace("Top", "top").replace("Skip", "skip").replace(part, other);
    answered.body = good(&Asked { query, ..asked.clone() }).body;
}

fn item(body: &mut Value, index: usize) -> &mut Value {
    &mut body["value"][index]
}

/// Chooses a required text.
fn field(operation: &Operation, random: &mut Random) -> &'static str {
    let texts: Vec<&str> =
        operation.outputs.iter().filter(|it| it.required && it.name != "dateTime").map(|it| it.name).collect();
    texts[random.below(texts.len())]
}

/// Returns a required text of one of the items.
fn required<'b>(body: &'b mut Value, operation: &Operation, random: &mut Random) -> &'b mut Value {
    let (index, name) = (random.below(3), field(operation, random));
    &mut item(body, index)[name]
}
