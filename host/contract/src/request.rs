//! A request of the agent, read out of a query or a body by the table of [operations](super::operation).
//!
//! Names match in any letter case, unknown ones are ignored, one that is given twice is refused. An optional parameter
//! that is empty, blank or `null` is absent; a required one is missing.

mod email;
mod inputs;
mod query;
mod question;
mod value;
mod window;

pub use email::{EmailThread, ThreadRecord};
pub use question::{ActivityQuestion, DraftQuestion, EmailQuestion, Question, RecordQuestion};
pub use window::Window;

pub(super) use inputs::match_names;
pub(super) use query::{Plus, decode, select};

use super::{Crm, InvalidRequest, Operation, invalid_request::Problem, json};
use inputs::Inputs;

/// Most values in a body, counted at every level. A thread with a thousand recipients has about as many.
pub(super) const MOST_VALUES: usize = 100_000;

/// Longest text that is no content of an email, in UTF-16 code units.
pub(super) const LONGEST_TEXT: usize = 4_096;

/// A request that is understood, ready to be put to providers.
#[derive(Clone, Debug)]
pub struct Request {
    /// The row of the table it was read by.
    pub operation: &'static Operation,
    /// What is asked.
    pub question: Question,
    /// The CRM the seller works with.
    pub crm: Crm,
    /// Which part of the answer is wanted.
    pub window: Window,
}

impl Request {
    /// Reads the inputs of `operation` from the part of a URL behind the `?`.
    ///
    /// # Errors
    /// When a parameter is missing, repeated or malformed; it is named.
    pub fn from_query(operation: &'static Operation, query: Option<&str>) -> Result<Self, InvalidRequest> {
        Self::from_inputs(operation, Inputs::from_query(operation.inputs, query.unwrap_or_default())?)
    }

    /// Reads the inputs of `operation` from a body that is a JSON object.
    ///
    /// # Errors
    /// When the body is no JSON object, or a parameter is missing, repeated or malformed; it is named.
    pub fn from_body(operation: &'static Operation, body: &[u8]) -> Result<Self, InvalidRequest> {
        let object = json::read_object(body, MOST_VALUES)
            .map_err(|error| InvalidRequest::body(Problem::Json(error.to_string())))?;
        Self::from_inputs(operation, Inputs::from_object(operation.inputs, object)?)
    }

    fn from_inputs(operation: &'static Operation, mut inputs: Inputs) -> Result<Self, InvalidRequest> {
        let crm = Crm { kind: inputs.crm_kind("crmType"), host: inputs.text("crmOrgUrl") };
        let window = Window::new(inputs.count("top"), inputs.count("skip"));
        let question = Question::new(operation.capability, inputs)?;
        Ok(Self { operation, question, crm, window })
    }
}

#[cfg(test)]
mod tests;
