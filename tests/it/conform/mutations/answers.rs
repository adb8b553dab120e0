//! Good answers with one fault.

use insight_tests::connector::{Answered, Asked, Connector, good};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::random::{Random, mutate};
use super::{EXAMPLE, Mutant, definition_with, judge};

/// The paths of the operations whose answers are changed.
const PATHS: [&str; 4] = ["record-summary", "record-details", "key-sales-info", "email-summary"];

pub(super) fn mutant(threads: &Runtime, seed: u64) -> Mutant {
    let path = PATHS[seed as usize % PATHS.len()];
    let change = move |body: &mut Value| mutate(body, &mut Random::of(seed));
    let mut body = read(&good(&plain(path)));
    let done = change(&mut body);

    let connector = Connector::that(move |asked: &Asked| {
        let answered = good(asked);
        let mut body = read(&answered);
        if answered.status != 200 || body["value"][0].is_null() {
            return answered;
        }
        change(&mut body);
        Answered { body: body.to_string(), ..answered }
    });
    let found = judge(threads, &definition_with(path), Some(&connector.url()));
    Mutant { done: format!("{path}: {done}"), found }
}

fn plain(path: &str) -> Asked {
    Asked {
        method: "GET".to_owned(),
        path: format!("/api/{path}"),
        query: EXAMPLE.to_owned(),
        language: String::new(),
        authorization: String::new(),
        body: Default::default(),
    }
}

fn read(answered: &Answered) -> Value {
    serde_json::from_str(&answered.body).expect("a good answer is JSON")
}
