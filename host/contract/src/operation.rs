//! The table of operations: what each takes, what each returns, and the words the agent knows them by.
//!
//! Parsing, checking and the exported connector all read it. The agent matches on the descriptions, so they are
//! verbatim from the public documentation, slips included; each operation names its source.

mod email_draft;
mod email_summary;
mod email_thread;
mod key_sales_info;
mod record_details;
mod record_summary;

use super::Capability;

pub use email_draft::{CONTENT_TYPES, EMAIL_DRAFT};
pub use email_summary::{EMAIL_SUMMARY, EMAIL_SUMMARY_V2};
pub use key_sales_info::KEY_SALES_INFO;
pub use record_details::RECORD_DETAILS;
pub use record_summary::RECORD_SUMMARY;

/// Every operation but the chat's, whose parameters come from the plugins' skills.
pub static OPERATIONS: [&Operation; 6] =
    [&RECORD_SUMMARY, &RECORD_DETAILS, &KEY_SALES_INFO, &EMAIL_SUMMARY, &EMAIL_SUMMARY_V2, &EMAIL_DRAFT];

/// A request that the agent knows how to make.
#[derive(Debug)]
pub struct Operation {
    /// The capability it asks.
    pub capability: Capability,
    /// Its `operationId` in the exported connector.
    pub id: &'static str,
    /// Its HTTP method, which also says where the inputs are.
    pub method: Method,
    /// What stands after `/api/`, and after `/api/providers/{provider}/`.
    pub path: &'static str,
    /// A few words for people, which are ours: sentence case, no closing punctuation.
    pub summary: &'static str,
    /// The description that the agent matches on.
    pub description: &'static str,
    /// What it takes.
    pub inputs: &'static [Parameter],
    /// What an item of its answer holds, in the order in which it is written.
    pub outputs: &'static [Field],
    /// The page of the public documentation it is taken from, with its revision.
    pub source: &'static str,
}

/// How an operation is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// With its inputs in the query.
    Get,
    /// With its inputs in a JSON body.
    Post,
}

/// Something an operation takes. Its name is compared without case.
#[derive(Debug)]
pub struct Parameter {
    /// The name as documented.
    pub name: &'static str,
    /// How its value is written and read.
    pub kind: Kind,
    /// Whether a request without it, or with an empty one, is refused.
    pub required: bool,
    /// The description that the agent matches on.
    pub description: &'static str,
}

impl Parameter {
    const fn required(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: true, description }
    }

    const fn optional(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: false, description }
    }
}

/// How the value of a parameter is written and read.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A short text without control characters.
    Text,
    /// A text of any length and content, such as an email's body.
    Content,
    /// The logical name of a CRM table, passed on in lower case.
    RecordType,
    /// The name of a CRM product, compared without case and blanks.
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

/// Something an item of an answer holds.
#[derive(Debug)]
pub struct Field {
    /// The name as written.
    pub name: &'static str,
    /// What is allowed and how it is repaired.
    pub kind: FieldKind,
    /// Whether an item without it is left out.
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

/// What a field may hold and how it is repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line for the seller, cut where it is too long.
    Text,
    /// An identifier, which is never cut.
    Identifier,
    /// An instant, written in UTC.
    DateTime,
    /// An absolute `http` or `https` URL.
    Url,
    /// One of [`CONTENT_TYPES`].
    ContentType,
    /// Names and values for the seller, in their order.
    Properties,
}

#[cfg(test)]
mod tests;
