//! The check of an operation that answers in the chat.

use serde_json::Value;

use super::inputs::check_others;
use super::outputs::differs;
use crate::conform::definition::{Action, Shape};
use crate::conform::pairing::Candidate;
use crate::conform::{Findings, Rule};

/// The types of parameters that the agent fills in.
const TYPES: [&str; 3] = ["integer", "number", "string"];

pub(super) fn check(action: &Action, location: &str, findings: &mut Findings) {
    if action.description.trim().is_empty() {
        findings.add(Rule::SkillDescription, location, "it has no description");
    } else if action.description.trim() != action.description {
        findings.add(Rule::SkillDescription, location, "there are blanks around its description");
    }
    let candidates = Candidate::inputs(&action.inputs);
    // The agent knows the parameters of a skill from its definition alone, so any of them may be required.
    let reserved = candidates.iter().filter(|candidate| candidate.name.eq_ignore_ascii_case("connectorId"));
    check_others(reserved, "", location, findings);
    for candidate in &candidates {
        let (name, shape) = (candidate.name, candidate.shape);
        if !TYPES.contains(&shape.kind.as_str()) {
            let kind = if shape.kind.is_empty() { "no type" } else { &shape.kind };
            findings.add(Rule::SkillParameter, location, format!("`{name}` is of {kind}"));
        }
        if shape.description.trim().is_empty() {
            findings.add(Rule::SkillDescription, location, format!("`{name}` has no description"));
        }
    }
    check_answer(action, location, findings);
}

/// Checks the declared list of cards.
fn check_answer(action: &Action, location: &str, findings: &mut Findings) {
    // An operation without a list of cards is no skill.
    let Some(answer) = action.answer.as_ref().map(|answer| &answer.shape) else { return };
    let Some(cards) = answer.property("adaptiveCards") else { return };
    let entry = cards.items.as_deref();
    if cards.is_broken || entry.is_none_or(|entry| entry.is_broken) {
        return;
    }
    let parts = [
        ("200", "object", Some(answer)),
        ("adaptiveCards", "array", Some(cards)),
        ("adaptiveCard", "string", entry.and_then(|entry| entry.property("adaptiveCard"))),
    ];
    for (name, kind, part) in parts {
        let Some(part) = part else {
            findings.add(Rule::OutputMissing, location, format!("output `{name}` is not declared"));
            continue;
        };
        if !part.is_broken && part.stated_type() != kind {
            findings.add(Rule::OutputType, location, differs(name, part.stated_type(), kind));
        }
    }
    if entry.is_some_and(|entry| !entry.required.contains("adaptiveCard")) {
        findings.add(Rule::OutputNotRequired, location, "not declared as required: output `adaptiveCard`");
    }
}

/// Converts `text` to the parameter's type, if it can be.
pub(super) fn value(shape: &Shape, text: &str) -> Value {
    match shape.kind.as_str() {
        "integer" | "number" => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        _ => Value::from(text),
    }
}

/// Makes up a value of the parameter's type: its default, else the first enumerated value, else any.
pub(super) fn made_up(shape: &Shape) -> Value {
    let listed = shape.default.clone().or_else(|| shape.values.first().cloned());
    listed.unwrap_or_else(|| match shape.kind.as_str() {
        "integer" => Value::from(1),
        "number" => Value::from(1.5),
        _ => Value::from("something"),
    })
}
