//! The tools of an agent: the host's flat view of capabilities and skills, as its routes and its MCP server have them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use contract::operation::{EMAIL_DRAFT, EMAIL_SUMMARY_V2, KEY_SALES_INFO, RECORD_DETAILS, RECORD_SUMMARY};
use contract::{Method, Operation, Skill};

use crate::{Collision, Offer, Provider};

/// A tool of an agent.
#[derive(Clone, Debug)]
pub(super) struct AgentTool {
    /// The name: letters, digits and `_`.
    pub(super) name: String,
    /// The title for people.
    pub(super) title: String,
    /// The description by which a model chooses.
    pub(super) description: String,
    /// The definition, as the MCP server lists it.
    pub(super) definition: Value,
    pub(super) method: Method,
    /// The path of its route.
    pub(super) path: String,
    /// Its origin, for error texts.
    source: String,
}

impl AgentTool {
    fn new(definition: Value, method: Method, prefix: &str, source: String) -> Self {
        let text = |member: &str| definition[member].as_str().unwrap_or_default().to_owned();
        let name = text("name");
        let path = format!("{prefix}/agent/{name}");
        Self { title: text("title"), description: text("description"), name, definition, method, path, source }
    }

    /// Returns the schema of its inputs, which are flat.
    pub(super) fn input_schema(&self) -> &Value {
        &self.definition["inputSchema"]
    }

    /// Returns the schema of its answer.
    pub(super) fn answer_schema(&self) -> &Value {
        &self.definition["outputSchema"]
    }

    /// Returns the name and schema of each input.
    pub(super) fn inputs(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.input_schema()["properties"].as_object().into_iter().flatten()
    }

    /// Returns whether requests without this input are rejected.
    pub(super) fn requires(&self, input: &str) -> bool {
        self.input_schema()["required"].as_array().is_some_and(|names| names.iter().any(|name| name == input))
    }

    /// Returns whether its items have a member of this name.
    pub(super) fn has(&self, member: &str) -> bool {
        !self.answer_schema()["properties"]["value"]["items"]["properties"][member].is_null()
    }

    /// Returns the input that takes a name where other tools need an id.
    pub(super) fn name_input(&self) -> Option<&str> {
        let is_name = |name: &&String| name.ends_with("Name") || *name == "name";
        let is_alone = !self.requires("recordId");
        self.inputs().map(|(name, _)| name).find(is_name).map(String::as_str).filter(|_| is_alone)
    }
}

/// Returns the tools of `offer`.
pub(super) fn tools(offer: &Offer) -> Result<Vec<AgentTool>, Collision> {
    let operations = [
        ("record_summary", &RECORD_SUMMARY),
        ("record_details", &RECORD_DETAILS),
        ("key_sales_info", &KEY_SALES_INFO),
        ("email_summary", &EMAIL_SUMMARY_V2),
        ("email_draft", &EMAIL_DRAFT),
    ];
    let prefix = offer.prefix();
    let operations = operations.into_iter().filter(|(_, operation)| offer.answers(operation.capability));
    let mut tools: Vec<AgentTool> =
        operations.map(|(name, operation)| of_operation(name, operation, &prefix)).collect();
    for provider in &offer.providers {
        tools.extend(provider.skills.iter().map(|skill| of_skill(provider, skill, &prefix)));
    }
    let mut sources: BTreeMap<&str, &str> = BTreeMap::new();
    for tool in &tools {
        if let Some(one) = sources.insert(&tool.name, &tool.source) {
            return Err(Collision::new(tool.name.clone(), one.to_owned(), tool.source.clone()));
        }
    }
    Ok(tools)
}

fn object(properties: Map<String, Value>, required: Vec<&str>) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

fn of_operation(name: &str, operation: &'static Operation, prefix: &str) -> AgentTool {
    let input =
        |name: &str, description: &str| (name.to_owned(), json!({ "type": "string", "description": description }));
    let inputs = operation.inputs.iter().map(|it| input(it.name, it.description)).collect();
    let required = operation.inputs.iter().filter(|it| it.required).map(|it| it.name).collect();
    let outputs = operation.outputs.iter().map(|it| input(it.name, "")).chain([input("title", "")]).collect();
    let definition = json!({
        "name": name,
        "title": operation.summary,
        "description": operation.description,
        "inputSchema": object(inputs, required),
        "outputSchema": { "type": "object", "properties": { "value": { "type": "array", "items": object(outputs, vec![]) } } },
        "annotations": { "readOnlyHint": true },
    });
    AgentTool::new(definition, operation.method, prefix, format!("the capability {}", operation.capability))
}

fn of_skill(provider: &Provider, skill: &Skill, prefix: &str) -> AgentTool {
    let name = format!("{}_{}", provider.id, skill.name).replace('-', "_");
    let inputs = skill
        .parameters
        .iter()
        .map(|it| (it.name.clone(), json!({ "type": "string", "description": it.description })))
        .collect();
    let required = skill.parameters.iter().filter(|it| it.required).map(|it| it.name.as_str()).collect();
    let outputs: Map<String, Value> = ["title", "subtitle", "url", "text"]
        .into_iter()
        .map(|name| (name.to_owned(), json!({ "type": "string" })))
        .collect();
    let definition = json!({
        "name": name,
        "title": skill.title,
        "description": skill.description,
        "inputSchema": object(inputs, required),
        "outputSchema": { "type": "object", "properties": { "value": { "type": "array", "items": object(outputs, vec![]) } } },
        "annotations": { "readOnlyHint": true },
    });
    AgentTool::new(definition, Method::Get, prefix, format!("the skill `{}` of {}", skill.name, provider.id))
}
