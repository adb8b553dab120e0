//! The tools of an agent: the host's flat view of capabilities and skills, as its routes and its MCP server have them.

use std::collections::BTreeMap;

use serde_json::Value;

use contract::{Method, SkillTool, TOOL_OPERATIONS, ToolName};

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
///
/// # Errors
///
/// Fails if two of them would have one name; both are named.
pub(super) fn tools(offer: &Offer) -> Result<Vec<AgentTool>, Collision> {
    let prefix = offer.prefix();
    let operations = TOOL_OPERATIONS.into_iter().filter(|tool| offer.answers(tool.operation.capability));
    let mut tools: Vec<AgentTool> = operations
        .map(|tool| {
            let source = format!("the capability {}", tool.operation.capability);
            AgentTool::new(tool.definition(), tool.method, &prefix, source)
        })
        .collect();
    for provider in &offer.providers {
        tools.extend(of_skills(provider, &prefix));
    }
    let mut sources: BTreeMap<&str, &str> = BTreeMap::new();
    for tool in &tools {
        if let Some(one) = sources.insert(&tool.name, &tool.source) {
            return Err(Collision::new(tool.name.clone(), one.to_owned(), tool.source.clone()));
        }
    }
    Ok(tools)
}

/// Returns the skills whose names are too long for tools, each with its provider.
pub(super) fn nameless(offer: &Offer) -> Vec<String> {
    let nameless = offer.providers.iter().flat_map(|provider| {
        let has_tool = |name: &str| provider.id.parse().is_ok_and(|id| ToolName::of(&id, name).is_some());
        let skills = provider.skills.iter().filter(move |skill| !has_tool(&skill.name));
        skills.map(|skill| format!("`{}` of {}", skill.name, provider.id))
    });
    nameless.collect()
}

/// Returns the tools of a provider's skills, as the host serves them.
fn of_skills(provider: &Provider, prefix: &str) -> Vec<AgentTool> {
    let Ok(id) = provider.id.parse() else { return Vec::new() };
    let tool = |tool: SkillTool| {
        let definition = serde_json::from_str(&tool.definition).unwrap_or_default();
        let source = format!("the skill `{}` of {}", provider.skills[tool.index].name, provider.id);
        AgentTool::new(definition, Method::Get, prefix, source)
    };
    SkillTool::all(&id, &provider.skills).into_iter().map(tool).collect()
}
