//! The validation of answers against the contract.

mod cards;
mod error;
mod item;
mod note;

use serde_json::Value;

use super::matching::Outputs;
use super::{Findings, Rule};
pub(super) use cards::judge_cards;
use contract::Operation;
pub(super) use error::{error_code, error_message, judge_error};
pub use note::note;

/// The most items that are judged of one page. No page that a seller sees has more.
const MOST_ITEMS: usize = 200;

/// Judges a page, and returns its items. `skipped` items of the whole stand before it.
pub(super) fn judge_page<'b>(
    body: &'b Value,
    skipped: usize,
    operation: &'static Operation,
    outputs: &Outputs,
    location: &str,
    findings: &mut Findings,
) -> Option<&'b [Value]> {
    let Some(items) = body["value"].as_array() else {
        findings.add(Rule::ValueMissing, location, format!("`value` is {}", kind(body.get("value"))));
        return None;
    };
    if let Some(more) = body.get("hasMoreResults").filter(|more| !more.is_boolean() && !more.is_null()) {
        findings.add(Rule::HasMoreType, location, format!("`hasMoreResults` is {}", kind(Some(more))));
    }
    for (index, entry) in items.iter().take(MOST_ITEMS).enumerate() {
        item::judge(entry, skipped + index + 1, operation, outputs, location, findings);
    }
    if items.len() > MOST_ITEMS {
        let what = format!("the items after the first {MOST_ITEMS} of {} on a page", items.len());
        findings.add(Rule::Unchecked, location, what);
    }
    Some(items)
}

/// Returns `hasMoreResults` of an answer, if it is a boolean.
pub(super) fn has_more(body: &Value) -> Option<bool> {
    body["hasMoreResults"].as_bool()
}

/// Names the JSON type of a value.
fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "missing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a text",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    }
}

#[cfg(test)]
mod tests;
