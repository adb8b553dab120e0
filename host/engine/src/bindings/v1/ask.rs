//! Converts questions of the contract into borrowed types of the interface.

use super::exports::insight::provider as guest;
use super::insight::provider::insight_types::{CallContext, Caller, Crm, CrmKind, CrmRecord, EmailThread};
use crate::bindings::GuestCall;
use contract::{
    self, ActivityQuestion, ChatQuestion, Context, DraftQuestion, EmailQuestion, InputValue, Instant, RecordQuestion,
    Window,
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
            crm: Crm {
                kind: crm.and_then(|crm| crm.kind.as_ref()).map(CrmKind::from),
                host: crm.and_then(|crm| crm.host.as_deref()),
            },
            caller: call.user.map(Caller::from),
            user_agent: call.context.user_agent.as_deref(),
            traceparent: call.context.traceparent.as_deref(),
        }
    }
}

impl<'a> From<&'a contract::User> for Caller<'a> {
    fn from(user: &'a contract::User) -> Self {
        Self { tenant_id: &user.tenant_id, user_id: &user.user_id }
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

    pub(super) fn draft<'b>(
        &'b self,
        question: &'b DraftQuestion,
        window: Window,
    ) -> guest::email_draft::ContentLinkRequest<'b> {
        guest::email_draft::ContentLinkRequest {
            thread: self.thread(),
            resource_type: &question.resource_type,
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

pub(super) fn inputs(question: &ChatQuestion) -> Vec<guest::chat::Input<'_>> {
    question.inputs.iter().map(guest::chat::Input::from).collect()
}

impl<'a> From<&'a contract::Input> for guest::chat::Input<'a> {
    fn from(input: &'a contract::Input) -> Self {
        let value = match &input.value {
            InputValue::Text(text) => guest::chat::InputValue::Text(text),
            InputValue::Integer(integer) => guest::chat::InputValue::Integer(*integer),
            InputValue::Number(number) => guest::chat::InputValue::Number(*number),
        };
        Self { name: &input.name, value }
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
