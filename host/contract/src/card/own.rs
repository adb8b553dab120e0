//! Checks of an Adaptive Card that a plugin wrote itself.

mod markdown;
mod parts;
mod references;

use serde_json::{Map, Value};

use crate::{
    json::{self, ReadObject},
    repair::{Change, Flaw, Repairs},
    text,
};

/// The field of the answer that holds the card.
const FIELD: &str = "adaptiveCard";
/// Largest card, in bytes. Clients that render cards reject them from about half of this size.
const MOST_BYTES: usize = 64 * 1024;
/// Most values in a card, counted at every level.
const MOST_VALUES: usize = 10_000;
/// Supported versions of the Adaptive Card schema.
const VERSIONS: [&str; 6] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"];

/// Checks a card: its size, its type and version, and leaves out every [part](parts) that may not be shown.
///
/// Control characters are removed from its texts, and a surrogate without its other half is replaced.
pub(super) fn check(text: &str, repairs: &mut Repairs) -> Result<Value, Flaw> {
    const NO_JSON: Flaw = Flaw::NoJson { most: MOST_BYTES };
    if text.len() > MOST_BYTES {
        return Err(NO_JSON);
    }
    let ReadObject { object: mut card, repaired } =
        json::read_object(text.as_bytes(), MOST_VALUES).map_err(|_| NO_JSON)?;
    if !is_card(&card) {
        return Err(Flaw::NoCard);
    }
    let removed: usize = card.values_mut().map(clean).sum();
    if removed > 0 || !repaired.is_empty() {
        repairs.repair(FIELD, Change::Cleaned);
    }
    // After cleaning, because a control character may hide a link.
    parts::leave_out_unfit(&mut card, repairs)?;
    Ok(Value::Object(card))
}

fn is_card(card: &Map<String, Value>) -> bool {
    let text = |name| card.get(name).and_then(Value::as_str);
    text("type") == Some("AdaptiveCard") && text("version").is_some_and(|version| VERSIONS.contains(&version))
}

/// Removes the characters that must not be shown from every text in `value`, and returns their number of bytes.
fn clean(value: &mut Value) -> usize {
    match value {
        Value::String(text) => {
            let length = text.len();
            // Line breaks and tabs are part of a card's markdown.
            text.retain(|character| matches!(character, '\n' | '\r' | '\t') || !text::is_unfit(character));
            length - text.len()
        }
        Value::Array(entries) => entries.iter_mut().map(clean).sum(),
        Value::Object(members) => members.values_mut().map(clean).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}
