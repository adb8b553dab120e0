//! Tests of the table against the facts of the documentation.

use serde_json::{Map, Value};

use super::*;
use crate::facts::list;

fn facts_of_operations() -> Vec<Value> {
    list("/operations")
}

/// A parameter as the facts write it.
fn written(parameter: &Parameter) -> Value {
    let (kind, format, members) = match parameter.kind {
        Kind::Text | Kind::Content | Kind::RecordType | Kind::CrmType | Kind::CrmOrgUrl | Kind::Addresses => {
            ("string", None, None)
        }
        Kind::DateTime => ("string", Some("date-time"), None),
        Kind::Count => ("integer", Some("int32"), None),
        Kind::Texts => ("array<string>", None, None),
        Kind::Object(members) => ("object", None, Some(members)),
        Kind::Objects(members) => ("array", None, Some(members)),
    };
    let mut fact = fact(parameter.name, kind, format, parameter.required, parameter.description);
    if let Some(members) = members {
        fact.insert("members".to_owned(), members.iter().map(written).collect());
    }
    Value::Object(fact)
}

/// A field as the facts write it. `kind` is their name for properties, which they write in two ways.
fn written_field(field: &Field, properties: &str) -> Value {
    let (kind, format) = match field.kind {
        FieldKind::Text | FieldKind::Identifier | FieldKind::Url | FieldKind::ContentType => ("string", None),
        FieldKind::DateTime => ("string", Some("date-time")),
        FieldKind::Properties => (properties, None),
    };
    let mut fact = fact(field.name, kind, format, field.required, field.description);
    if let Some(most) = field.max_length {
        fact.insert("maxLength".to_owned(), most.into());
    }
    Value::Object(fact)
}

fn fact(name: &str, kind: &str, format: Option<&str>, required: bool, description: &str) -> Map<String, Value> {
    let mut fact = Map::new();
    fact.insert("name".to_owned(), name.into());
    fact.insert("type".to_owned(), kind.into());
    if let Some(format) = format {
        fact.insert("format".to_owned(), format.into());
    }
    fact.insert("required".to_owned(), required.into());
    fact.insert("description".to_owned(), description.into());
    fact
}

#[test]
fn the_table_has_the_documented_operations_in_their_order() {
    let documented: Vec<Value> = facts_of_operations().iter().map(|fact| fact["operationId"].clone()).collect();
    let listed: Vec<Value> = OPERATIONS.iter().map(|operation| operation.id.into()).collect();

    assert_eq!(listed, documented);
}

#[test]
fn every_operation_is_called_and_described_as_documented() {
    for (operation, fact) in OPERATIONS.iter().zip(facts_of_operations()) {
        let method = match operation.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };

        assert_eq!(fact["capability"], operation.capability.name());
        assert_eq!(fact["method"], method, "{}", operation.id);
        assert_eq!(fact["path"], operation.path);
        assert_eq!(fact["source"], operation.source);
        assert_eq!(fact["description"], operation.description);
    }
}

#[test]
fn every_input_is_as_documented_byte_for_byte() {
    for (operation, fact) in OPERATIONS.iter().zip(facts_of_operations()) {
        let inputs: Vec<Value> = operation.inputs.iter().map(written).collect();

        assert_eq!(Value::Array(inputs), fact["inputs"], "{}", operation.id);
    }
}

#[test]
fn every_output_is_as_documented_byte_for_byte() {
    for (operation, fact) in OPERATIONS.iter().zip(facts_of_operations()) {
        // The page of email draft says "object", where the other pages name the members.
        let properties = if operation.id == EMAIL_DRAFT.id { "object" } else { "object<string,string>" };
        let outputs: Vec<Value> = operation.outputs.iter().map(|field| written_field(field, properties)).collect();

        assert_eq!(Value::Array(outputs), fact["outputs"], "{}", operation.id);
    }
}

#[test]
fn the_content_types_are_the_documented_ones() {
    assert_eq!(list("/contentTypes"), CONTENT_TYPES);
}

#[test]
fn another_content_type_is_of_the_same_form() {
    assert!(CONTENT_TYPES.into_iter().chain(["content-loop", "content-one-note"]).all(is_content_type));
    let long = format!("content-{}", "x".repeat(64));
    for text in ["", "content-", "content", "Content-web", "content-a b", "content--a", "file", &long] {
        assert!(!is_content_type(text), "{text}");
    }
}

#[test]
fn a_path_and_an_id_belong_to_one_operation() {
    let paths: std::collections::BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.path).collect();
    let ids: std::collections::BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.id).collect();

    assert_eq!((paths.len(), ids.len()), (OPERATIONS.len(), OPERATIONS.len()));
}
