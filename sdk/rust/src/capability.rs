//! The traits of a plugin, one for each interface it may export.
//!
//! Every call runs in a sandbox of its own, so a `static` that a call changes is unchanged in the
//! next; only the state that [`Lifecycle::init`] leaves is there in every call. A panic ends the
//! call, not the host.

use crate::{
    Activity, ActivityRequest, CallContext, ChatAnswer, ChatRequest, ContentLink, ContentLinkRequest, EmailInsight,
    EmailInsightRequest, Failure, Highlight, HighlightRequest, Page, Profile, RelatedRecord, RelatedRecordRequest,
    Skill,
};

/// Answers record summaries: activities around a CRM record.
pub trait RecordSummary {
    /// Returns the activities in the order to show.
    ///
    /// # Errors
    ///
    /// See [`Failure`]; having nothing to say is an empty page instead.
    fn answer(context: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure>;
}

/// Answers record details: records of the partner's application that relate to a CRM record.
pub trait RecordDetails {
    /// Returns the related records in the order to show.
    ///
    /// # Errors
    ///
    /// See [`Failure`]; having nothing to say is an empty page instead.
    fn answer(context: CallContext, request: RelatedRecordRequest) -> Result<Page<RelatedRecord>, Failure>;
}

/// Answers key sales info: facts that a seller should know about a CRM record.
pub trait KeySalesInfo {
    /// Returns the highlights in the order to show.
    ///
    /// # Errors
    ///
    /// See [`Failure`]; having nothing to say is an empty page instead.
    fn answer(context: CallContext, request: HighlightRequest) -> Result<Page<Highlight>, Failure>;
}

/// Answers email summaries: insights on an email thread.
pub trait EmailSummary {
    /// Returns the insights, the most important first. The summary itself shows only that one.
    ///
    /// # Errors
    ///
    /// See [`Failure`]; having nothing to say is an empty page instead.
    fn answer(context: CallContext, request: EmailInsightRequest) -> Result<Page<EmailInsight>, Failure>;
}

/// Answers email drafts: links worth adding to a reply.
pub trait EmailDraft {
    /// Returns the links, the best first.
    ///
    /// # Errors
    ///
    /// See [`Failure`]; having nothing to say is an empty page instead.
    fn answer(context: CallContext, request: ContentLinkRequest) -> Result<Page<ContentLink>, Failure>;
}

/// Answers questions in the chat.
pub trait Chat {
    /// Lists the questions that it can answer. Called once, when the plugin is loaded.
    fn skills() -> Vec<Skill>;

    /// Answers a question by one of the [`skills`](Self::skills).
    ///
    /// # Errors
    ///
    /// See [`Failure`]; finding nothing is an answer without cards instead.
    fn answer(context: CallContext, request: ChatRequest) -> Result<ChatAnswer, Failure>;
}

/// Describes the plugin to connectors, operators and people.
pub trait About {
    /// Returns the profile. Called once, when the plugin is loaded.
    ///
    /// [`profile!`](crate::profile!) takes most of it from the plugin's `Cargo.toml`.
    fn describe() -> Profile;
}

/// Prepares work once for all calls.
pub trait Lifecycle {
    /// Initialises the plugin: every call finds the memory that it leaves.
    ///
    /// It may run once or in every sandbox, so its result depends on the component and on
    /// [`config`](crate::config) alone; of the host's other interfaces only the log works here.
    ///
    /// # Errors
    ///
    /// Returns the reason why the plugin cannot work. The host then does not load it.
    fn init() -> Result<(), String>;
}
