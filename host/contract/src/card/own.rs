//! Checks of an Adaptive Card that a plugin wrote itself.

mod markdown;
mod parts;
mod references;

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{CARD_FIELD as FIELD, CardSizes};
use crate::{
    invisible::visible,
    json::{self, ReadObject},
    repair::{Change, Flaw, Repairs},
};

/// Largest JSON text that is read, in multiples of the largest card: a text may have blanks that a card lacks.
const WITH_BLANKS: usize = 4;
/// Most values in a card, counted at every level.
const MOST_VALUES: usize = 10_000;
/// Supported versions of the Adaptive Card schema.
const VERSIONS: [&str; 6] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"];

/// Checks a card: the size of its text, its type and version, and leaves out every [part](parts) that may not be shown.
///
/// Invisible characters are removed from its texts, and a surrogate without its other half is replaced.
pub(super) fn check(text: &str, sizes: CardSizes, repairs: &mut Repairs) -> Result<Value, Flaw> {
    if text.len() > sizes.most.saturating_mul(WITH_BLANKS) {
        return Err(Flaw::CardTooLarge { bytes: text.len(), most: sizes.most });
    }
    let ReadObject { object: mut card, repaired } =
        json::read_object(text.as_bytes(), MOST_VALUES).map_err(|_| Flaw::NoJson)?;
    // Before all checks: names are compared as clients show them.
    let removed = clean_members(&mut card);
    if !is_card(&card) {
        return Err(Flaw::NoCard);
    }
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

/// Removes invisible characters from every text in `value`, and returns their number of bytes.
fn clean(value: &mut Value) -> usize {
    match value {
        Value::String(text) => {
            let length = text.len();
            if let Cow::Owned(visible) = visible(text) {
                *text = visible;
            }
            // Line breaks and tabs are part of a card's markdown, other separators are not.
            text.retain(|character| !matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}'));
            length - text.len()
        }
        Value::Array(entries) => entries.iter_mut().map(clean).sum(),
        Value::Object(members) => clean_members(members),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// Removes invisible characters from the names of `members` and every text in their values, and returns their number of
/// bytes.
pub(crate) fn clean_members(members: &mut Map<String, Value>) -> usize {
    let bytes: usize = members.values_mut().map(clean).sum();
    bytes + clean_names(members)
}

/// Removes invisible characters from the names of `members`, and returns their number of bytes.
fn clean_names(members: &mut Map<String, Value>) -> usize {
    if !members.keys().any(|name| matches!(visible(name), Cow::Owned(_))) {
        return 0;
    }
    let length = |members: &Map<String, Value>| members.keys().map(String::len).sum::<usize>();
    let before = length(members);
    for (name, value) in std::mem::take(members) {
        // Of two names that look alike, the first counts.
        members.entry(visible(&name).into_owned()).or_insert(value);
    }
    before - length(members)
}
