//! The SDK for plugins of Insight Host in Rust.
//!
//! A plugin is a type without fields. It implements a trait for each capability that it answers,
//! and [`export!`] turns them into the exports of a component:
//!
//! ```
//! use insight_sdk::{CallContext, Failure, Highlight, HighlightRequest, KeySalesInfo, Page};
//!
//! struct Hub;
//!
//! impl KeySalesInfo for Hub {
//!     fn answer(_: CallContext, request: HighlightRequest) -> Result<Page<Highlight>, Failure> {
//!         if request.about.record_id != "42" {
//!             return Err(Failure::RecordNotFound);
//!         }
//!         Ok(request.page([Highlight::new("The renewal was signed.")]).in_language("en"))
//!     }
//! }
//!
//! insight_sdk::export!(Hub: KeySalesInfo);
//! ```
//!
//! | to | see |
//! |---|---|
//! | answer requests | [`RecordSummary`], [`RecordDetails`], [`KeySalesInfo`], [`EmailSummary`], [`EmailDraft`], [`Chat`] |
//! | describe the plugin | [`About`] and [`profile!`] |
//! | prepare once for all calls | [`Lifecycle`] |
//! | ask a backend, and keep what it says | [`Api`], [`Cache`] |
//! | write for sellers | [`Locale`], [`Timestamp`] |
//! | call the host | [`config`], [`http_client`], [`key_value`], [`log`], [`secrets`] |
//! | test without a host | `testing` |
//!
//! A component imports only those interfaces of the host that its plugin calls.
//!
//! # Without WASI
//!
//! For the target `wasm32-unknown-unknown`, whose calls cost less, the SDK has the plugin's global allocator (feature
//! `allocator`, on by default), and writes panics to the [`log`] at level error, as there is no standard error.

#[doc(hidden)]
pub mod bindings;
#[doc(hidden)]
pub mod panics;

#[cfg(all(target_family = "wasm", target_os = "unknown", feature = "allocator"))]
mod allocator;
mod api;
mod cache;
mod capability;
mod chat;
mod context;
mod crm;
mod deadline;
mod export;
mod failure;
mod item;
mod locale;
mod page;
mod profile;
mod property;
mod timestamp;

pub mod config;
pub mod http_client;
pub mod key_value;
pub mod log;
pub mod secrets;
#[cfg(not(target_family = "wasm"))]
pub mod testing;

pub use api::{Api, ApiRequest};
pub use bindings::about::exports::insight::provider::about::{Profile, Publisher};
pub use bindings::chat::exports::insight::provider::chat::{
    Card, CardBody, CardContent, ChatAnswer, ChatRequest, Input, InputValue, Parameter, ParameterKind, Section, Skill,
};
pub use bindings::email_draft::exports::insight::provider::email_draft::{
    ContentKind, ContentLink, ContentLinkRequest, Conversation, RawConversation,
};
pub use bindings::email_summary::exports::insight::provider::email_summary::{
    EmailInsight, EmailInsightRequest, ThreadRecord,
};
pub use bindings::key_sales_info::exports::insight::provider::key_sales_info::{Highlight, HighlightRequest};
pub use bindings::record_details::exports::insight::provider::record_details::{RelatedRecord, RelatedRecordRequest};
pub use bindings::record_summary::exports::insight::provider::record_summary::{Activity, ActivityRequest};
pub use bindings::shared::insight::provider::insight_types::{
    CallContext, Caller, Crm, CrmKind, CrmRecord, EmailThread, Failure, Property,
};
pub use cache::Cache;
pub use capability::{About, Chat, EmailDraft, EmailSummary, KeySalesInfo, Lifecycle, RecordDetails, RecordSummary};
pub use locale::{DecimalNumber, Locale, Plural};
pub use page::Page;
pub use property::{OptionalText, properties};
pub use timestamp::{Date, InvalidTimestamp, Timestamp, days};
