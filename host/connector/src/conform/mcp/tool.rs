//! The checks of a tool's definition, by which a model chooses it and fills in its inputs.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::client::{MODERN, PlayedClient};
use super::examination::McpExamination;
use crate::conform::Rule;
use crate::conform::agent::LONGEST_DESCRIPTION;
use crate::conform::schema::AnswerSchema;

/// The most characters of a name.
const LONGEST_NAME: usize = 128;

/// The fewest characters of a description that says something.
const SHORTEST_DESCRIPTION: usize = 20;

/// The greatest depth to which the texts of a definition are looked for.
const DEEPEST: usize = 12;

/// The keywords of alternatives.
const ALTERNATIVES: [&str; 3] = ["oneOf", "anyOf", "allOf"];

/// A tool as the server lists it.
#[derive(Debug)]
pub(super) struct ListedTool {
    pub(super) name: String,
    definition: Value,
    /// The schema of its answers, if it declares a valid one.
    pub(super) output: Option<Arc<AnswerSchema>>,
}

impl ListedTool {
    /// Reads a definition. `None` if it has no name.
    pub(super) fn read(definition: &Value) -> Option<Self> {
        let name = definition["name"].as_str()?.to_owned();
        Some(Self { name, definition: definition.clone(), output: None })
    }

    /// Returns its inputs, each with its schema.
    pub(super) fn inputs(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.definition["inputSchema"]["properties"].as_object().into_iter().flat_map(Map::iter)
    }

    /// Returns the inputs that it requires.
    pub(super) fn required(&self) -> impl Iterator<Item = &str> {
        self.definition["inputSchema"]["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.required().any(|required| required == name)
    }

    /// Returns whether it says that it only reads.
    pub(super) fn only_reads(&self) -> bool {
        self.definition["annotations"]["readOnlyHint"] == true
    }

    fn description(&self) -> &str {
        self.definition["description"].as_str().unwrap_or_default().trim()
    }
}

/// Checks the definitions of tools, one by one and with each other. Those that repeat a name are left out then.
pub(super) fn check_all(play: &mut McpExamination<'_>, client: &PlayedClient, tools: &mut Vec<ListedTool>) {
    let mut names = HashSet::new();
    tools.retain(|tool| {
        let is_new = names.insert(tool.name.clone());
        if !is_new {
            play.find(Rule::ToolRepeats, &tool.name, "it is listed twice");
        }
        is_new
    });
    let mut described: HashMap<String, String> = HashMap::new();
    for tool in tools {
        let description = tool.description().to_owned();
        if let Some(other) = described.get(&description).filter(|_| !description.is_empty()) {
            play.find(Rule::DescriptionsAlike, &tool.name, format!("`{other}` has the same"));
        }
        described.entry(description).or_insert_with(|| tool.name.clone());
        check_name(play, &tool.name);
        check_description(play, tool);
        check_hints(play, tool);
        check_inputs(play, tool);
        tool.output = check_output(play, client, tool);
        check_texts(play, &tool.name, &tool.definition, "", 0);
    }
}

fn check_name(play: &mut McpExamination<'_>, name: &str) {
    let is_of = |allowed: &[u8]| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || allowed.contains(&byte));
    if name.is_empty() {
        play.find(Rule::ToolName, name, "its name is empty");
    } else if name.len() > LONGEST_NAME {
        play.find(Rule::ToolName, name, format!("its name has {} characters", name.chars().count()));
    } else if !is_of(b"_-.") {
        play.find(Rule::ToolName, name, "its name has others than letters, digits, `_`, `-` and `.`");
    } else if !is_of(b"_") {
        play.find(Rule::ToolNamePlain, name, "its name has `-` or `.`");
    }
}

fn check_description(play: &mut McpExamination<'_>, tool: &ListedTool) {
    let (name, description) = (&tool.name, tool.description());
    let length = description.encode_utf16().count();
    if description.is_empty() {
        play.find(Rule::FunctionDescription, name, "it has no description");
    } else if length < SHORTEST_DESCRIPTION || !description.contains(' ') {
        play.find(Rule::DescriptionPoor, name, format!("its description is `{description}`"));
    } else if length > LONGEST_DESCRIPTION {
        let what = format!("its description has {length} characters; {LONGEST_DESCRIPTION} are read");
        play.find(Rule::TextIgnored, name, what);
    }
}

fn check_hints(play: &mut McpExamination<'_>, tool: &ListedTool) {
    let hints = &tool.definition["annotations"];
    if !hints["readOnlyHint"].is_boolean() {
        play.find(Rule::ToolHint, &tool.name, "it has no `annotations.readOnlyHint`");
    } else if hints["readOnlyHint"] == true && hints["destructiveHint"] == true {
        play.find(Rule::HintsContradict, &tool.name, "both hints are true");
    }
}

fn check_inputs(play: &mut McpExamination<'_>, tool: &ListedTool) {
    let (name, schema) = (&tool.name, &tool.definition["inputSchema"]);
    if schema["type"] != "object" {
        return play.find(Rule::ToolSchema, name, "`inputSchema` is no schema of an object");
    }
    if let Some(Err(why)) = play.schema(name, schema) {
        return play.find(Rule::ToolSchema, name, format!("`inputSchema` is no schema: {why}"));
    }
    for required in tool.required().filter(|required| !tool.inputs().any(|(input, _)| input == required)) {
        play.find(Rule::InputUndeclared, name, format!("`{required}` is required"));
    }
    for keyword in ALTERNATIVES.into_iter().filter(|keyword| schema.get(keyword).is_some()) {
        play.find(Rule::InputUnfillable, name, format!("its inputs have `{keyword}`"));
    }
    for (input, schema) in tool.inputs() {
        if schema["description"].as_str().is_none_or(|description| description.trim().is_empty()) {
            play.find(Rule::InputUndescribed, name, format!("`{input}` has no description"));
        }
        if let Some(what) = unfillable(schema) {
            play.find(Rule::InputUnfillable, name, format!("`{input}` {what}"));
        }
        let length = schema["description"].as_str().map_or(0, |description| description.encode_utf16().count());
        if length > LONGEST_DESCRIPTION {
            let what = format!("the description of `{input}` has {length} characters; {LONGEST_DESCRIPTION} are read");
            play.find(Rule::TextIgnored, name, what);
        }
    }
}

/// Returns why a model fills in an input wrongly.
fn unfillable(schema: &Value) -> Option<String> {
    let is_object = |schema: &Value| schema["type"] == "object" || schema["properties"].is_object();
    if let Some(keyword) = ALTERNATIVES.into_iter().find(|keyword| schema.get(keyword).is_some()) {
        return Some(format!("has `{keyword}`"));
    }
    if schema.get("$ref").is_some() {
        return Some("refers to another schema".to_owned());
    }
    if is_object(schema) {
        return Some("is an object".to_owned());
    }
    if is_object(&schema["items"]) || schema["items"]["type"] == "array" {
        return Some("holds objects or lists".to_owned());
    }
    schema["type"].is_array().then(|| "has several types".to_owned())
}

/// Checks the schema of a tool's answers, and returns it if it is one.
fn check_output(play: &mut McpExamination<'_>, client: &PlayedClient, tool: &ListedTool) -> Option<Arc<AnswerSchema>> {
    let schema = tool.definition.get("outputSchema")?;
    if client.version != MODERN && schema["type"] != "object" {
        play.find(Rule::OutputSchema, &tool.name, "its type is not `object`");
    }
    match play.schema(&tool.name, schema)? {
        Ok(output) => Some(output),
        Err(why) => {
            play.find(Rule::OutputSchema, &tool.name, format!("it is no schema: {why}"));
            None
        }
    }
}

/// Checks all texts and names of a definition for invisible characters.
fn check_texts(play: &mut McpExamination<'_>, tool: &str, value: &Value, place: &str, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::String(text) if contract::visible(text) != text.as_str() => {
            play.find(Rule::TextInvisible, tool, format!("`{place}` of its definition"));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| check_texts(play, tool, entry, place, depth + 1)),
        Value::Object(members) => {
            for (name, value) in members {
                if contract::visible(name) != name.as_str() {
                    play.find(Rule::TextInvisible, tool, format!("the name of a member of `{place}`"));
                }
                check_texts(play, tool, value, name, depth + 1);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inputs_that_a_model_fills_in_wrongly_are_told_by_their_form() {
        for (schema, told) in [
            (json!({ "type": "object" }), Some("is an object")),
            (json!({ "anyOf": [] }), Some("has `anyOf`")),
            (json!({ "type": "array", "items": { "properties": {} } }), Some("holds objects or lists")),
            (json!({ "type": ["string", "null"] }), Some("has several types")),
            (json!({ "$ref": "#/$defs/A" }), Some("refers to another schema")),
            (json!({ "type": "array", "items": { "type": "string" } }), None),
            (json!({ "type": "string", "enum": ["a"] }), None),
        ] {
            assert_eq!(unfillable(&schema).as_deref(), told, "{schema}");
        }
    }
}
