//! The table of operations: the inputs, the outputs and the descriptions of each.
//!
//! Parsing, checking and the exported connector all read it. The agent matches on the descriptions, so they are
//! verbatim from the public documentation, its mistakes included; each operation names its source.

mod email_draft;
mod email_summary;
mod email_thread;
mod key_sales_info;
mod record_details;
mod record_summary;

use super::Capability;

pub use email_draft::{CONTENT_TYPES, EMAIL_DRAFT, is_content_type};
pub use email_summary::{EMAIL_SUMMARY, EMAIL_SUMMARY_V2};
pub use key_sales_info::KEY_SALES_INFO;
pub use record_details::RECORD_DETAILS;
pub use record_summary::RECORD_SUMMARY;

/// Every operation but the chat's, whose parameters come from the plugins' skills.
pub static OPERATIONS: [&Operation; 6] =
    [&RECORD_SUMMARY, &RECORD_DETAILS, &KEY_SALES_INFO, &EMAIL_SUMMARY, &EMAIL_SUMMARY_V2, &EMAIL_DRAFT];

/// A request that the agent can make.
#[derive(Debug)]
pub struct Operation {
    /// The capability that answers it.
    pub capability: Capability,
    /// Its `operationId` in the exported connector.
    pub id: &'static str,
    /// Its HTTP method, which also determines the location of the inputs.
    pub method: Method,
    /// The path after `/api/`, and after `/api/providers/{provider}/`.
    pub path: &'static str,
    /// A short summary for people, written by this project: sentence case, no closing punctuation.
    pub summary: &'static str,
    /// The description that the agent matches on.
    pub description: &'static str,
    /// Its parameters.
    pub inputs: &'static [Parameter],
    /// The fields of an item of its answer, in the order in which they are written.
    pub outputs: &'static [Field],
    /// The page of the public documentation that describes it, with the revision.
    pub source: &'static str,
}

/// The HTTP method of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`, with the inputs in the query.
    Get,
    /// `POST`, with the inputs in a JSON body.
    Post,
}

/// A parameter of an operation. Its name is compared without regard to case.
#[derive(Debug)]
pub struct Parameter {
    /// The name as documented.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// True if a request without it, or with an empty one, is rejected.
    pub required: bool,
    /// The description that the agent matches on.
    pub description: &'static str,
}

impl Parameter {
    pub(crate) const fn required(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: true, description }
    }

    pub(crate) const fn optional(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: false, description }
    }
}

/// The kind of a parameter's value, which determines its form and its checks.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A short text without control characters.
    Text,
    /// A text of any length and content, such as an email's body.
    Content,
    /// The logical name of a CRM table, passed on in lower case.
    RecordType,
    /// The name of a CRM product, compared without regard to case and blanks.
    CrmType,
    /// The host name of a CRM organization, or a URL with it.
    CrmOrgUrl,
    /// Mail addresses as one text, separated by commas.
    Addresses,
    /// A list of texts.
    Texts,
    /// An instant.
    DateTime,
    /// A whole number from 0 to 2147483647.
    Count,
    /// An object with these members.
    Object(&'static [Parameter]),
    /// A list of objects with these members.
    Objects(&'static [Parameter]),
}

/// A field of an item of an answer.
#[derive(Debug)]
pub struct Field {
    /// The name as written.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: FieldKind,
    /// True if an item without it is left out.
    pub required: bool,
    /// The documented greatest length, in UTF-16 code units.
    pub max_length: Option<usize>,
    /// The description that the agent matches on.
    pub description: &'static str,
}

impl Field {
    const fn required(name: &'static str, kind: FieldKind, description: &'static str) -> Self {
        Self { name, kind, required: true, max_length: None, description }
    }

    const fn optional(name: &'static str, kind: FieldKind, description: &'static str) -> Self {
        Self { name, kind, required: false, max_length: None, description }
    }

    const fn at_most(self, max_length: usize) -> Self {
        Self { max_length: Some(max_length), ..self }
    }
}

/// The kind of a field's value, which determines its checks and repairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line for the seller, truncated if it is too long.
    Text,
    /// An identifier, which is never truncated.
    Identifier,
    /// An instant, written in UTC.
    DateTime,
    /// An absolute `http` or `https` URL.
    Url,
    /// A type of content, by [`is_content_type`].
    ContentType,
    /// Names and values for the seller, in display order.
    Properties,
}

#[cfg(test)]
mod tests;
