//! Contexts, requests and a fake host, for native unit tests of a plugin.
//!
//! A [`FakeHost`] answers the plugin's calls to the host, and grants only what a test says. There is one per thread, and so
//! one per test. Its clock stands still until the test moves it, and nothing waits:
//!
//! ```
//! use insight_sdk::{config, log, testing::FakeHost};
//!
//! let host = FakeHost::new().config("region", "emea").install();
//!
//! log::info!("asking", region = config::get("region").unwrap());
//!
//! assert_eq!(host.logged()[0].message, "asking");
//! assert_eq!(host.logged()[0].fields, [("region", "emea").into()]);
//! ```
//!
//! A backend answers with replies that a test fills in, or with those that a browser or a proxy has recorded
//! ([`FakeHost::har`]).

mod base64;
mod clock;
mod fake;
mod har;
pub(crate) mod host;
mod replies;

pub use fake::{FakeHost, InstalledHost, LogEntry};

use crate::{
    ActivityRequest, CallContext, ChatRequest, ContentLinkRequest, Conversation, Crm, CrmRecord, EmailInsightRequest,
    EmailThread, HighlightRequest, Input, InputValue, RelatedRecordRequest,
};

/// The items that a request wants by default.
const TOP: u32 = 10;

/// Begins a call by a seller who reads English and names no CRM, and returns its context.
///
/// It is received at the time of the fake host: on 1 June 2026 at eight o'clock, unless a test says otherwise.
#[must_use]
pub fn context() -> CallContext {
    CallContext {
        activity_id: "00000000-0000-4000-8000-000000000000".into(),
        received_at: host::begin_call().into(),
        time_left_ms: clock::CALL_MS,
        languages: vec!["en".into()],
        time_zone: None,
        crm: Crm { kind: None, host: None },
        caller: None,
        user_agent: None,
        traceparent: None,
    }
}

/// Returns the same context as [`context`], but for a seller who reads another language.
#[must_use]
pub fn context_in(language: &str) -> CallContext {
    CallContext { languages: vec![language.into()], ..context() }
}

/// Returns an empty thread.
#[must_use]
pub const fn thread() -> EmailThread {
    EmailThread {
        subject: None,
        text_body: None,
        html_body: None,
        sender: None,
        to: Vec::new(),
        cc: Vec::new(),
        bcc: Vec::new(),
        sent_at: None,
        message_id: None,
        conversation_id: None,
    }
}

impl ActivityRequest {
    /// Creates a request for the first ten activities of all time.
    #[must_use]
    pub const fn about(about: CrmRecord) -> Self {
        Self { about, since: None, until: None, top: TOP, skip: 0 }
    }
}

impl RelatedRecordRequest {
    /// Creates a request for the first ten related records.
    #[must_use]
    pub const fn about(about: CrmRecord) -> Self {
        Self { about, top: TOP, skip: 0 }
    }
}

impl HighlightRequest {
    /// Creates a request for the first ten highlights.
    #[must_use]
    pub const fn about(about: CrmRecord) -> Self {
        Self { about, top: TOP, skip: 0 }
    }
}

impl EmailInsightRequest {
    /// Creates a request of the first version for the first ten insights on a thread between `participants`.
    #[must_use]
    pub fn between<A: Into<String>>(participants: impl IntoIterator<Item = A>) -> Self {
        Self {
            participants: participants.into_iter().map(Into::into).collect(),
            about: Vec::new(),
            thread: None,
            top: TOP,
            skip: 0,
        }
    }
}

impl ContentLinkRequest {
    /// Creates a request for the first ten links for a reply in an email thread about a record.
    #[must_use]
    pub fn about(about: CrmRecord) -> Self {
        Self {
            conversation: Conversation::Email(thread()),
            message_id: None,
            conversation_id: None,
            about: Some(about),
            prompt: None,
            top: TOP,
            skip: 0,
        }
    }
}

impl ChatRequest {
    /// Creates a question to a skill, with no parameter filled in.
    #[must_use]
    pub fn by(skill: impl Into<String>) -> Self {
        Self { skill: skill.into(), inputs: Vec::new() }
    }

    /// Fills in a text parameter.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        let value = InputValue::Text(text.into());
        self.inputs.push(Input { name: name.into(), value });
        self
    }
}
