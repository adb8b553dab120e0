//! Bindings of `insight:provider@1.x`.
//!
//! Types of questions are borrowed: a mail thread of megabytes is copied only once, by the engine into the
//! guest.

mod ask;
#[cfg(fuzzing)]
pub mod fuzzing;
mod reply;

use std::collections::BTreeSet;

use wasmtime::component::{Instance, InstancePre};
use wasmtime::{AsContextMut, Error};

use self::ask::Borrowed;
use self::exports::insight::provider as guest;
use super::{Failure, GuestCall, brief};
use contract::{Ask, Capability, Profile, Question, Repairs, Reply, Skill};

wasmtime::component::bindgen!({
    path: "../../wit/1.0",
    world: "insight:provider/everything",
    // A mail thread of megabytes is copied only once, by the engine into the guest.
    ownership: Borrowing { duplicate_if_necessary: true },
    exports: { default: async },
    imports: {
        "insight:provider/http-client": async,
        "insight:provider/key-value": async,
    },
});

/// The indices of our interfaces in a component, for those it exports.
pub(crate) struct Exports {
    record_summary: Option<guest::record_summary::GuestIndices>,
    record_details: Option<guest::record_details::GuestIndices>,
    key_sales_info: Option<guest::key_sales_info::GuestIndices>,
    email_summary: Option<guest::email_summary::GuestIndices>,
    email_draft: Option<guest::email_draft::GuestIndices>,
    chat: Option<guest::chat::GuestIndices>,
    about: Option<guest::about::GuestIndices>,
    lifecycle: Option<guest::lifecycle::GuestIndices>,
}

impl Exports {
    pub(super) fn find<T>(component: &InstancePre<T>) -> wasmtime::Result<Self> {
        Ok(Self {
            record_summary: find(component, "record-summary", guest::record_summary::GuestIndices::new)?,
            record_details: find(component, "record-details", guest::record_details::GuestIndices::new)?,
            key_sales_info: find(component, "key-sales-info", guest::key_sales_info::GuestIndices::new)?,
            email_summary: find(component, "email-summary", guest::email_summary::GuestIndices::new)?,
            email_draft: find(component, "email-draft", guest::email_draft::GuestIndices::new)?,
            chat: find(component, "chat", guest::chat::GuestIndices::new)?,
            about: find(component, "about", guest::about::GuestIndices::new)?,
            lifecycle: find(component, "lifecycle", guest::lifecycle::GuestIndices::new)?,
        })
    }

    pub(super) fn capabilities(&self) -> BTreeSet<Capability> {
        Capability::ALL
            .into_iter()
            .filter(|capability| match capability {
                Capability::RecordSummary => self.record_summary.is_some(),
                Capability::RecordDetails => self.record_details.is_some(),
                Capability::KeySalesInfo => self.key_sales_info.is_some(),
                Capability::EmailSummary => self.email_summary.is_some(),
                Capability::EmailDraft => self.email_draft.is_some(),
                Capability::Chat => self.chat.is_some(),
            })
            .collect()
    }

    pub(super) fn check_types(&self, mut store: impl AsContextMut, instance: &Instance) -> wasmtime::Result<()> {
        macro_rules! check {
            ($($interface:ident),+) => {$(
                if let Some(indices) = &self.$interface {
                    let name = stringify!($interface).replace('_', "-");
                    indices
                        .load(&mut store, instance)
                        .map_err(|error| error.context(format!("the exported `{name}` differs from that of 1.0.0")))?;
                }
            )+};
        }
        check!(record_summary, record_details, key_sales_info, email_summary, email_draft, chat, about, lifecycle);
        Ok(())
    }

    pub(super) async fn init<S>(&self, mut store: S, instance: &Instance) -> wasmtime::Result<Result<(), String>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        let Some(lifecycle) = &self.lifecycle else { return Ok(Ok(())) };
        let prepared = lifecycle.load(&mut store, instance)?.call_init(store).await?;
        Ok(prepared.map_err(brief))
    }

    pub(super) async fn describe<S>(
        &self,
        mut store: S,
        instance: &Instance,
        repairs: &mut Repairs,
    ) -> wasmtime::Result<Option<Profile>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        let Some(about) = &self.about else { return Ok(None) };
        let profile = about.load(&mut store, instance)?.call_describe(store).await?;
        Ok(Some(reply::profile(profile, repairs)))
    }

    pub(super) async fn skills<S>(&self, mut store: S, instance: &Instance) -> wasmtime::Result<Vec<Skill>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        let Some(chat) = &self.chat else { return Ok(Vec::new()) };
        let skills = chat.load(&mut store, instance)?.call_skills(store).await?;
        Ok(skills.into_iter().map(Skill::from).collect())
    }

    pub(super) async fn answer<S>(
        &self,
        mut store: S,
        instance: &Instance,
        call: &GuestCall<'_>,
        repairs: &mut Repairs,
    ) -> wasmtime::Result<Result<Reply, Failure>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        /// Loads one capability's function and calls it.
        macro_rules! put {
            ($interface:ident, $crm:expr, $request:expr) => {{
                let indices = self.$interface.as_ref().ok_or_else(not_exported)?;
                let guest = indices.load(&mut store, instance)?;
                let borrowed = Borrowed::from(call.context);
                guest.call_answer(store, borrowed.context(call, $crm), $request).await?
            }};
        }

        let request = match call.ask {
            Ask::Page(request) => request,
            Ask::Chat(question) => {
                let values = ask::InputParts::from(question);
                let inputs = values.inputs();
                let answer = put!(chat, None, ask::chat(question, &inputs));
                return Ok(reply::chat(answer, call.partner, call.card_sizes, repairs));
            }
        };
        let crm = Some(&request.crm);
        let window = call.window;
        let items = reply::Items { operation: request.operation, window, partner: call.partner, repairs };
        Ok(match &request.question {
            Question::RecordSummary(question) => {
                let (since, until) = (ask::text(question.since), ask::text(question.until));
                let request = ask::activities(question, since.as_deref(), until.as_deref(), window);
                items.of_activities(put!(record_summary, crm, request))
            }
            Question::RecordDetails(question) => {
                items.of_related_records(put!(record_details, crm, ask::related_records(question, window)))
            }
            Question::KeySalesInfo(question) => {
                items.of_highlights(put!(key_sales_info, crm, ask::highlights(question, window)))
            }
            Question::EmailSummary(question) => {
                let parts = ask::EmailParts::from(question);
                items.of_email_insights(put!(email_summary, crm, parts.request(window)))
            }
            Question::EmailDraft(question) => {
                let parts = ask::DraftParts::from(question);
                items.of_content_links(put!(email_draft, crm, parts.request(window)))
            }
        })
    }
}

/// Finds an interface; fails if it is exported without its functions.
fn find<T, I>(
    component: &InstancePre<T>,
    interface: &str,
    indices: impl FnOnce(&InstancePre<T>) -> wasmtime::Result<I>,
) -> wasmtime::Result<Option<I>> {
    let name = format!("insight:provider/{interface}@1.0.0");
    match component.component().get_export_index(None, &name) {
        Some(_) => indices(component).map(Some),
        None => Ok(None),
    }
}

/// Returns the error of a missing capability. The catalog sends providers only questions that they export.
fn not_exported() -> Error {
    Error::msg("the component does not export this capability")
}
