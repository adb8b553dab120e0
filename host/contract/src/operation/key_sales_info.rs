//! The operation of key sales info, since 2025 also called opportunity insights.

use super::{Capability, Field, FieldKind, Kind, Method, Operation, Parameter};

/// Sales highlights of a CRM record.
pub static KEY_SALES_INFO: Operation = Operation {
    capability: Capability::KeySalesInfo,
    id: "scp-get-sales-highlights",
    method: Method::Get,
    path: "key-sales-info",
    summary: "Get key sales info",
    description: "This action gets additional sales insights that will be shown in C4S key sales info card in outlook sidecar. The action enhances the existing skills of copilot for sales.",
    inputs: &[
        Parameter::required(
            "recordType",
            Kind::RecordType,
            "This input identifies the record type in CRM for which key sales info is requested.",
        ),
        Parameter::required(
            "recordId",
            Kind::Text,
            "This input provides the unique identifier of the CRM record for which key sales info is requested.",
        ),
        Parameter::optional(
            "crmType",
            Kind::CrmType,
            "This input indicates the type of CRM in which the CRM record exists, for which key sales info is requested.",
        ),
        Parameter::optional(
            "crmOrgUrl",
            Kind::CrmOrgUrl,
            "This input indicates the URL of the CRM environment in which the CRM record exists, for which key sales info is requested.",
        ),
        Parameter::optional("top", Kind::Count, "This input indicates the number of sales highlights to fetch."),
        Parameter::optional(
            "skip",
            Kind::Count,
            "This input indicates the number of items to skip when fetching sales highlights.",
        ),
    ],
    outputs: &[
        Field::required("title", FieldKind::Text, "This output indicates the title of citation card for the insight.")
            .at_most(20),
        Field::required(
            "description",
            FieldKind::Text,
            "This output indicates the text of the insight to be included in key sales info.",
        )
        .at_most(130),
        Field::optional("url", FieldKind::Url, "This output indicates the URL to learn more about the insight."),
        Field::optional("dateTime", FieldKind::DateTime, "This output indicates the time associated with the insight."),
        Field::optional(
            "additionalProperties",
            FieldKind::Properties,
            "This output indicates additional properties as name-value pairs of each related insight returned by the action.",
        ),
    ],
    source: "articles/extend-opportunity-insights.md@07b3668 2026-05-12 (tree 08cd142)",
};
