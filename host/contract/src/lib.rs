//! The contract with the sales agent: the requests it may send and the answers it receives.
//!
//! Each [`Operation`] is one row of the table in [`operation`]. A [`Request`] is read from a query or a body according
//! to that row, and the [`Insight`]s of an answer are checked and written according to it. Everything here is plain
//! data and pure functions: no I/O, no WebAssembly, no HTTP server.

mod ask;
mod capability;
mod card;
mod chat;
mod chat_answer;
mod context;
mod crm;
mod deadline;
#[cfg(test)]
mod facts;
mod fault;
mod input_repairs;
mod insight;
mod instant;
mod invalid_request;
mod invisible;
mod json;
mod json_path;
mod line;
mod link;
pub mod operation;
mod outcome;
mod page;
mod printable;
mod profile;
mod properties;
mod provider_id;
mod repair;
mod request;
mod skill;
mod text;
mod tool;
pub mod values;

pub use ask::{Ask, Reply};
pub use capability::{Capability, UnknownCapability};
pub use card::{Card, CardBody, CardContent, CardDraft, CardSizes, Section};
pub use chat::{ChatQuestion, Input, InputValue};
pub use chat_answer::ChatAnswer;
pub use context::{ActivityId, Caller, Context, TimeZoneName, User, language, languages, traceparent, user_agent};
pub use crm::{Crm, CrmKind, CrmRecord};
pub use deadline::Deadline;
pub use fault::{ErrorBody, ErrorCode};
pub use input_repairs::{InputRepair, InputRepairs};
pub use insight::{Insight, Value};
pub use instant::Instant;
pub use invalid_request::InvalidRequest;
pub use invisible::visible;
pub use json::read_body;
pub use json_path::JsonPath;
pub use link::is_web_address;
pub use operation::{Field, FieldKind, Kind, Method, OPERATIONS, Operation, Parameter};
pub use outcome::{Outcome, Verdict, verdict};
pub use page::Page;
pub use printable::Printable;
pub use profile::{Profile, Publisher};
pub use provider_id::{NameProblem, ProviderId, ProviderIdError};
pub use repair::{Change, Flaw, Note, Repairs};
pub use request::{
    ActivityQuestion, Conversation, DraftQuestion, EmailQuestion, EmailThread, HeaderIds, Question, RawConversation,
    RecordQuestion, Request, ThreadRecord, Window,
};
pub use skill::{ParameterKind, Skill, SkillError, SkillParameter, SkillProblem};
pub use tool::{
    AddedMember, DEFAULT_ITEMS, LONGEST_DESCRIPTION, MOST_ITEMS, SkillTool, TOOL_OPERATIONS, ToolAnswer, ToolName,
    ToolOperation,
};
