//! An email thread, and who takes part in it.

use std::collections::HashSet;

use super::inputs::Inputs;
use crate::{CrmRecord, Instant};

/// An email thread. Whatever the agent leaves out is absent or empty.
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
    /// Addresses of those who receive a copy.
    pub cc: Vec<String>,
    /// Addresses of those who receive a blind copy.
    pub bcc: Vec<String>,
    /// When the message was sent, to the whole second before.
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
            sender: inputs.text("from").map(|sender| sender.trim().to_owned()),
            to: inputs.texts("to"),
            cc: inputs.texts("cc"),
            bcc: inputs.texts("bcc"),
            sent_at: inputs.instant("sentDateTime").map(Instant::floor),
            message_id: inputs.text("messageId"),
            conversation_id: inputs.text("conversationId"),
        }
    }

    /// Everyone whose address is in the thread's head, each once.
    pub(super) fn participants(&self) -> Vec<String> {
        let recipients = [&self.to, &self.cc, &self.bcc].into_iter().flatten();
        each_once(self.sender.iter().chain(recipients).map(String::as_str))
    }
}

/// A CRM record that an email thread is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadRecord {
    /// The record.
    pub record: CrmRecord,
    /// Whether the seller has connected the thread to it, rather than the agent having guessed. The first version of
    /// email summary does not say, which counts as no.
    pub connected: bool,
}

/// `addresses` without those that differ from an earlier one in case alone.
pub(super) fn each_once<'text>(addresses: impl Iterator<Item = &'text str>) -> Vec<String> {
    let mut seen = HashSet::new();
    addresses.filter(|address| seen.insert(address.to_lowercase())).map(str::to_owned).collect()
}
