//! The validation of an item of a page against the fields of the table.

use serde_json::Value as Json;

use super::{kind, note};
use crate::conform::matching::Outputs;
use crate::conform::{Findings, Rule};
use contract::operation::{CONTENT_TYPES, is_content_type};
use contract::{Change, Field, FieldKind, Insight, Instant, Operation, Repairs, Value};

/// Judges the item of this number, counted from 1.
pub(super) fn judge(
    item: &Json,
    number: usize,
    operation: &'static Operation,
    outputs: &Outputs,
    location: &str,
    findings: &mut Findings,
) {
    if !item.is_object() {
        findings.add(Rule::FieldType, location, format!("item {number} is {}", kind(Some(item))));
        return;
    }
    for (index, field) in operation.outputs.iter().enumerate() {
        let name = format!("item {number}, `{}`", outputs.name(field.name));
        let value = match read(&item[outputs.name(field.name)], field) {
            Ok(value) => value,
            Err((rule, what)) => {
                findings.add(rule, location, format!("{name} {what}"));
                continue;
            }
        };
        check_utc(field, value.as_ref(), &name, location, findings);
        check_content_type(field, value.as_ref(), &name, location, findings);
        // Each field is checked by itself: an item with one flaw may have others.
        let mut repairs = Repairs::default();
        let _ = Insight::check(&operation.outputs[index..=index], vec![value], &mut repairs);
        for told in &repairs.notes {
            let rule = match told.change {
                Change::Cut { .. } if field.max_length.is_none() => Rule::TextVeryLong,
                _ => note(told),
            };
            findings.add(rule, location, format!("{name}: {}", reason(&told.change)));
        }
    }
}

/// Describes the flaw that the host would have repaired.
fn reason(change: &Change) -> String {
    match change {
        Change::Cut { most } => format!("longer than {most} characters"),
        Change::CutToWords { most } => format!("more than {most} words"),
        Change::Cleaned => "line breaks, invisible characters or surrounding blanks".to_owned(),
        Change::Completed => "seconds or offset are missing".to_owned(),
        Change::Dropped { because } | Change::LeftOut { because } | Change::PartLeftOut { because } => {
            because.to_string()
        }
        Change::Surplus { items } => format!("{items} more than asked for"),
        // An item is no card.
        Change::NearlyTooLarge { .. } => change.to_string(),
    }
}

/// Reads the value of a field, if it has the documented type.
fn read(value: &Json, field: &Field) -> Result<Option<Value>, (Rule, String)> {
    match (value, field.kind) {
        (Json::Null, _) => Ok(None),
        (Json::Object(members), FieldKind::Properties) => {
            let pairs = members.iter().map(|(name, value)| match value {
                Json::String(text) => Ok((name.clone(), text.clone())),
                other => Err((Rule::PropertiesType, format!("holds {} under `{name}`", kind(Some(other))))),
            });
            Ok(Some(Value::Properties(pairs.collect::<Result<_, _>>()?)).filter(|_| !members.is_empty()))
        }
        (other, FieldKind::Properties) => Err((Rule::PropertiesType, format!("is {}", kind(Some(other))))),
        (Json::String(text), _) => Ok(Some(Value::Text(text.clone()))),
        (other, FieldKind::ContentType) => Err((Rule::ValueUnknown, format!("is {}, not a text", kind(Some(other))))),
        (other, _) => Err((Rule::FieldType, format!("is {}, not a text", kind(Some(other))))),
    }
}

/// Warns of a type of content that the host passes on, and the agent may not know.
fn check_content_type(field: &Field, value: Option<&Value>, name: &str, location: &str, findings: &mut Findings) {
    let Some(Value::Text(text)) = value.filter(|_| field.kind == FieldKind::ContentType) else { return };
    if is_content_type(text) && !CONTENT_TYPES.contains(&text.as_str()) {
        findings.add(Rule::ValueUndocumented, location, format!("{name} is `{text}`"));
    }
}

fn check_utc(field: &Field, value: Option<&Value>, name: &str, location: &str, findings: &mut Findings) {
    let Some(Value::Text(text)) = value.filter(|_| field.kind == FieldKind::DateTime) else { return };
    let is_elsewhere = !text.trim().ends_with(['Z', 'z']) && Instant::parse(text.trim()).is_some();
    if is_elsewhere {
        findings.add(Rule::DateNotUtc, location, format!("{name} does not end in `Z`"));
    }
}
