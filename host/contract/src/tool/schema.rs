//! The JSON Schemas of tools: flat, and without `anyOf`, which API plugins do not read.

use serde_json::{Map, Value, json};

use super::{DEFAULT_ITEMS, LONGEST_DESCRIPTION, MOST_ITEMS, ToolOperation};
use crate::{FieldKind, Kind, Parameter, ParameterKind, Skill, operation::CONTENT_TYPES, text::cut};

/// The definition of a tool that reads and changes nothing. Its texts are cut where readers stop.
pub(super) fn definition(name: &str, title: &str, description: &str, inputs: &Value, outputs: &Value) -> Value {
    json!({
        "name": name,
        "title": title,
        "description": cut(description, LONGEST_DESCRIPTION),
        "inputSchema": inputs,
        "outputSchema": outputs,
        "annotations": { "readOnlyHint": true },
    })
}

/// The schema of these inputs.
pub(super) fn inputs(parameters: &[Parameter]) -> Value {
    let properties = parameters.iter().map(|parameter| (parameter.name.to_owned(), input(parameter)));
    let required = parameters.iter().filter(|parameter| parameter.required).map(|parameter| parameter.name);
    object(properties.collect(), &required.collect::<Vec<_>>())
}

fn input(parameter: &Parameter) -> Value {
    let description = parameter.description;
    match parameter.kind {
        Kind::Count if parameter.name == "top" => json!({
            "type": "integer",
            "minimum": 1,
            "maximum": MOST_ITEMS,
            "default": DEFAULT_ITEMS,
            "description": description,
        }),
        Kind::Count => json!({ "type": "integer", "minimum": 0, "default": 0, "description": description }),
        Kind::DateTime => json!({ "type": "string", "format": "date-time", "description": description }),
        Kind::Text | Kind::Content | Kind::RecordType | Kind::CrmType | Kind::CrmOrgUrl | Kind::Addresses => {
            json!({ "type": "string", "description": description })
        }
        Kind::Texts | Kind::Object(_) | Kind::Objects(_) => unreachable!("no tool has such an input"),
    }
}

/// The schema of the inputs of a skill.
pub(super) fn skill_inputs(skill: &Skill) -> Value {
    let properties = skill.parameters.iter().map(|parameter| {
        let mut schema = match parameter.kind {
            ParameterKind::Text => json!({ "type": "string" }),
            ParameterKind::Integer => json!({ "type": "integer" }),
            ParameterKind::Number => json!({ "type": "number" }),
            ParameterKind::Boolean => json!({ "type": "boolean" }),
            ParameterKind::Instant => json!({ "type": "string", "format": "date-time" }),
            ParameterKind::Choice => json!({ "type": "string", "enum": parameter.choices }),
        };
        schema["description"] = json!(cut(&parameter.description, LONGEST_DESCRIPTION));
        (parameter.name.clone(), schema)
    });
    let required = skill.parameters.iter().filter(|parameter| parameter.required);
    object(properties.collect(), &required.map(|parameter| parameter.name.as_str()).collect::<Vec<_>>())
}

/// The schema of a page of the tool's items.
pub(super) fn page(tool: &ToolOperation) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in tool.operation.outputs {
        properties.insert(field.name.to_owned(), output(field.kind));
        required.extend(field.required.then_some(field.name));
    }
    for added in tool.added {
        if let Some(field) = tool.operation.outputs.iter().find(|field| field.name == added.from) {
            properties.insert(added.name.to_owned(), output(field.kind));
        }
    }
    list(&object(properties, &required), Map::new())
}

/// The schema of a skill's answer.
pub(super) fn chat() -> Value {
    let texts = ["title", "subtitle", "text"].into_iter().map(|name| (name.to_owned(), output(FieldKind::Text)));
    let url = ("url".to_owned(), output(FieldKind::Url));
    let item = object(texts.chain([url]).collect(), &["title"]);
    list(&item, Map::from_iter([("data".to_owned(), json!({ "type": "object", "additionalProperties": true }))]))
}

fn output(kind: FieldKind) -> Value {
    match kind {
        FieldKind::Text | FieldKind::Identifier => json!({ "type": "string" }),
        FieldKind::DateTime => json!({ "type": "string", "format": "date-time" }),
        FieldKind::Url => json!({ "type": "string", "format": "uri" }),
        FieldKind::ContentType => json!({ "type": "string", "enum": CONTENT_TYPES }),
        FieldKind::Properties => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
    }
}

/// The schema of an answer with these items, and with `more` members.
fn list(item: &Value, more: Map<String, Value>) -> Value {
    let mut properties = Map::new();
    properties.insert("value".to_owned(), json!({ "type": "array", "maxItems": MOST_ITEMS, "items": item }));
    properties.insert("hasMoreResults".to_owned(), json!({ "type": "boolean" }));
    properties.extend(more);
    object(properties, &["value", "hasMoreResults"])
}

fn object(properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object" });
    schema["properties"] = Value::Object(properties);
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}
