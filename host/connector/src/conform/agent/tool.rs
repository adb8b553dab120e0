//! The check of tools that a package pins.

use serde_json::Value;

use super::super::Rule;
use super::{Review, function, input};

/// Checks a list of tools, and returns each with its description.
pub(super) fn check(review: &mut Review<'_>, file: &str, tools: &Value) -> Vec<(String, String)> {
    let mut offered = Vec::new();
    for tool in tools.as_array().into_iter().flatten() {
        let Some(name) = tool["name"].as_str() else { continue };
        let description = tool["description"].as_str().unwrap_or_default();
        function::check_name(review, file, name);
        function::check_description(review, file, name, description);
        let schema = &tool["inputSchema"];
        if schema["type"] == "object" {
            input::check_object(review, file, schema, schema, name);
        } else {
            review.add(Rule::ToolSchema, file, format!("`inputSchema` of `{name}` is no schema of an object"));
        }
        if !tool["annotations"]["readOnlyHint"].is_boolean() {
            review.add(Rule::ToolHint, file, format!("`{name}` has no `annotations.readOnlyHint`"));
        }
        offered.push((name.to_owned(), description.to_owned()));
    }
    offered
}
