//! Changes at random places of a value.

use serde_json::{Value, json};

/// A generator of pseudo-random numbers, the same on every machine.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn of(seed: u64) -> Self {
        // Neighbouring seeds must not begin with similar numbers.
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }

    pub(super) fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Words that only people read. A slip in them is no fault that a machine could know.
const FOR_PEOPLE: [&str; 8] =
    ["x-ms-summary", "summary", "tags", "x-ms-keywords", "title", "name", "propertyValue", "scopes"];

/// Collects every place in a value except the root.
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

/// Removes or changes the part at one place, and describes the fault.
pub(super) fn mutate(value: &mut Value, random: &mut Random) -> String {
    let mut all = Vec::new();
    places(value, "", &mut all);
    let place = random.one_of(&all).clone();
    if random.below(2) == 0 {
        remove(value, &place);
        return format!("removed {place}");
    }
    let part = value.pointer_mut(&place).expect("it was listed");
    let is_for_people = FOR_PEOPLE.iter().any(|name| place.split('/').any(|step| step == *name))
        || place.contains("/responses/") && place.ends_with("/description") && !place.contains("/schema/");
    *part = match &*part {
        Value::String(text) if text.len() > 1 && !is_for_people => {
            let cut = random.below(text.chars().count());
            let kept = text.chars().enumerate().filter(|(index, _)| *index != cut);
            kept.map(|(_, character)| character).collect::<String>().into()
        }
        Value::String(_) => json!(1),
        Value::Bool(is) => json!(!is),
        Value::Number(_) => json!("1"),
        Value::Array(_) => json!({}),
        Value::Object(_) | Value::Null => json!([]),
    };
    format!("changed {place}")
}

fn remove(value: &mut Value, place: &str) {
    let (above, name) = place.rsplit_once('/').expect("it is below the root");
    let name = name.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(above) {
        Some(Value::Object(members)) => drop(members.remove(&name)),
        Some(Value::Array(entries)) => drop(entries.remove(name.parse().expect("an index"))),
        _ => unreachable!("places are in objects and lists"),
    }
}
