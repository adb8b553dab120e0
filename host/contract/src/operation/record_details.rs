//! The operation of record details.

use super::{Capability, Field, FieldKind, Kind, Method, Operation, Parameter};

/// Records of the partner's application that relate to a CRM record.
pub static RECORD_DETAILS: Operation = Operation {
    capability: Capability::RecordDetails,
    id: "scp-get-related-records",
    method: Method::Get,
    path: "record-details",
    summary: "Get related records",
    description: "This action gets records related to a CRM record. The action enhances the existing skills of Copilot for Sales.",
    inputs: &[
        Parameter::required(
            "recordType",
            Kind::RecordType,
            "This input identifies the record type in CRM for which related records are requested.",
        ),
        Parameter::required(
            "recordId",
            Kind::Text,
            "This input provides the unique identifier of the CRM record for which related records are requested.",
        ),
        Parameter::optional("top", Kind::Count, "This input indicates the number of related records to fetch."),
        Parameter::optional(
            "skip",
            Kind::Count,
            "This input indicates the number of records to skip when fetching related records.",
        ),
        Parameter::optional(
            "crmType",
            Kind::CrmType,
            "This input indicates the type of CRM the related records are fetched from.",
        ),
        Parameter::optional(
            "crmOrgUrl",
            Kind::CrmOrgUrl,
            "This input indicates the URL of the CRM environment the related records are fetched from.",
        ),
    ],
    outputs: &[
        Field::required(
            "recordId",
            FieldKind::Identifier,
            "This output uniquely identifies each related record returned by the action.",
        ),
        Field::required(
            "recordTypeDisplayName",
            FieldKind::Text,
            "This output indicates the display name of record type of each related record returned by the action.",
        ),
        Field::required(
            "recordTypePluralDisplayName",
            FieldKind::Text,
            "This output indicates the plural display name of the record type of each related record returned by the action.",
        ),
        Field::required(
            "recordType",
            FieldKind::Identifier,
            "This output indicates the type of each related record returned by the action.",
        ),
        Field::required(
            "recordTitle",
            FieldKind::Text,
            "This output indicates the title of each related record returned by the action.",
        ),
        Field::optional(
            "url",
            FieldKind::Url,
            "This output indicates the URL of each related record returned by the action.",
        ),
        Field::optional(
            "additionalProperties",
            FieldKind::Properties,
            "This output indicates additional properties as name-value pairs of each related record returned by the action.",
        ),
    ],
    source: "articles/extend-record-details.md@07b3668 2026-05-12 (tree 08cd142)",
};
