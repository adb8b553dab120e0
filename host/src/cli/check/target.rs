//! A component as the target of the conformance rules.

use std::cell::RefCell;

use serde_json::Value;

use super::cost::Most;
use crate::cli::one::One;
use connector::conform::{Exchange, Probe, Served, Target, TargetResponse};
use contract::{Ask, ChatQuestion, InputRepairs, InvalidRequest, Method, Note, Operation, Reply, Request, Skill};
use engine::{CallEnd, Limits};

/// The capability or skill under test.
#[derive(Clone, Copy)]
pub(super) enum CheckTarget<'a> {
    Page(&'static Operation),
    Skill(&'a Skill),
}

/// The results of calls, apart from their answers.
#[derive(Default)]
pub(super) struct CallCosts {
    /// Repairs that the host made.
    pub(super) notes: Vec<Note>,
    /// Descriptions of faults.
    pub(super) faults: Vec<String>,
    /// Descriptions of failures that are no faults, such as an unknown record.
    pub(super) declined: Vec<String>,
    /// Set if any answer had an item, a card or a text, so that something was examined.
    pub(super) has_items: bool,
    /// The maximum of each resource.
    pub(super) most: Most,
}

/// A capability or skill of a component, with the results of its calls.
pub(super) struct Component<'a> {
    one: &'a One,
    asked: CheckTarget<'a>,
    calls: RefCell<CallCosts>,
}

impl<'a> Component<'a> {
    pub(super) fn new(one: &'a One, asked: CheckTarget<'a>) -> Self {
        Self { one, asked, calls: RefCell::default() }
    }

    pub(super) fn limits(&self) -> Limits {
        self.one.plugin().limits()
    }

    /// Passes the results of all calls to `look`.
    pub(super) fn with_calls(&self, look: impl FnOnce(&CallCosts)) {
        look(&self.calls.borrow());
    }

    /// Reads a probe as the host reads a request.
    fn question(&self, probe: &Probe) -> Result<Ask, InvalidRequest> {
        let body = || Value::from(probe.values.clone()).to_string();
        // A value of the author's that the host repairs is none of the component's.
        let repairs = &mut InputRepairs::default();
        match self.asked {
            CheckTarget::Skill(skill) => ChatQuestion::from_body(skill, body().as_bytes(), repairs).map(Ask::Chat),
            CheckTarget::Page(operation) => {
                let request = match operation.method {
                    Method::Post => Request::from_body(operation, body().as_bytes(), repairs),
                    Method::Get => Request::from_query(operation, Some(&probe.query()), repairs),
                };
                request.map(|request| Ask::Page(Box::new(request)))
            }
        }
    }

    fn reply(&self, probe: &Probe, ended: CallEnd) -> Exchange {
        let mut calls = self.calls.borrow_mut();
        calls.notes.extend(ended.repairs.notes);
        match ended.result {
            Ok(reply) => {
                calls.most.add(&ended.spent);
                let (has_items, body) = match &reply {
                    Reply::Page(page) => (!page.items.is_empty(), serde_json::to_vec(page)),
                    Reply::Chat(chat) => (!chat.cards.is_empty() || chat.text.is_some(), serde_json::to_vec(chat)),
                };
                calls.has_items |= has_items;
                let body = body.expect("texts, numbers and maps of texts serialise").into();
                Exchange::Answer(TargetResponse {
                    status: 200,
                    content_type: Some("application/json".to_owned()),
                    body,
                })
            }
            Err(failure) => {
                let detail = if failure.detail.is_empty() { String::new() } else { format!(": {}", failure.detail) };
                let told = format!("{}{detail}", failure.outcome);
                if failure.outcome.is_fault() {
                    calls.faults.push(told);
                } else if calls.declined.iter().all(|other| !other.starts_with(&told)) {
                    calls.declined.push(format!("{told}{}", probe.asked_for()));
                }
                Exchange::Nothing
            }
        }
    }
}

impl Target for Component<'_> {
    async fn ask(&self, probe: &Probe) -> Served {
        match self.question(probe) {
            Err(error) => Served { reply: Exchange::Broken(error.to_string()), took: std::time::Duration::ZERO },
            Ok(ask) => {
                let ended = self.one.ask(ask, Some(&probe.language), None).await;
                let took = ended.spent.time;
                Served { reply: self.reply(probe, ended), took }
            }
        }
    }
}
