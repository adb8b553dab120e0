//! The arguments of calls: those that the user names, and those that a tool's own schema suggests.

use serde_json::{Map, Value, json};

use super::tool::ListedTool;
use crate::conform::Example;

/// The choices of who checks a server.
#[derive(Debug, Default)]
pub struct McpPlan {
    /// The arguments of tools, by name.
    pub arguments: ToolArguments,
    /// Inputs by name, for every tool that has them.
    pub example: Example,
    /// The languages between which answers should differ.
    pub languages: Vec<String>,
    /// True if tools are called, too, that do not say that they only read.
    pub calls_all: bool,
}

/// The arguments of tools, by name.
#[derive(Clone, Debug, Default)]
pub struct ToolArguments(Map<String, Value>);

/// A text that holds no arguments of tools.
#[derive(Debug, thiserror::Error)]
pub enum ToolArgumentsError {
    /// It is no JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Something in it is no object.
    #[error("{0} is no object: arguments are written as `{{\"tool\": {{\"input\": …}}}}`")]
    NoObject(String),
}

impl ToolArguments {
    /// Reads an object that has the arguments of each tool under its name.
    ///
    /// # Errors
    ///
    /// Fails if it is something else.
    pub fn read(text: &[u8]) -> Result<Self, ToolArgumentsError> {
        match serde_json::from_slice(text)? {
            Value::Object(tools) => match tools.iter().find(|(_, arguments)| !arguments.is_object()) {
                None => Ok(Self(tools)),
                Some((name, _)) => Err(ToolArgumentsError::NoObject(format!("`{name}`"))),
            },
            _ => Err(ToolArgumentsError::NoObject("the whole".to_owned())),
        }
    }
}

/// The arguments of a call.
#[derive(Debug, PartialEq)]
pub(super) enum ChosenArguments {
    /// The user named some of them, so the tool should answer.
    Named(Value),
    /// The tool's schema suggests them, or none are needed.
    Suggested(Value),
    /// Nobody names this input, which is required.
    Lacking(String),
}

impl McpPlan {
    /// Chooses the arguments of a tool.
    pub(super) fn arguments_of(&self, tool: &ListedTool) -> ChosenArguments {
        if let Some(arguments) = self.arguments.0.get(&tool.name) {
            return ChosenArguments::Named(arguments.clone());
        }
        let (mut chosen, mut is_named) = (Map::new(), false);
        for (name, schema) in tool.inputs() {
            if let Some(text) = self.example.get(name) {
                is_named = true;
                chosen.insert(name.clone(), converted(text, schema));
            } else if tool.requires(name) {
                let Some(value) = suggested(schema) else { return ChosenArguments::Lacking(name.clone()) };
                chosen.insert(name.clone(), value.clone());
            }
        }
        let chosen = Value::Object(chosen);
        if is_named { ChosenArguments::Named(chosen) } else { ChosenArguments::Suggested(chosen) }
    }
}

/// Returns the value that a schema itself names.
fn suggested(schema: &Value) -> Option<&Value> {
    let first = |list: &'static str| schema.get(list)?.get(0);
    schema.get("const").or_else(|| schema.get("default")).or_else(|| first("examples")).or_else(|| first("enum"))
}

/// Converts a text into the type that a schema wants.
fn converted(text: &str, schema: &Value) -> Value {
    let as_text = || json!(text);
    match schema["type"].as_str() {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text).unwrap_or_else(|_| as_text()),
        Some("array") => json!([text]),
        _ => as_text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(properties: &Value, required: &Value) -> ListedTool {
        let schema = json!({ "type": "object", "properties": properties, "required": required });
        ListedTool::read(&json!({ "name": "find", "inputSchema": schema })).expect("it has a name")
    }

    #[test]
    fn what_the_user_names_is_preferred_and_what_the_schema_names_fills_the_rest() {
        let tool = tool(
            &json!({ "recordId": {}, "top": { "type": "integer" }, "kind": { "enum": ["a", "b"] }, "skip": {} }),
            &json!(["recordId", "kind"]),
        );
        let plan = |example: &str, arguments: &str| McpPlan {
            example: Example::read(example),
            arguments: ToolArguments::read(arguments.as_bytes()).expect("they are arguments"),
            ..McpPlan::default()
        };

        let by_example = plan("recordid=42&top=3&other=x", "{}").arguments_of(&tool);
        let by_name = plan("recordId=42", r#"{"find": {"recordId": "7"}}"#).arguments_of(&tool);

        assert_eq!(by_example, ChosenArguments::Named(json!({ "recordId": "42", "top": 3, "kind": "a" })));
        assert_eq!(by_name, ChosenArguments::Named(json!({ "recordId": "7" })));
        assert_eq!(plan("", "{}").arguments_of(&tool), ChosenArguments::Lacking("recordId".to_owned()));
    }

    #[test]
    fn a_tool_that_needs_nothing_is_called_with_nothing() {
        let tool = tool(&json!({ "top": { "type": "integer", "default": 5 } }), &json!([]));

        assert_eq!(McpPlan::default().arguments_of(&tool), ChosenArguments::Suggested(json!({})));
    }

    #[test]
    fn arguments_that_are_no_objects_are_told() {
        for (text, told) in [("[]", "the whole is no object"), (r#"{"find": 1}"#, "`find` is no object"), ("{", "EOF")]
        {
            let error = ToolArguments::read(text.as_bytes()).expect_err("they are none").to_string();

            assert!(error.contains(told), "{error}");
        }
    }
}
