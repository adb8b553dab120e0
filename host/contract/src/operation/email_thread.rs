//! The members of an email thread, which email summary and email draft share.

use super::{Kind, Parameter};

/// The members of `resourceData`. None is required by the documentation.
pub(super) static EMAIL_THREAD: [Parameter; 10] = [
    Parameter::optional(
        "plaintextBody",
        Kind::Content,
        "This input provides all the content from the email thread in text format.",
    ),
    Parameter::optional(
        "fullHtmlBody",
        Kind::Content,
        "This input provides all the content from the email thread in HTML format.",
    ),
    Parameter::optional("subject", Kind::Content, "This input provides the subject of the email."),
    Parameter::optional("from", Kind::Text, "This input provides the sender's email address."),
    Parameter::optional("to", Kind::Texts, "This input provides the receiver's email address."),
    Parameter::optional(
        "cc",
        Kind::Texts,
        "This input provides all the receiver's email addresses that are included in the Cc field of the email.",
    ),
    Parameter::optional(
        "bcc",
        Kind::Texts,
        "This input provides all the receiver's email addresses that are added in the Bcc field of the email.",
    ),
    Parameter::optional("sentDateTime", Kind::DateTime, "This input provides the timestamp of the email."),
    Parameter::optional("messageId", Kind::Text, "This input provides the message ID of the email."),
    Parameter::optional("conversationId", Kind::Text, "This input provides the conversation ID of the email thread."),
];
