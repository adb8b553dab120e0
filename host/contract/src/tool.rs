//! Tools: the capabilities and skills in the form in which language models call them, with one definition of names,
//! inputs and answers for every door that serves them.
//!
//! Each capability but the chat is one tool, a row of the table in [`operations`](TOOL_OPERATIONS), and so is each chat
//! skill of a plugin. A tool's inputs are flat, because models and API plugins fill in no nested objects. Its answer is
//! that of the operation, and names what every reader of answers looks for: `title`, `subtitle` and `url`.

mod answer;
mod operations;
mod schema;
mod skill_tool;

use serde_json::Value;

use super::{Method, Operation, Parameter};

pub use answer::ToolAnswer;
pub use operations::TOOL_OPERATIONS;
pub use skill_tool::{SkillTool, ToolName};

/// Most items of a tool's answer. Copilot reads no more.
pub const MOST_ITEMS: u32 = 25;

/// The number of items of an answer if the caller does not say.
pub const DEFAULT_ITEMS: u32 = 5;

/// Longest description of a tool or of an input, in UTF-16 code units. Copilot ignores what follows.
pub const LONGEST_DESCRIPTION: usize = 1_024;

/// A tool that asks all providers of a capability.
#[derive(Debug)]
pub struct ToolOperation {
    /// Its name.
    pub name: &'static str,
    /// Its title for people.
    pub title: &'static str,
    /// The description by which a model chooses it.
    pub description: &'static str,
    /// The operation whose capability answers it, and whose outputs are those of its items.
    pub operation: &'static Operation,
    /// The HTTP method of its route: `GET`, or `POST` if its inputs are too long or too private for a URL.
    pub method: Method,
    /// Its inputs, without nesting.
    pub inputs: &'static [Parameter],
    /// The members that its items have beside the operation's outputs.
    pub added: &'static [AddedMember],
}

/// A member of an item that repeats an output under the name that readers look for.
#[derive(Clone, Copy, Debug)]
pub struct AddedMember {
    /// The name of the member.
    pub name: &'static str,
    /// The name of the output.
    pub from: &'static str,
}

impl ToolOperation {
    /// The tool of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TOOL_OPERATIONS.into_iter().find(|tool| tool.name == name)
    }

    /// The JSON Schema of its inputs.
    #[must_use]
    pub fn input_schema(&self) -> Value {
        schema::inputs(self.inputs)
    }

    /// The JSON Schema of its answer.
    #[must_use]
    pub fn output_schema(&self) -> Value {
        schema::page(self)
    }

    /// The definition by which MCP servers list it.
    #[must_use]
    pub fn definition(&self) -> Value {
        schema::definition(self.name, self.title, self.description, &self.input_schema(), &self.output_schema())
    }
}

#[cfg(test)]
mod tests;
