//! The tool of a chat skill, made once when its plugin is loaded.

use std::fmt;

use serde_json::Value;

use super::schema;
use crate::{ProviderId, Skill};

/// Longest name of a tool, in characters.
const LONGEST_NAME: usize = 128;

/// The name of a skill's tool: provider and skill, such as `contoso_hub_key_stakeholders`.
///
/// Names of functions may hold letters, digits and underscores alone, so two skills of different providers can have the
/// same name: `a-b` with `c`, and `a` with `b-c`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ToolName(String);

impl ToolName {
    /// The name of the tool of `skill`. `None` if it is longer than a tool's name may be.
    #[must_use]
    pub fn of(provider: &ProviderId, skill: &str) -> Option<Self> {
        let name = format!("{provider}_{skill}").replace('-', "_");
        (name.len() <= LONGEST_NAME).then_some(Self(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ToolName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// The tool of a chat skill.
#[derive(Clone, Debug)]
pub struct SkillTool {
    /// Its name.
    pub name: ToolName,
    /// The position of its skill among those of its plugin.
    pub index: usize,
    /// Its definition by which MCP servers list it, serialised.
    pub definition: String,
}

impl SkillTool {
    /// The tools of the `skills` of `provider`, without those whose names would be too long.
    #[must_use]
    pub fn all(provider: &ProviderId, skills: &[Skill]) -> Vec<Self> {
        let tool = |(index, skill): (usize, &Skill)| {
            let name = ToolName::of(provider, &skill.name)?;
            let definition = definition(&name, skill).to_string();
            Some(Self { name, index, definition })
        };
        skills.iter().enumerate().filter_map(tool).collect()
    }
}

impl Skill {
    /// The description by which a model chooses its tool. It begins as those of all tools do.
    #[must_use]
    pub fn tool_description(&self) -> String {
        let begins = self.description.get(..9).is_some_and(|beginning| beginning.eq_ignore_ascii_case("use this "));
        match begins {
            true => self.description.clone(),
            false => format!("Use this when the question fits what this tool answers: {}", self.description),
        }
    }

    /// The JSON Schema of its inputs.
    #[must_use]
    pub fn tool_input_schema(&self) -> Value {
        schema::skill_inputs(self)
    }

    /// The JSON Schema of its answer.
    #[must_use]
    pub fn tool_output_schema() -> Value {
        schema::chat()
    }
}

fn definition(name: &ToolName, skill: &Skill) -> Value {
    let inputs = skill.tool_input_schema();
    schema::definition(name.as_str(), &skill.title, &skill.tool_description(), &inputs, &Skill::tool_output_schema())
}
