//! A component as the target of the conformance rules.

use std::cell::RefCell;

use serde_json::Value;

use super::cost::Most;
use crate::cli::one::One;
use connector::conform::{Exchange, Probe, Served, Target, TargetResponse};
use contract::{self, Ask, ChatQuestion, InputRepairs, InvalidRequest, Method, Note, Operation, Request, Skill};
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
    /// Set if any call was answered.
    pub(super) is_answered: bool,
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

    fn reply(&self, ended: CallEnd) -> Exchange {
        let mut calls = self.calls.borrow_mut();
        calls.notes.extend(ended.repairs.notes);
        match ended.result {
            Ok(reply) => {
                calls.is_answered = true;
                calls.most.add(&ended.spent);
                let body = match &reply {
                    contract::Reply::Page(page) => serde_json::to_vec(page),
                    contract::Reply::Chat(chat) => serde_json::to_vec(chat),
                };
                let body = body.expect("texts, numbers and maps of texts serialise").into();
                Exchange::Answer(TargetResponse {
                    status: 200,
                    content_type: Some("application/json".to_owned()),
                    body,
                })
            }
            Err(failure) => {
                let told = format!("{}: {}", failure.outcome, failure.detail);
                let of = if failure.outcome.is_fault() { &mut calls.faults } else { &mut calls.declined };
                of.push(told);
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
                Served { reply: self.reply(ended), took }
            }
        }
    }
}
