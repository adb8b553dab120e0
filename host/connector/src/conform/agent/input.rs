//! The check of schemas: what a plugin takes has to be flat, and nothing may have alternatives.

use serde_json::Value;

use super::super::Rule;
use super::Review;

/// The keywords of alternatives.
const ALTERNATIVES: [&str; 3] = ["oneOf", "anyOf", "allOf"];

/// The greatest depth to which schemas are read, and the most references that are followed in a row.
const DEEPEST: usize = 16;

/// Checks the schema of one input; `place` names it for people.
pub(super) fn check(review: &mut Review<'_>, file: &str, document: &Value, schema: &Value, place: &str) {
    let Some(schema) = resolved(review, file, document, schema, place) else { return };
    check_alternatives(review, file, schema, place);
    let is_object = |schema: &Value| schema["type"] == "object" || schema["properties"].is_object();
    let is_nested = is_object(schema)
        || (schema["items"].is_object()
            && resolved(review, file, document, &schema["items"], place)
                .is_some_and(|items| is_object(items) || items["type"] == "array"));
    if is_nested {
        review.add(Rule::InputNested, file, format!("{place} holds objects"));
    }
    let types = schema["type"].as_array().into_iter().flatten();
    if schema["nullable"] == true || types.into_iter().any(|kind| kind == "null") {
        review.add(Rule::InputNullable, file, format!("{place} may be null"));
    }
}

/// Checks the schema of an object of inputs.
pub(super) fn check_object(review: &mut Review<'_>, file: &str, document: &Value, schema: &Value, place: &str) {
    let Some(schema) = resolved(review, file, document, schema, place) else { return };
    check_alternatives(review, file, schema, place);
    if schema["type"] == "array" {
        return review.add(Rule::InputNested, file, format!("{place} is a list"));
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        check(review, file, document, member, &format!("`{name}` of {place}"));
    }
}

/// Checks the schema of an answer, in which objects may be in objects.
pub(super) fn check_answer(review: &mut Review<'_>, file: &str, document: &Value, schema: &Value, place: &str) {
    let mut trail = Vec::new();
    walk(review, file, document, schema, place, &mut trail);
}

fn walk<'d>(
    review: &mut Review<'_>,
    file: &str,
    document: &'d Value,
    schema: &'d Value,
    place: &str,
    trail: &mut Vec<&'d str>,
) {
    if trail.len() > DEEPEST {
        return;
    }
    let reference = schema["$ref"].as_str();
    if let Some(reference) = reference
        && trail.contains(&reference)
    {
        return review.add(Rule::ReferenceBroken, file, format!("{place}: `{reference}` refers to itself"));
    }
    let Some(schema) = resolved(review, file, document, schema, place) else { return };
    check_alternatives(review, file, schema, place);
    trail.push(reference.unwrap_or_default());
    for member in schema["properties"].as_object().into_iter().flat_map(serde_json::Map::values) {
        walk(review, file, document, member, place, trail);
    }
    if schema["items"].is_object() {
        walk(review, file, document, &schema["items"], place, trail);
    }
    trail.pop();
}

fn check_alternatives(review: &mut Review<'_>, file: &str, schema: &Value, place: &str) {
    for keyword in ALTERNATIVES.into_iter().filter(|keyword| schema.get(keyword).is_some()) {
        review.add(Rule::InputAlternatives, file, format!("{place} has `{keyword}`"));
    }
}

/// Follows the references of a schema within the file.
fn resolved<'d>(
    review: &mut Review<'_>,
    file: &str,
    document: &'d Value,
    mut schema: &'d Value,
    place: &str,
) -> Option<&'d Value> {
    for _ in 0..DEEPEST {
        let Some(reference) = schema["$ref"].as_str() else { return Some(schema) };
        let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        let Some(target) = target else {
            review.add(Rule::ReferenceBroken, file, format!("{place}: `{reference}` has no target in the file"));
            return None;
        };
        schema = target;
    }
    review.add(Rule::ReferenceBroken, file, format!("{place}: its references refer to each other"));
    None
}
