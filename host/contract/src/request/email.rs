//! An email thread and its participants.

use std::collections::HashSet;

use super::{inputs::Inputs, value::check_short};
use crate::{CrmRecord, InputRepairs, Instant};

/// An email thread. Members that the agent leaves out are absent or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmailThread {
    /// Subject line.
    pub subject: Option<String>,
    /// The whole thread as plain text, earlier messages included.
    pub text_body: Option<String>,
    /// The whole thread as HTML, earlier messages included.
    pub html_body: Option<String>,
    /// Address of the sender.
    pub sender: Option<String>,
    /// Addresses of the recipients.
    pub to: Vec<String>,
    /// Addresses of the recipients of a copy.
    pub cc: Vec<String>,
    /// Addresses of the recipients of a blind copy.
    pub bcc: Vec<String>,
    /// Time at which the message was sent, rounded down to the second.
    pub sent_at: Option<Instant>,
    /// Identifier of the message in Microsoft Graph.
    pub message_id: Option<String>,
    /// Identifier of the thread in Microsoft Graph.
    pub conversation_id: Option<String>,
}

impl EmailThread {
    /// Reads the members of `resourceData`.
    pub(super) fn new(mut inputs: Inputs) -> Self {
        Self {
            subject: inputs.text("subject"),
            text_body: inputs.text("plaintextBody"),
            html_body: inputs.text("fullHtmlBody"),
            sender: inputs.text("from"),
            to: inputs.texts("to"),
            cc: inputs.texts("cc"),
            bcc: inputs.texts("bcc"),
            sent_at: inputs.instant("sentDateTime").map(Instant::floor),
            message_id: inputs.text("messageId"),
            conversation_id: inputs.text("conversationId"),
        }
    }

    /// The sender and all recipients, each once.
    pub(super) fn participants(&self) -> Vec<String> {
        let recipients = [&self.to, &self.cc, &self.bcc].into_iter().flatten();
        each_once(self.sender.iter().chain(recipients).map(String::as_str))
    }
}

/// Identifiers of an email that the agent sends as headers, beside those in the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderIds {
    /// Identifier of the message (`x-ms-message-id`).
    pub message_id: Option<String>,
    /// Identifier of the thread (`x-ms-conversation-id`).
    pub conversation_id: Option<String>,
}

impl HeaderIds {
    /// Name of the header with the identifier of the message.
    pub const MESSAGE: &str = "x-ms-message-id";
    /// Name of the header with the identifier of the thread.
    pub const CONVERSATION: &str = "x-ms-conversation-id";

    /// Reads the headers by the function `header`, which returns the value of a name. One that cannot be read counts as
    /// absent.
    pub fn read<'header>(header: impl Fn(&'static str) -> Option<&'header [u8]>, repairs: &mut InputRepairs) -> Self {
        let mut id = |name| {
            let value = header(name).filter(|value| !value.trim_ascii().is_empty())?;
            let id = str::from_utf8(value.trim_ascii()).ok().filter(|id| check_short(id).is_ok());
            if id.is_none() {
                repairs.ignore_header(name);
            }
            id.map(str::to_owned)
        };
        Self { message_id: id(Self::MESSAGE), conversation_id: id(Self::CONVERSATION) }
    }
}

/// A CRM record that an email thread is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadRecord {
    /// The record.
    pub record: CrmRecord,
    /// True if the seller has connected the thread to the record, false if the agent guessed. The first version of
    /// email summary does not tell, which counts as false.
    pub connected: bool,
}

/// Returns `addresses` without those that differ from an earlier one in letter case only.
pub(super) fn each_once<'text>(addresses: impl Iterator<Item = &'text str>) -> Vec<String> {
    let mut seen = HashSet::new();
    addresses.filter(|address| seen.insert(address.to_lowercase())).map(str::to_owned).collect()
}
