//! The table of the tools that ask all providers of a capability.

use super::{AddedMember, ToolOperation};
use crate::{
    Kind, Method, Parameter,
    operation::{EMAIL_DRAFT, EMAIL_SUMMARY, KEY_SALES_INFO, RECORD_DETAILS, RECORD_SUMMARY},
};

const RECORD_TYPE: &str =
    "Logical name of the CRM table that the record is in, such as account, contact, lead or opportunity.";
const RECORD_ID: &str =
    "Identifier of the record in the CRM, from the conversation or a link to the record. Never invent one.";
const CRM_TYPE: &str = "CRM product that the record is in: Dynamics 365 or Salesforce.";
const CRM_ORG_URL: &str = "Address of the CRM organization, such as contoso.crm.dynamics.com.";
const TOP: &str = "Number of items wanted, from 1 to 25; 5 if left out.";
const SKIP: &str = "Number of items to leave out before the first, to read on after an answer with hasMoreResults.";
const EMAIL_TEXT: &str = "Text of the email thread, earlier messages included.";
const EMAIL_CONTACTS: &str = "Email addresses of all participants of the thread, separated by commas.";

/// The tools, in the order in which they are listed.
pub static TOOL_OPERATIONS: [&ToolOperation; 5] = [
    &ToolOperation {
        name: "record_summary",
        title: "Insights about a CRM record",
        description: "Use this when the user wants to know what has happened around one CRM record: activities and \
                      other insights of partner applications, such as contracts, cases and notes, the latest first. \
                      It needs the type and the identifier of the record.",
        operation: &RECORD_SUMMARY,
        method: Method::Get,
        inputs: &[
            Parameter::required("recordType", Kind::RecordType, RECORD_TYPE),
            Parameter::required("recordId", Kind::Text, RECORD_ID),
            Parameter::optional("startDateTime", Kind::DateTime, "Earliest time of insights, in RFC 3339."),
            Parameter::optional("endDateTime", Kind::DateTime, "Latest time of insights, in RFC 3339."),
            Parameter::optional("top", Kind::Count, TOP),
            Parameter::optional("skip", Kind::Count, SKIP),
            Parameter::optional("crmType", Kind::CrmType, CRM_TYPE),
            Parameter::optional("crmOrgUrl", Kind::CrmOrgUrl, CRM_ORG_URL),
        ],
        added: &[],
    },
    &ToolOperation {
        name: "record_details",
        title: "Records related to a CRM record",
        description: "Use this when the user wants the records of partner applications that belong to one CRM record, \
                      such as its contracts or support cases, with their details. It needs the type and the \
                      identifier of the record.",
        operation: &RECORD_DETAILS,
        method: Method::Get,
        inputs: &ABOUT_RECORD,
        added: &[
            AddedMember { name: "title", from: "recordTitle" },
            AddedMember { name: "subtitle", from: "recordTypeDisplayName" },
        ],
    },
    &ToolOperation {
        name: "key_sales_info",
        title: "Sales highlights of a CRM record",
        description: "Use this when the user wants the key facts for selling to one customer or for one opportunity: \
                      short highlights of partner applications about a CRM record. It needs the type and the \
                      identifier of the record.",
        operation: &KEY_SALES_INFO,
        method: Method::Get,
        inputs: &ABOUT_RECORD,
        added: &[],
    },
    &ToolOperation {
        name: "email_summary",
        title: "Insights for an email thread",
        description: "Use this when the user wants an email thread summarized or explained: insights of partner \
                      applications that add to the summary. It needs the text of the thread and the addresses of its \
                      participants.",
        operation: &EMAIL_SUMMARY,
        method: Method::Post,
        inputs: &[
            Parameter::required("emailText", Kind::Content, EMAIL_TEXT),
            Parameter::required("emailContacts", Kind::Addresses, EMAIL_CONTACTS),
            Parameter::optional("recordType", Kind::RecordType, RECORD_TYPE),
            Parameter::optional("recordId", Kind::Text, RECORD_ID),
            Parameter::optional("top", Kind::Count, TOP),
            Parameter::optional("skip", Kind::Count, SKIP),
            Parameter::optional("crmType", Kind::CrmType, CRM_TYPE),
            Parameter::optional("crmOrgUrl", Kind::CrmOrgUrl, CRM_ORG_URL),
        ],
        added: &[],
    },
    &ToolOperation {
        name: "email_draft",
        title: "Links for an email",
        description: "Use this when the user writes or answers an email and wants files or pages of partner \
                      applications to link in it. It needs the text of the conversation.",
        operation: &EMAIL_DRAFT,
        method: Method::Post,
        inputs: &[
            Parameter::required("emailText", Kind::Content, EMAIL_TEXT),
            Parameter::optional("emailContacts", Kind::Addresses, EMAIL_CONTACTS),
            Parameter::optional(
                "inputPrompt",
                Kind::Content,
                "The request of the user for the email, in the user's words.",
            ),
            Parameter::optional("recordType", Kind::RecordType, RECORD_TYPE),
            Parameter::optional("recordId", Kind::Text, RECORD_ID),
            Parameter::optional("top", Kind::Count, TOP),
            Parameter::optional("skip", Kind::Count, SKIP),
            Parameter::optional("crmType", Kind::CrmType, CRM_TYPE),
            Parameter::optional("crmOrgUrl", Kind::CrmOrgUrl, CRM_ORG_URL),
        ],
        added: &[
            AddedMember { name: "title", from: "contentTitle" },
            AddedMember { name: "subtitle", from: "contentDescription" },
            AddedMember { name: "url", from: "content" },
        ],
    },
];

/// The inputs of a question about one record.
static ABOUT_RECORD: [Parameter; 6] = [
    Parameter::required("recordType", Kind::RecordType, RECORD_TYPE),
    Parameter::required("recordId", Kind::Text, RECORD_ID),
    Parameter::optional("top", Kind::Count, TOP),
    Parameter::optional("skip", Kind::Count, SKIP),
    Parameter::optional("crmType", Kind::CrmType, CRM_TYPE),
    Parameter::optional("crmOrgUrl", Kind::CrmOrgUrl, CRM_ORG_URL),
];
