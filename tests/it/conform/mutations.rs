//! Mutation tests: a correct definition and correct answers with random changes, each of which is found if it can be.

use insight_tests::connector::{Answered, Asked, definition, good};
use serde_json::{Value, json};

use super::{Found, judge_answers, judge_connector};

/// A generator of pseudo-random numbers, the same on every machine.
struct Random(u64);

impl Random {
    fn of(seed: u64) -> Self {
        // Neighbouring seeds must not begin with similar numbers.
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

/// Collects every location in a value except the root.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut below = |name: &str, value: &Value| {
        let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(place.clone());
        places(value, &place, found);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(entries) => entries.iter().enumerate().for_each(|(index, value)| below(&index.to_string(), value)),
        _ => {}
    }
}

/// Changes one location of a value, and describes the change.
fn mutate(value: &mut Value, random: &mut Random) -> String {
    let mut all = Vec::new();
    places(value, "", &mut all);
    let place = all[random.below(all.len())].clone();
    if random.below(3) == 0 {
        let (above, name) = place.rsplit_once('/').expect("it is below the root");
        let name = name.replace("~1", "/").replace("~0", "~");
        match value.pointer_mut(above) {
            Some(Value::Object(members)) => drop(members.remove(&name)),
            Some(Value::Array(entries)) => drop(entries.remove(name.parse().expect("an index"))),
            _ => unreachable!("places are in objects and lists"),
        }
        return format!("removed {place}");
    }
    let part = value.pointer_mut(&place).expect("it was listed");
    *part = match &*part {
        Value::String(text) if text.len() > 1 => {
            let cut = random.below(text.chars().count());
            text.chars()
                .enumerate()
                .filter(|(index, _)| *index != cut)
                .map(|(_, character)| character)
                .collect::<String>()
                .into()
        }
        Value::String(_) => json!(1),
        Value::Bool(is) => json!(!is),
        Value::Number(_) => json!("1"),
        Value::Array(_) => json!({}),
        Value::Object(_) | Value::Null => json!([]),
    };
    format!("changed {place}")
}

fn mutated_definition(seed: u64) -> (String, Found) {
    let mut definition = definition();
    let done = mutate(&mut definition, &mut Random::of(seed));
    (done, judge_connector(&definition, good))
}

/// Judges the correct answers of an operation with one location changed.
fn mutated_answer(path: &'static str, seed: u64) -> (String, Found) {
    let change = move |body: &mut Value| mutate(body, &mut Random::of(seed));
    let first = Asked {
        method: "GET".to_owned(),
        path: format!("/api/{path}"),
        query: super::EXAMPLE.to_owned(),
        language: String::new(),
        authorization: String::new(),
        body: Default::default(),
    };
    let mut body = serde_json::from_str(&good(&first).body).expect("a good answer is JSON");
    let done = change(&mut body);
    let found = judge_answers(move |asked: &Asked| {
        let answered = good(asked);
        let mut body: Value = serde_json::from_str(&answered.body).expect("a good answer is JSON");
        if !asked.path.ends_with(path) || answered.status != 200 || body["value"][0].is_null() {
            return answered;
        }
        change(&mut body);
        Answered { body: body.to_string(), ..answered }
    });
    (format!("{path}: {done}"), found)
}

/// The changes that cannot be found: the beginning of the change, the end of its location, and the reason.
const NOT_DETECTABLE: [(&str, &str, &str); 6] = [
    ("", "/value/items/properties/url", "an output that is optional may be left out"),
    ("", "/x-ms-summary", "words for people, which the agent does not read"),
    ("", "/responses/401/description", "words for people too"),
    ("", "/responses/500/description", "words for people too"),
    ("removed", "/resourceData/properties/plaintextBody", "no member of the mail is required by the documentation"),
    ("changed", "/operationId", "a name of the maker's, as good as any other: the agent goes by descriptions"),
];

/// Asserts that changes were found, except for those that cannot be.
fn assert_found(changes: impl Iterator<Item = (String, Found)>) {
    let mut wrong = Vec::new();
    for (done, found) in changes {
        let is_excused = NOT_DETECTABLE.iter().any(|(how, place, _)| done.starts_with(how) && done.ends_with(place));
        if found.is_empty() != is_excused {
            wrong.push(format!("{done}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_definition_changed_at_random_is_found_out() {
    assert_found((0..16).map(mutated_definition));
}

#[test]
fn an_answer_changed_at_random_is_found_out() {
    let paths = ["record-summary", "record-details", "key-sales-info"];

    assert_found((0..10).zip(paths.into_iter().cycle()).map(|(seed, path)| mutated_answer(path, seed)));
}
