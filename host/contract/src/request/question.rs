//! The question of a request, for each capability.

use super::{
    conversation::{Conversation, RawConversation},
    email::{EmailThread, HeaderIds, ThreadRecord},
    inputs::Inputs,
};
use crate::{Capability, CrmRecord, Instant, InvalidRequest, invalid_request::InputProblem};

/// The question of a request, by capability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Activities around a record.
    RecordSummary(ActivityQuestion),
    /// Records that relate to a record.
    RecordDetails(RecordQuestion),
    /// Sales highlights of a record.
    KeySalesInfo(RecordQuestion),
    /// Insights for the summary of an email thread.
    EmailSummary(EmailQuestion),
    /// Links worth adding to an email.
    EmailDraft(DraftQuestion),
}

/// A question about the activities around a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityQuestion {
    /// The record being summarized.
    pub about: CrmRecord,
    /// Earliest activity wanted, rounded down to the second.
    pub since: Option<Instant>,
    /// Latest activity wanted, rounded up to the second. Not before `since`.
    pub until: Option<Instant>,
}

/// A question about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordQuestion {
    /// The record being looked at.
    pub about: CrmRecord,
}

/// A question about an email thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailQuestion {
    /// Addresses of all participants, each once.
    pub participants: Vec<String>,
    /// CRM records the thread is about.
    pub about: Vec<ThreadRecord>,
    /// The thread. Absent in the first version.
    pub thread: Option<EmailThread>,
}

/// A question about an email to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftQuestion {
    /// The conversation to reply to.
    pub conversation: Conversation,
    /// The CRM record it is about.
    pub about: Option<CrmRecord>,
    /// The seller's prompt, such as `Make a Proposal`.
    pub prompt: Option<String>,
    /// Identifiers that came as headers. Those that an email thread lacks are the thread's, too.
    pub header_ids: HeaderIds,
}

impl Question {
    /// Creates the question from inputs that are complete according to the table.
    pub(super) fn new(
        capability: Capability,
        mut inputs: Inputs,
        raw: Option<RawConversation>,
    ) -> Result<Self, InvalidRequest> {
        Ok(match capability {
            Capability::RecordSummary => Self::RecordSummary(ActivityQuestion::new(inputs)?),
            Capability::RecordDetails => Self::RecordDetails(RecordQuestion { about: required_record(&mut inputs)? }),
            Capability::KeySalesInfo => Self::KeySalesInfo(RecordQuestion { about: required_record(&mut inputs)? }),
            Capability::EmailSummary => Self::EmailSummary(EmailQuestion::new(inputs)),
            Capability::EmailDraft => Self::EmailDraft(DraftQuestion::new(inputs, raw)?),
            Capability::Chat => unreachable!("no operation of the table asks the chat"),
        })
    }

    /// The capability that answers it.
    pub fn capability(&self) -> Capability {
        match self {
            Self::RecordSummary(_) => Capability::RecordSummary,
            Self::RecordDetails(_) => Capability::RecordDetails,
            Self::KeySalesInfo(_) => Capability::KeySalesInfo,
            Self::EmailSummary(_) => Capability::EmailSummary,
            Self::EmailDraft(_) => Capability::EmailDraft,
        }
    }
}

impl ActivityQuestion {
    fn new(mut inputs: Inputs) -> Result<Self, InvalidRequest> {
        let since = inputs.instant("startDateTime");
        let until = inputs.instant("endDateTime");
        if let (Some(since), Some(until)) = (since, until)
            && since > until
        {
            return Err(InvalidRequest::parameter("startDateTime", InputProblem::After { other: "endDateTime" }));
        }
        let about = required_record(&mut inputs)?;
        Ok(Self { about, since: since.map(Instant::floor), until: until.map(Instant::ceil) })
    }
}

impl EmailQuestion {
    /// Reads the flat inputs of a tool.
    pub(super) fn from_flat(mut inputs: Inputs) -> Self {
        let participants = inputs.texts("emailContacts");
        let thread =
            EmailThread { text_body: inputs.text("emailText"), to: participants.clone(), ..EmailThread::default() };
        let about = inputs.record("recordType", "recordId");
        Self {
            participants,
            about: about.map(|record| ThreadRecord { record, connected: false }).into_iter().collect(),
            thread: Some(thread),
        }
    }

    /// Reads both versions of the operation, which share no parameter for the question.
    fn new(mut inputs: Inputs) -> Self {
        let Some(thread) = inputs.object("resourceData").map(EmailThread::new) else {
            let about = inputs.record("recordType", "recordId");
            return Self {
                participants: inputs.texts("emailContacts"),
                about: about.map(|record| ThreadRecord { record, connected: false }).into_iter().collect(),
                thread: None,
            };
        };
        let about = inputs.objects("relatedEntities").into_iter().filter_map(thread_record).collect();
        Self { participants: thread.participants(), about, thread: Some(thread) }
    }
}

impl DraftQuestion {
    /// Reads the flat inputs of a tool.
    pub(super) fn from_flat(mut inputs: Inputs) -> Self {
        Self {
            conversation: Conversation::Email(EmailThread {
                text_body: inputs.text("emailText"),
                to: inputs.texts("emailContacts"),
                ..EmailThread::default()
            }),
            about: inputs.record("recordType", "recordId"),
            prompt: inputs.text("inputPrompt"),
            header_ids: HeaderIds::default(),
        }
    }

    /// Reads the question; `raw` is the conversation if it is no email thread.
    fn new(mut inputs: Inputs, raw: Option<RawConversation>) -> Result<Self, InvalidRequest> {
        let missing = |name: &'static str| move || InvalidRequest::missing(name);
        let thread = inputs.object("resourceData").map(EmailThread::new).ok_or_else(missing("resourceData"))?;
        inputs.text("resourceType").ok_or_else(missing("resourceType"))?;
        Ok(Self {
            conversation: raw.map_or(Conversation::Email(thread), Conversation::Other),
            about: inputs.record("recordType", "recordId"),
            prompt: inputs.text("inputPrompt"),
            header_ids: HeaderIds::default(),
        })
    }

    /// Adds identifiers that came as headers. Those in an email thread take precedence.
    pub fn add_header_ids(&mut self, ids: HeaderIds) {
        if let Conversation::Email(EmailThread { message_id, conversation_id, .. }) = &mut self.conversation {
            *message_id = message_id.take().or_else(|| ids.message_id.clone());
            *conversation_id = conversation_id.take().or_else(|| ids.conversation_id.clone());
        }
        self.header_ids = ids;
    }
}

/// The record that a question requires.
fn required_record(inputs: &mut Inputs) -> Result<CrmRecord, InvalidRequest> {
    inputs.record("recordType", "recordId").ok_or_else(|| InvalidRequest::missing("recordId"))
}

fn thread_record(mut entity: Inputs) -> Option<ThreadRecord> {
    let record = entity.record("entityType", "entityId")?;
    let connected = entity.text("entitySource").is_some_and(|source| source.eq_ignore_ascii_case("connected"));
    Some(ThreadRecord { record, connected })
}
