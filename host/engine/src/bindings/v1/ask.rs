//! Converts questions of the contract into borrowed types of the interface.

use super::exports::insight::provider as guest;
use super::insight::provider::insight_types::{
    CallContext, Caller, Crm, CrmKind, CrmRecordParam as CrmRecord, EmailThread,
};
use crate::bindings::GuestCall;
use contract::{
    self, ActivityQuestion, ChatQuestion, Context, Conversation, DraftQuestion, EmailQuestion, InputValue, Instant,
    RawConversation, RecordQuestion, Window,
};

/// Parts of a context that must be created before they can be borrowed.
pub(super) struct Borrowed<'a> {
    received_at: String,
    languages: Vec<&'a str>,
}

impl<'a> From<&'a Context> for Borrowed<'a> {
    fn from(context: &'a Context) -> Self {
        Self {
            received_at: context.received_at.to_string(),
            languages: context.languages.iter().map(AsRef::as_ref).collect(),
        }
    }
}

impl Borrowed<'_> {
    pub(super) fn context<'b>(&'b self, call: &GuestCall<'b>, crm: Option<&'b contract::Crm>) -> CallContext<'b> {
        CallContext {
            activity_id: call.context.activity_id.as_str(),
            received_at: &self.received_at,
            time_left_ms: u32::try_from(call.time_left.as_millis()).unwrap_or(u32::MAX),
            languages: &self.languages,
            time_zone: call.time_zone,
            crm: Crm {
                kind: crm.and_then(|crm| crm.kind.as_ref()).map(CrmKind::from),
                host: crm.and_then(|crm| crm.host.as_deref()),
            },
            caller: call.user.map(|user| Caller {
                tenant_id: &user.tenant_id,
                user_id: &user.user_id,
                user_name: user.user_name.as_deref().filter(|_| call.names_user),
            }),
            user_agent: call.context.user_agent.as_deref(),
            traceparent: call.context.traceparent.as_deref(),
        }
    }
}

impl<'a> From<&'a contract::CrmKind> for CrmKind<'a> {
    fn from(kind: &'a contract::CrmKind) -> Self {
        match kind {
            contract::CrmKind::Dynamics365 => Self::Dynamics365,
            contract::CrmKind::Salesforce => Self::Salesforce,
            contract::CrmKind::Other(name) => Self::Other(name),
        }
    }
}

impl<'a> From<&'a contract::CrmRecord> for CrmRecord<'a> {
    fn from(record: &'a contract::CrmRecord) -> Self {
        Self { record_type: &record.record_type, record_id: &record.record_id }
    }
}

/// Formats an instant for plugins.
pub(super) fn text(instant: Option<Instant>) -> Option<String> {
    instant.map(|instant| instant.to_string())
}

pub(super) fn activities<'a>(
    question: &'a ActivityQuestion,
    since: Option<&'a str>,
    until: Option<&'a str>,
    window: Window,
) -> guest::record_summary::ActivityRequest<'a> {
    guest::record_summary::ActivityRequest {
        about: (&question.about).into(),
        since,
        until,
        top: window.top,
        skip: window.skip,
    }
}

pub(super) fn related_records(
    question: &RecordQuestion,
    window: Window,
) -> guest::record_details::RelatedRecordRequest<'_> {
    guest::record_details::RelatedRecordRequest { about: (&question.about).into(), top: window.top, skip: window.skip }
}

pub(super) fn highlights(question: &RecordQuestion, window: Window) -> guest::key_sales_info::HighlightRequest<'_> {
    guest::key_sales_info::HighlightRequest { about: (&question.about).into(), top: window.top, skip: window.skip }
}

/// Lists of a thread that must be created before they can be borrowed.
pub(super) struct ThreadParts<'a> {
    thread: &'a contract::EmailThread,
    to: Vec<&'a str>,
    cc: Vec<&'a str>,
    bcc: Vec<&'a str>,
    sent_at: Option<String>,
}

impl<'a> From<&'a contract::EmailThread> for ThreadParts<'a> {
    fn from(thread: &'a contract::EmailThread) -> Self {
        Self {
            thread,
            to: strs(&thread.to),
            cc: strs(&thread.cc),
            bcc: strs(&thread.bcc),
            sent_at: text(thread.sent_at),
        }
    }
}

impl ThreadParts<'_> {
    fn thread(&self) -> EmailThread<'_> {
        EmailThread {
            subject: self.thread.subject.as_deref(),
            text_body: self.thread.text_body.as_deref(),
            html_body: self.thread.html_body.as_deref(),
            sender: self.thread.sender.as_deref(),
            to: &self.to,
            cc: &self.cc,
            bcc: &self.bcc,
            sent_at: self.sent_at.as_deref(),
            message_id: self.thread.message_id.as_deref(),
            conversation_id: self.thread.conversation_id.as_deref(),
        }
    }
}

/// Parts of a draft's question that must be created before they can be borrowed.
pub(super) struct DraftParts<'a> {
    question: &'a DraftQuestion,
    conversation: ConversationParts<'a>,
}

enum ConversationParts<'a> {
    Email(ThreadParts<'a>),
    Other(&'a RawConversation),
}

impl<'a> From<&'a DraftQuestion> for DraftParts<'a> {
    fn from(question: &'a DraftQuestion) -> Self {
        let conversation = match &question.conversation {
            Conversation::Email(thread) => ConversationParts::Email(thread.into()),
            Conversation::Other(raw) => ConversationParts::Other(raw),
        };
        Self { question, conversation }
    }
}

impl DraftParts<'_> {
    pub(super) fn request(&self, window: Window) -> guest::email_draft::ContentLinkRequest<'_> {
        let question = self.question;
        guest::email_draft::ContentLinkRequest {
            conversation: match &self.conversation {
                ConversationParts::Email(parts) => guest::email_draft::Conversation::Email(parts.thread()),
                ConversationParts::Other(RawConversation { kind, json }) => {
                    guest::email_draft::Conversation::Other(guest::email_draft::RawConversation { kind, json })
                }
            },
            message_id: question.header_ids.message_id.as_deref(),
            conversation_id: question.header_ids.conversation_id.as_deref(),
            about: question.about.as_ref().map(CrmRecord::from),
            prompt: question.prompt.as_deref(),
            top: window.top,
            skip: window.skip,
        }
    }
}

/// Lists of an email question that must be created before they can be borrowed.
pub(super) struct EmailParts<'a> {
    participants: Vec<&'a str>,
    about: Vec<guest::email_summary::ThreadRecord<'a>>,
    thread: Option<ThreadParts<'a>>,
}

impl<'a> From<&'a EmailQuestion> for EmailParts<'a> {
    fn from(question: &'a EmailQuestion) -> Self {
        let about = question.about.iter().map(|about| guest::email_summary::ThreadRecord {
            crm_record: (&about.record).into(),
            connected: about.connected,
        });
        Self {
            participants: strs(&question.participants),
            about: about.collect(),
            thread: question.thread.as_ref().map(ThreadParts::from),
        }
    }
}

impl EmailParts<'_> {
    pub(super) fn request(&self, window: Window) -> guest::email_summary::EmailInsightRequest<'_> {
        guest::email_summary::EmailInsightRequest {
            participants: &self.participants,
            about: &self.about,
            thread: self.thread.as_ref().map(ThreadParts::thread),
            top: window.top,
            skip: window.skip,
        }
    }
}

/// Inputs of a chat question, each with the text of an instant, which must be created before it can be borrowed.
pub(super) struct InputParts<'a>(Vec<(&'a contract::Input, String)>);

impl<'a> From<&'a ChatQuestion> for InputParts<'a> {
    fn from(question: &'a ChatQuestion) -> Self {
        let written = |input: &contract::Input| match &input.value {
            InputValue::Instant(instant) => instant.to_string(),
            _ => String::new(),
        };
        Self(question.inputs.iter().map(|input| (input, written(input))).collect())
    }
}

impl InputParts<'_> {
    pub(super) fn inputs(&self) -> Vec<guest::chat::Input<'_>> {
        self.0
            .iter()
            .map(|(input, written)| guest::chat::Input { name: &input.name, value: value(input, written) })
            .collect()
    }
}

fn value<'a>(input: &'a contract::Input, written: &'a str) -> guest::chat::InputValue<'a> {
    match &input.value {
        InputValue::Text(text) => guest::chat::InputValue::Text(text),
        InputValue::Integer(integer) => guest::chat::InputValue::Integer(*integer),
        InputValue::Number(number) => guest::chat::InputValue::Number(*number),
        InputValue::Boolean(boolean) => guest::chat::InputValue::Boolean(*boolean),
        InputValue::Instant(_) => guest::chat::InputValue::Instant(written),
        InputValue::Choice(choice) => guest::chat::InputValue::Choice(choice),
    }
}

pub(super) fn chat<'a>(
    question: &'a ChatQuestion,
    inputs: &'a [guest::chat::Input<'a>],
) -> guest::chat::ChatRequest<'a> {
    guest::chat::ChatRequest { skill: &question.skill, inputs }
}

fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
