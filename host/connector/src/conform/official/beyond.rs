//! What Swagger 2.0 or Microsoft's validator of connectors forbids and the schema does not: contradictions between the
//! parts of a definition. From Microsoft's list of the validator's errors (`certification-swagger-validator-rules`).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::SwaggerFlaw;
use super::words::type_of;
use crate::conform::definition::escaped;

/// The members that hold data, not parts of a definition.
const DATA: [&str; 4] = ["default", "enum", "example", "examples"];

/// Pairs of keywords, the first of which must not be greater than the second.
const BOUNDS: [(&str, &str); 4] =
    [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")];

/// Keywords that mean nothing without another one.
const DEPENDENT: [(&str, &str); 2] = [("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")];

/// The characters that a path may not have.
const NOT_IN_PATH: [char; 3] = ['?', '#', '*'];

/// Finds the contradictions in a document.
pub(super) fn flaws(document: &Value) -> Vec<SwaggerFlaw> {
    let mut flaws = Vec::new();
    check_paths(document, &mut flaws);
    walk(document, &mut String::new(), &mut flaws);
    flaws
}

fn flaw(pointer: String, what: impl Into<String>) -> SwaggerFlaw {
    SwaggerFlaw::new(pointer, what.into())
}

/// Checks every object below a value.
fn walk(value: &Value, pointer: &mut String, flaws: &mut Vec<SwaggerFlaw>) {
    let length = pointer.len();
    match value {
        Value::Object(members) => {
            // The names of properties are not keywords.
            if !pointer.ends_with("/properties") {
                check_schema(members, pointer, flaws);
            }
            for (name, member) in members {
                if DATA.contains(&name.as_str()) || name.starts_with("x-") {
                    continue;
                }
                pointer.push('/');
                pointer.push_str(&escaped(name));
                walk(member, pointer, flaws);
                pointer.truncate(length);
            }
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                walk(entry, pointer, flaws);
                pointer.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Checks the keywords of a schema or parameter against each other.
fn check_schema(schema: &Map<String, Value>, pointer: &str, flaws: &mut Vec<SwaggerFlaw>) {
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    if kind == "array" && !schema.contains_key("items") {
        flaws.push(flaw(format!("{pointer}/items"), "is missing"));
    }
    if let Some(summary) = schema.get("x-ms-summary").filter(|summary| !summary.is_string()) {
        let what = format!("is {}, and must be a text", type_of(summary));
        flaws.push(flaw(format!("{pointer}/x-ms-summary"), what));
    }
    for (name, value) in data(schema) {
        if !is_of(value, kind) {
            let what = format!("is {}, and the type is `{kind}`", type_of(value));
            flaws.push(flaw(format!("{pointer}/{name}"), what));
        }
    }
    if let (Some(required), Some(properties)) = (schema.get("required"), schema.get("properties")) {
        let names = required.as_array().into_iter().flatten().filter_map(Value::as_str);
        let is_open = schema.contains_key("allOf") || schema.get("additionalProperties").is_some_and(|it| *it != false);
        for name in names.filter(|name| !is_open && properties.is_object() && properties.get(name).is_none()) {
            let what = format!("names `{name}`, which is no property");
            flaws.push(SwaggerFlaw { missing: Some(name.to_owned()), ..flaw(format!("{pointer}/required"), what) });
        }
    }
    for (least, most) in BOUNDS {
        let number = |name: &str| schema.get(name).and_then(Value::as_f64);
        if let (Some(low), Some(high)) = (number(least), number(most))
            && low > high
        {
            flaws.push(flaw(format!("{pointer}/{least}"), format!("is greater than `{most}`")));
        }
    }
    for (keyword, other) in DEPENDENT {
        if schema.contains_key(keyword) && !schema.contains_key(other) {
            flaws.push(flaw(format!("{pointer}/{keyword}"), format!("needs `{other}`")));
        }
    }
}

/// Returns the values that a schema states, with the keywords that state them.
fn data(schema: &Map<String, Value>) -> impl Iterator<Item = (String, &Value)> {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let listed = listed.enumerate().map(|(index, value)| (format!("enum/{index}"), value));
    listed.chain(schema.get("default").map(|value| ("default".to_owned(), value)))
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string() || value.is_null(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object() || value.is_null(),
        _ => true,
    }
}

/// Checks paths against each other, and the parameters of each.
fn check_paths(document: &Value, flaws: &mut Vec<SwaggerFlaw>) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let pointer = format!("/paths/{}", escaped(path));
        if let Some(bad) = path.chars().find(|character| NOT_IN_PATH.contains(character)) {
            flaws.push(flaw(pointer.clone(), format!("has `{bad}`, which a path must not have")));
        }
        if item.get("$ref").is_some() {
            flaws.push(flaw(format!("{pointer}/$ref"), "is not supported in a path"));
        }
        if let Some(other) = known.insert(routed(path), path) {
            flaws.push(flaw(pointer.clone(), format!("cannot be told apart from `{other}`")));
        }
        for (method, operation) in item.as_object().into_iter().flatten() {
            check_parameters(&operation["parameters"], &format!("{pointer}/{method}/parameters"), flaws);
        }
    }
}

/// Returns a path as requests are routed by it: without letter case and the names of parameters.
fn routed(path: &str) -> String {
    let step = |step: &str| if step.starts_with('{') { "{}".to_owned() } else { step.to_lowercase() };
    path.split('/').map(step).collect::<Vec<_>>().join("/")
}

/// Finds parameters that exclude each other.
fn check_parameters(parameters: &Value, pointer: &str, flaws: &mut Vec<SwaggerFlaw>) {
    let mut known: Vec<(&str, &str)> = Vec::new();
    for (index, parameter) in parameters.as_array().into_iter().flatten().enumerate() {
        let (Some(name), Some(place)) = (parameter["name"].as_str(), parameter["in"].as_str()) else { continue };
        let pointer = format!("{pointer}/{index}");
        if known.contains(&(name, place)) {
            flaws.push(flaw(pointer, format!("declares `{name}` a second time")));
        } else if place == "body" && known.iter().any(|(_, place)| matches!(*place, "body" | "formData")) {
            flaws.push(flaw(pointer, "is a second body"));
        }
        known.push((name, place));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(document: &Value) -> Vec<String> {
        flaws(document).into_iter().map(|flaw| format!("{} {}", flaw.pointer, flaw.what)).collect()
    }

    fn of_schema(schema: &Value) -> Vec<String> {
        told(&json!({"definitions": {"A": schema}}))
    }

    #[test]
    fn keywords_that_contradict_each_other_are_told() {
        for (schema, wanted) in [
            (json!({"type": "array"}), "/items is missing"),
            (json!({"type": "string", "enum": ["a", 1]}), "/enum/1 is a number, and the type is `string`"),
            (json!({"type": "integer", "default": "1"}), "/default is a text, and the type is `integer`"),
            (json!({"required": ["a"], "properties": {"b": {}}}), "/required names `a`, which is no property"),
            (json!({"minLength": 3, "maxLength": 2}), "/minLength is greater than `maxLength`"),
            (json!({"type": "integer", "exclusiveMaximum": true}), "/exclusiveMaximum needs `maximum`"),
            (json!({"x-ms-summary": 1}), "/x-ms-summary is a number, and must be a text"),
        ] {
            assert_eq!(of_schema(&schema), [format!("/definitions/A{wanted}")]);
        }
    }

    #[test]
    fn what_only_looks_like_keywords_is_none() {
        for schema in [
            json!({"properties": {"type": {"type": "string"}, "items": {}, "default": {"type": "integer"}}}),
            json!({"type": "object", "default": {"type": "array"}, "x-more": {"type": "array"}}),
            json!({"required": ["a"], "properties": {"b": {}}, "allOf": [{"properties": {"a": {}}}]}),
        ] {
            assert_eq!(of_schema(&schema), [""; 0], "{schema}");
        }
    }

    #[test]
    fn paths_and_parameters_that_exclude_each_other_are_told() {
        let parameter = json!({"name": "top", "in": "query"});
        let body = json!({"name": "body", "in": "body"});
        let document = json!({"paths": {
            "/a/{id}": {}, "/A/{name}": {}, "/b?x=1": {}, "/c": {"$ref": "#/x"},
            "/d": {"get": {"parameters": [parameter, parameter]}, "post": {"parameters": [body, {"name": "x", "in": "body"}]}},
        }});

        assert_eq!(
            told(&document),
            [
                "/paths/~1A~1{name} cannot be told apart from `/a/{id}`",
                "/paths/~1b?x=1 has `?`, which a path must not have",
                "/paths/~1c/$ref is not supported in a path",
                "/paths/~1d/get/parameters/1 declares `top` a second time",
                "/paths/~1d/post/parameters/1 is a second body",
            ]
        );
    }
}
