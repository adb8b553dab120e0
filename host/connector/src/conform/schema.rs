//! The schema that a definition declares for an answer, converted to JSON Schema for a validator.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value, json};

use super::definition::{Action, ConnectorDefinition};

/// The most mismatches that are looked at in one answer. Those of one kind in one place are reported once.
const MOST: usize = 1_000;

/// The parts of a file that references point into.
const PARTS: [&str; 4] = ["definitions", "components", "responses", "parameters"];

/// The schema of a successful answer's body, by a definition.
#[derive(Debug)]
pub(super) struct AnswerSchema(Validator);

impl AnswerSchema {
    /// Builds the schema of an operation's answers, if it declares one.
    ///
    /// # Errors
    ///
    /// Fails with a reason if it is not a JSON schema, or refers to other files: none is fetched.
    pub(super) fn of(definition: &ConnectorDefinition, action: &Action) -> Option<Result<Self, String>> {
        let answer = action.answer.as_ref()?;
        let document = definition.document();
        let parts = PARTS.into_iter().filter_map(|part| Some((part.to_owned(), document.get(part)?.clone())));
        let mut schema: Map<String, Value> = parts.collect();
        schema.insert("allOf".to_owned(), json!([answer.schema]));
        let mut schema = Value::Object(schema);
        normalise(&mut schema);

        let is_newer = document["openapi"].as_str().is_some_and(|version| !version.starts_with("3.0"));
        let draft = if is_newer { Draft::Draft202012 } else { Draft::Draft4 };
        Some(Self::build(&schema, draft))
    }

    /// Builds the schema of a tool's inputs or answers, of the draft that it names or else 2020-12.
    ///
    /// # Errors
    ///
    /// Fails with a reason if it is not a JSON schema, or refers to other files: none is fetched.
    pub(super) fn of_tool(schema: &Value) -> Result<Self, String> {
        let draft = Draft::Draft202012.detect(schema);
        Self::build(schema, draft)
    }

    fn build(schema: &Value, draft: Draft) -> Result<Self, String> {
        let options = jsonschema::options().with_draft(draft).should_validate_formats(true);
        // This engine matches in linear time: the patterns are untrusted.
        let built = options.with_pattern_options(PatternOptions::regex()).build(schema);
        built.map(Self).map_err(|error| error.to_string())
    }

    /// Finds the mismatches of a body.
    pub(super) fn mismatches(&self, body: &Value) -> Vec<SchemaMismatch> {
        let mismatch = |error: jsonschema::ValidationError<'_>| {
            let path = error.instance_path().to_string();
            let location = if path.is_empty() { "the body".to_owned() } else { format!("`{path}`") };
            let what = format!("{location}: {}", error.masked());
            let below = match error.kind() {
                ValidationErrorKind::Required { property } => property.as_str().unwrap_or_default().to_owned(),
                _ => String::new(),
            };
            let steps = path.split('/').skip(1).chain(Some(below.as_str()).filter(|below| !below.is_empty()));
            // Items are told apart by their numbers, and pages number them differently.
            let place = steps.map(|step| if step.parse::<usize>().is_ok() { "*" } else { step }).collect::<Vec<_>>();
            SchemaMismatch { place: place.join("/"), keyword: error.kind().keyword().to_owned(), what }
        };
        self.0.iter_errors(body).take(MOST).map(mismatch).collect()
    }
}

/// A mismatch of an answer with its schema.
#[derive(Debug)]
pub(super) struct SchemaMismatch {
    /// The path to the value, with `*` for the numbers of entries.
    pub(super) place: String,
    /// The keyword of the schema that the value does not match.
    pub(super) keyword: String,
    /// The mismatch, with its place.
    pub(super) what: String,
}

/// Converts OpenAPI's own keywords to JSON Schema: nullable values, and empty lists of required members.
fn normalise(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let is_nullable = ["nullable", "x-nullable"].iter().any(|name| members.get(*name) == Some(&json!(true)));
            if is_nullable {
                if let Some(kind) = members.get_mut("type").filter(|kind| kind.is_string()) {
                    *kind = json!([kind.take(), "null"]);
                }
                if let Some(Value::Array(values)) = members.get_mut("enum") {
                    values.push(Value::Null);
                }
            }
            if members.get("required") == Some(&json!([])) {
                members.remove("required");
            }
            members.values_mut().for_each(normalise);
        }
        Value::Array(entries) => entries.iter_mut().for_each(normalise),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(answer: &Value, definitions: &Value) -> Result<AnswerSchema, String> {
        let document = json!({
            "swagger": "2.0",
            "paths": {"/a": {"get": {"responses": {"200": {"schema": answer}}}}},
            "definitions": definitions,
        });
        let definition = ConnectorDefinition::read(document.to_string().as_bytes()).expect("it is a definition");
        AnswerSchema::of(&definition, &definition.actions()[0]).expect("it declares one")
    }

    #[test]
    fn a_body_that_is_otherwise_is_told_with_its_place() {
        let item = json!({
            "required": ["title"],
            "properties": {
                "title": {"type": "string"},
                "icon": {"type": "string", "x-nullable": true},
                "when": {"type": "string", "format": "date-time"},
            },
        });
        let page = json!({"properties": {"value": {"type": "array", "items": {"$ref": "#/definitions/Item"}}}});
        let schema = schema(&page, &json!({"Item": item})).expect("it is good");

        assert!(schema.mismatches(&json!({"value": [{"title": "a", "icon": null}]})).is_empty());
        let mismatches = schema.mismatches(&json!({"value": [{"title": 1}, {"title": "a", "when": "today"}]}));
        assert!(mismatches[0].what.starts_with("`/value/0/title`: "), "{mismatches:?}");
        assert!(mismatches[1].what.starts_with("`/value/1/when`: "), "{mismatches:?}");
    }

    #[test]
    fn a_circle_of_references_is_followed_as_far_as_the_body_goes() {
        let tree = json!({"properties": {"left": {"$ref": "#/definitions/Tree"}}, "type": "object"});
        let schema = schema(&json!({"$ref": "#/definitions/Tree"}), &json!({"Tree": tree})).expect("it is good");

        assert!(schema.mismatches(&json!({"left": {"left": {}}})).is_empty());
        assert_eq!(schema.mismatches(&json!({"left": {"left": 1}})).len(), 1);
    }

    #[test]
    fn a_schema_that_is_none_or_elsewhere_is_told() {
        assert!(schema(&json!({"type": "file"}), &json!({})).is_err());
        assert!(schema(&json!({"$ref": "http://example.com/schema.json"}), &json!({})).is_err());
    }
}
