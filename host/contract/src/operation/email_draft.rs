//! The operation of email draft.

use super::email_thread::EMAIL_THREAD;
use super::{Capability, Field, FieldKind, Kind, Method, Operation, Parameter};

/// Links worth adding to an email that the agent drafts. The documentation names neither operation id nor path; the
/// id is the one of a certified partner's connector.
pub static EMAIL_DRAFT: Operation = Operation {
    capability: Capability::EmailDraft,
    id: "scp-get-content-suggestions",
    method: Method::Post,
    path: "email-draft",
    summary: "Get links for an email draft",
    description: "This action gets files relevant to the email conversation, which will be shown in C4S email drafts in Outlook. The action enhances the existing skills of copilot for sales.",
    inputs: &[
        Parameter::required(
            "resourceData",
            Kind::Object(&EMAIL_THREAD),
            "This input identifies the email content which is a collection of email thread, subject, and other details.",
        ),
        Parameter::required(
            "resourceType",
            Kind::Text,
            "This input identifies the type of resource shared for fetching suggested file links which in this case is 'email-thread'.",
        ),
        Parameter::optional(
            "recordType",
            Kind::RecordType,
            "This input identifies the record type in CRM, which is related to the email thread.",
        ),
        Parameter::optional(
            "recordId",
            Kind::Text,
            "This input provides the unique identifier of the CRM record that is related to the email thread.",
        ),
        Parameter::optional(
            "crmType",
            Kind::CrmType,
            "This input indicates the type of CRM in which the record related to the email thread exists.",
        ),
        Parameter::optional(
            "crmOrgUrl",
            Kind::CrmOrgUrl,
            "This input indicates the URL of the CRM environment in which the record related to the email thread exists.",
        ),
        Parameter::optional(
            "inputPrompt",
            Kind::Content,
            "This input indicates the prompt provided by the user while drafting an email.",
        ),
        Parameter::optional("top", Kind::Count, "This input indicates the number of file links to fetch."),
        Parameter::optional(
            "skip",
            Kind::Count,
            "This input indicates the number of items to skip when fetching suggested file links.",
        ),
    ],
    outputs: &[
        Field::required(
            "contentType",
            FieldKind::ContentType,
            "This output indicates the type of content included with the email draft.",
        ),
        Field::required(
            "content",
            FieldKind::Url,
            "This output indicates the actual content that is included with the email draft. It can either be a web page or a URL.",
        ),
        Field::required("contentTitle", FieldKind::Text, "This output indicates the title of the content."),
        Field::required(
            "contentDescription",
            FieldKind::Text,
            "This output indicates the text to be included when describing the files.",
        ),
        Field::optional(
            "contentIconUrl",
            FieldKind::Url,
            "This output indicates the icon to be included for the content.",
        ),
        Field::optional(
            "additionalProperties",
            FieldKind::Properties,
            "This output indicates additional properties as name-value pairs of each related link returned by the action.",
        ),
    ],
    source: "articles/extend-email-draft.md@07b3668 2026-05-12 (tree 08cd142)",
};

/// Types of content that a link may have: any file, a web page, a Word, PDF, PowerPoint or Excel document.
pub const CONTENT_TYPES: [&str; 6] =
    ["content-file", "content-web", "content-doc", "content-pdf", "content-pptx", "content-xlsx"];

/// Longest type of content, in bytes.
const LONGEST_CONTENT_TYPE: usize = 64;

/// Returns whether `text` is a type of content: one of [`CONTENT_TYPES`], or another that the agent may know.
#[must_use]
pub fn is_content_type(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.len() <= LONGEST_CONTENT_TYPE && text.strip_prefix("content-").is_some_and(|rest| rest.split('-').all(is_word))
}
