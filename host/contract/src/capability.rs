//! Capabilities: the kinds of question that the agent may ask.

use std::{fmt, str::FromStr};

/// A kind of question that the agent can put to providers. The list is closed: a new one changes the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Activities for the summary of a CRM record.
    RecordSummary,
    /// Records of the partner's application that relate to a CRM record.
    RecordDetails,
    /// Sales highlights of a CRM record, also called opportunity insights.
    KeySalesInfo,
    /// Insights for the summary of an email thread, in both of its versions.
    EmailSummary,
    /// Links worth adding to an email that the agent drafts.
    EmailDraft,
    /// Answers to questions in the chat.
    Chat,
}

impl Capability {
    /// Every capability, in the order of the documentation.
    pub const ALL: [Self; 6] = [
        Self::RecordSummary,
        Self::RecordDetails,
        Self::KeySalesInfo,
        Self::EmailSummary,
        Self::EmailDraft,
        Self::Chat,
    ];

    /// The name in routes, settings, metrics and the WIT interface, such as `record-summary`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RecordSummary => "record-summary",
            Self::RecordDetails => "record-details",
            Self::KeySalesInfo => "key-sales-info",
            Self::EmailSummary => "email-summary",
            Self::EmailDraft => "email-draft",
            Self::Chat => "chat",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(name: &str) -> Result<Self, UnknownCapability> {
        Self::ALL.into_iter().find(|capability| capability.name() == name).ok_or(UnknownCapability)
    }
}

/// The error for a text that names no capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown capability, expected one of record-summary, record-details, key-sales-info, email-summary, email-draft, chat"
)]
pub struct UnknownCapability;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_its_capability() {
        for capability in Capability::ALL {
            assert_eq!(capability.name().parse(), Ok(capability));
        }
    }

    #[test]
    fn the_error_lists_every_name() {
        let message = UnknownCapability.to_string();

        assert!(Capability::ALL.iter().all(|capability| message.contains(capability.name())));
    }
}
