//! The two versions of email summary.

use super::email_thread::EMAIL_THREAD;
use super::{Capability, Field, FieldKind, Kind, Method, Operation, Parameter};

/// Insights for the summary of an email thread, first version: participants and one record.
///
/// The documentation's table writes the outputs with capitals and its example without. The example is what agents use.
pub static EMAIL_SUMMARY: Operation = Operation {
    capability: Capability::EmailSummary,
    id: "scp-get-email-insights",
    method: Method::Get,
    path: "email-summary",
    summary: "Get insights for an email summary",
    description: "This action gets additional sales insights that will be shown in C4S email summary experience inside outlook summary. The action enhances the existing skills of copilot for sales.",
    inputs: &[
        Parameter::optional(
            "recordType",
            Kind::RecordType,
            "This input identifies the record type in CRM, which is related to the summarized email.",
        ),
        Parameter::optional(
            "recordId",
            Kind::Text,
            "This input provides the unique identifier of the CRM record that is related to the summarized email.",
        ),
        Parameter::optional(
            "crmType",
            Kind::CrmType,
            "This input indicates the type of CRM in which the record related to the summarized email exists.",
        ),
        Parameter::optional(
            "crmOrgUrl",
            Kind::CrmOrgUrl,
            "This input indicates the URL of the CRM environment in which the record related to the summarized email exists.",
        ),
        Parameter::required(
            "emailContacts",
            Kind::Addresses,
            "This input indicates a list of all relevant participant emails in the current email thread.",
        ),
        Parameter::optional("Top", Kind::Count, "This input indicates the number of insights to fetch."),
        Parameter::optional(
            "Skip",
            Kind::Count,
            "This input indicates the number of items to skip when fetching insights.",
        ),
    ],
    outputs: &[
        Field::required(
            "title",
            FieldKind::Text,
            "This output indicates the title of the partner section and should include only the partner's name.",
        )
        .at_most(20),
        Field::required(
            "description",
            FieldKind::Text,
            "This output indicates the text you would like to be included in the email summary.",
        ),
    ],
    source: "articles/extend-email-summary.md@93a8c5b 2024-09-16 (tree cba0c21d0)",
};

/// Insights for the summary of an email thread, second version: the thread itself.
pub static EMAIL_SUMMARY_V2: Operation = Operation {
    capability: Capability::EmailSummary,
    id: "scp-get-email-insights-v2",
    method: Method::Post,
    path: "enhanceskills/email-insights-v2",
    summary: "Get insights for an email thread",
    description: "This action gets additional sales insights that will be shown in C4S email summary experience inside outlook summary. The action enhances the existing skills of copilot for sales.",
    inputs: &[
        Parameter::required(
            "resourceData",
            Kind::Object(&EMAIL_THREAD),
            "This input identifies the email content which is a collection of email thread, subject, and other details.",
        ),
        Parameter::optional(
            "relatedEntities",
            Kind::Objects(&RELATED_ENTITY),
            "This input identifies the array of CRM records, which is related to the email thread.",
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
        Parameter::optional("top", Kind::Count, "This input indicates the number of file links to fetch."),
        Parameter::optional(
            "skip",
            Kind::Count,
            "This input indicates the number of items to skip when fetching suggested file links.",
        ),
    ],
    outputs: &[Field::required(
        "insight",
        FieldKind::Text,
        "This  output indicates the text you would like to be included in the email summary.",
    )],
    source: "articles/extend-email-summary.md@07b3668 2026-05-12 (tree 08cd142)",
};

/// A CRM record that the thread is about.
static RELATED_ENTITY: [Parameter; 3] = [
    Parameter::required(
        "entityId",
        Kind::Text,
        "This input provides the unique identifier of the CRM record that is related to the email thread.",
    ),
    Parameter::required(
        "entityType",
        Kind::RecordType,
        "This input identifies the record type in CRM, which is related to the email thread.",
    ),
    Parameter::optional("entitySource", Kind::Text, "This input indicates the entity source type."),
];
