//! A request of the agent, read from a query or a body according to the table of [operations](super::operation).
//!
//! Names match regardless of letter case. Unknown names are ignored, and repeated names are rejected. An optional
//! parameter that is empty, blank or `null` counts as absent; a required one counts as missing. What a seller cannot
//! correct is repaired, or counts as absent if it is optional; `top`, `skip` and `crmOrgUrl` must be readable if given.

mod conversation;
mod email;
mod inputs;
mod query;
mod question;
mod value;
mod window;

pub use conversation::{Conversation, RawConversation};
pub use email::{EmailThread, HeaderIds, ThreadRecord};
pub use question::{ActivityQuestion, DraftQuestion, EmailQuestion, Question, RecordQuestion};
pub use window::Window;

pub(super) use inputs::match_names;
pub(super) use query::{Plus, decode, select};

use serde_json::{Map, Value};

use super::{
    Capability, Crm, DEFAULT_ITEMS, InputRepairs, InvalidRequest, JsonPath, MOST_ITEMS, Operation, ToolOperation, json,
};
use inputs::Inputs;

/// Most values in a body, counted at every level.
pub(super) const MOST_VALUES: usize = 100_000;

/// Longest text that is not the content of an email, in UTF-16 code units.
pub(super) const LONGEST_TEXT: usize = 4_096;

/// A valid request, ready to be sent to providers.
#[derive(Clone, Debug)]
pub struct Request {
    /// The operation of the request.
    pub operation: &'static Operation,
    /// The question.
    pub question: Question,
    /// The CRM the seller works with.
    pub crm: Crm,
    /// The requested page of the answer.
    pub window: Window,
}

impl Request {
    /// Reads the inputs of `operation` from the query of a URL, without its `?`.
    ///
    /// # Errors
    /// Returns an error that names the parameter if one is repeated, or missing or malformed and necessary.
    pub fn from_query(
        operation: &'static Operation,
        query: Option<&str>,
        repairs: &mut InputRepairs,
    ) -> Result<Self, InvalidRequest> {
        let inputs = Inputs::from_query(operation.inputs, query.unwrap_or_default(), repairs)?;
        Self::from_inputs(operation, inputs, None)
    }

    /// Reads the inputs of `operation` from a body that is a JSON object.
    ///
    /// # Errors
    /// Returns an error if the body is not a JSON object, and one that names the parameter if it is repeated, or
    /// missing or malformed and necessary.
    pub fn from_body(
        operation: &'static Operation,
        body: &[u8],
        repairs: &mut InputRepairs,
    ) -> Result<Self, InvalidRequest> {
        let mut object = json::read_body(body, MOST_VALUES, repairs)?;
        let of_draft = operation.capability == Capability::EmailDraft;
        let raw = of_draft.then(|| RawConversation::take(&mut object)).flatten();
        Self::from_inputs(operation, Inputs::from_object(operation.inputs, object, &JsonPath::Root, repairs)?, raw)
    }

    /// Reads the inputs of `tool` from the query of a URL, without its `?`.
    ///
    /// # Errors
    /// Returns an error that names the parameter if one is repeated, or missing or malformed and necessary.
    pub fn from_tool_query(
        tool: &'static ToolOperation,
        query: Option<&str>,
        repairs: &mut InputRepairs,
    ) -> Result<Self, InvalidRequest> {
        Self::from_tool_inputs(tool, Inputs::from_query(tool.inputs, query.unwrap_or_default(), repairs)?)
    }

    /// Reads the inputs of `tool` from the members of a JSON object.
    ///
    /// # Errors
    /// Returns an error that names the parameter if one is repeated, or missing or malformed and necessary.
    pub fn from_tool_object(
        tool: &'static ToolOperation,
        object: Map<String, Value>,
        repairs: &mut InputRepairs,
    ) -> Result<Self, InvalidRequest> {
        Self::from_tool_inputs(tool, Inputs::from_object(tool.inputs, object, &JsonPath::Root, repairs)?)
    }

    fn from_tool_inputs(tool: &'static ToolOperation, mut inputs: Inputs) -> Result<Self, InvalidRequest> {
        let top = inputs.count("top").unwrap_or(DEFAULT_ITEMS).clamp(1, MOST_ITEMS);
        let window = Window::new(Some(top), inputs.count("skip"));
        let crm = Crm { kind: inputs.crm_kind("crmType"), host: inputs.text("crmOrgUrl") };
        let question = match tool.operation.capability {
            Capability::EmailSummary => Question::EmailSummary(EmailQuestion::from_flat(inputs)),
            Capability::EmailDraft => Question::EmailDraft(DraftQuestion::from_flat(inputs)),
            capability => Question::new(capability, inputs, None)?,
        };
        Ok(Self { operation: tool.operation, question, crm, window })
    }

    fn from_inputs(
        operation: &'static Operation,
        mut inputs: Inputs,
        raw: Option<RawConversation>,
    ) -> Result<Self, InvalidRequest> {
        let crm = Crm { kind: inputs.crm_kind("crmType"), host: inputs.text("crmOrgUrl") };
        let window = Window::new(inputs.count("top"), inputs.count("skip"));
        let question = Question::new(operation.capability, inputs, raw)?;
        Ok(Self { operation, question, crm, window })
    }
}

#[cfg(test)]
mod tests;
