//! A good definition and good answers, changed at random: each change is found, or none that anybody could.

use insight_tests::connector::{Answered, Asked, definition, good};
use serde_json::{Value, json};

use super::{Found, judge_answers, judge_definition};

/// Numbers that are random enough, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

/// Every place in a value but the root.
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

/// Changes one place of a value, and says what was done.
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
    let done = mutate(&mut definition, &mut Random(seed));
    (done, judge_definition(&definition))
}

/// Every good answer of an operation, changed in one place.
fn mutated_answer(path: &'static str, seed: u64) -> (String, Found) {
    let change = move |body: &mut Value| mutate(body, &mut Random(seed));
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

#[test]
#[ignore = "prints what becomes of many"]
fn survey() {
    for seed in 0..40 {
        let (done, found) = mutated_definition(seed);
        println!("definition {seed}: {done}: {:?}", found.first());
    }
    for seed in 0..30 {
        let path = ["record-summary", "record-details", "key-sales-info"][seed as usize % 3];
        let (done, found) = mutated_answer(path, seed);
        println!("answer {seed}: {done}: {:?}", found.first());
    }
}
