//! The operation of record summary.

use super::{Capability, Field, FieldKind, Kind, Method, Operation, Parameter};

/// Activities for the summary of a CRM record.
pub static RECORD_SUMMARY: Operation = Operation {
    capability: Capability::RecordSummary,
    id: "scp-get-related-activities",
    method: Method::Get,
    path: "record-summary",
    summary: "Get insights for a record summary",
    description: "This action gets additional sales insights related to a CRM record that will be shown in the C4S record summary card. The action enhances the existing skills of copilot for sales.",
    inputs: &[
        Parameter::required(
            "recordType",
            Kind::RecordType,
            "This input indicates the entity or object type in CRM for which insights are requested.",
        ),
        Parameter::required(
            "recordId",
            Kind::Text,
            "This input indicates the unique identifier of the CRM record for which insights are requested.",
        ),
        Parameter::optional(
            "startDateTime",
            Kind::DateTime,
            "This input indicates the start date and time for insights requested.",
        ),
        Parameter::optional(
            "endDateTime",
            Kind::DateTime,
            "This input indicates the end date and time for insights requested.",
        ),
        Parameter::optional("top", Kind::Count, "This input indicates the number of insights to fetch."),
        Parameter::optional("skip", Kind::Count, "This input indicates the number of insights to skip."),
        Parameter::optional(
            "crmType",
            Kind::CrmType,
            "This input indicates the type of CRM in which the CRM record exists, for which insights are requested.",
        ),
        Parameter::optional(
            "crmOrgUrl",
            Kind::CrmOrgUrl,
            "This input indicates the URL of the CRM environment in which the CRM record exists, for which insights are requested.",
        ),
    ],
    outputs: &[
        Field::required(
            "title",
            FieldKind::Text,
            "This output indicates the title of the activity in the citation card.",
        ),
        Field::required("description", FieldKind::Text, "This output indicates the description of the insight."),
        Field::required("dateTime", FieldKind::DateTime, "This output indicates the time associated with the insight."),
        Field::optional("url", FieldKind::Url, "This output indicates the URL to open insight."),
        Field::optional(
            "additionalProperties",
            FieldKind::Properties,
            "This output indicates additional properties displayed in the detailed view of the insight.",
        ),
    ],
    source: "articles/extend-record-summary.md@07b3668 2026-05-12 (tree 08cd142)",
};
