//! Good answers with one fault.

use contract::{OPERATIONS, Request};
use insight_tests::connector::{Answered, Asked, Connector, good};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::random::{Random, mutate};
use super::{EXAMPLE, Mutant, definition_with, judge};

/// The paths of the operations whose answers are changed.
const PATHS: [&str; 4] = ["record-summary", "record-details", "key-sales-info", "email-summary"];

pub(super) fn mutant(threads: &Runtime, seed: u64) -> Mutant {
    let path = PATHS[seed as usize % PATHS.len()];
    let operation = OPERATIONS.into_iter().find(|operation| operation.path == path).expect("it is in the table");
    let change = move |body: &mut Value| mutate(body, &mut Random::of(seed));
    let done = change(&mut whole(path, "en"));

    let connector = Connector::that(move |asked: &Asked| {
        let answered = good(asked);
        if answered.status != 200 {
            return answered;
        }
        let window = Request::from_query(operation, Some(&asked.query)).expect("it was answered").window;
        let mut body = whole(path, &asked.language);
        change(&mut body);
        let more = read(&answered)["hasMoreResults"].clone();
        if let Some(items) = body["value"].as_array_mut() {
            *items = items.drain(..).skip(window.skip as usize).take(window.top as usize).collect();
        }
        // The fault may be in this member itself.
        if body["hasMoreResults"] == false {
            body["hasMoreResults"] = more;
        }
        Answered { body: body.to_string(), ..answered }
    });
    let found = judge(threads, &definition_with(path), Some(&connector.url()));
    Mutant { done: format!("{path}: {done}"), found }
}

/// Returns the good answer with all items.
fn whole(path: &str, language: &str) -> Value {
    read(&good(&Asked {
        method: "GET".to_owned(),
        path: format!("/api/{path}"),
        query: EXAMPLE.to_owned(),
        language: language.to_owned(),
        authorization: String::new(),
        body: Default::default(),
    }))
}

fn read(answered: &Answered) -> Value {
    serde_json::from_str(&answered.body).expect("a good answer is JSON")
}
