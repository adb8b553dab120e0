//! The examination of an operation that answers in pages.

use super::{Examination, Expectation, Plain};
use crate::conform::judge::judge_page;
use crate::conform::probe::Example;
use crate::conform::target::Target;
use crate::conform::{Findings, Probe, RequestCount, Rule};
use contract::{Kind, Operation};

/// Examines an operation with the requests that the agent sends.
pub async fn examine_page<T: Target>(
    target: &T,
    bounds: Expectation<'_>,
    operation: &'static Operation,
    example: &Example,
    findings: &mut Findings,
) -> RequestCount {
    let mut examination = Examination::new(target, bounds, findings);
    let plain = Probe::plain(operation, example, bounds.inputs);
    examination.page(operation, &plain).await;
    examination.finish()
}

impl<T: Target> Examination<'_, T> {
    async fn page(&mut self, operation: &'static Operation, plain: &Probe) {
        let whole = match self.ask_plainly(plain).await {
            Plain::Answered(body) => body,
            Plain::Unknown => {
                self.find(Rule::NothingAnswered, format!("the record is not known{}", plain.asked_for()));
                self.variants(operation, plain).await;
                self.refusals(operation, plain).await;
                return;
            }
            Plain::Failed => return,
        };
        let Expectation { outputs, location, .. } = self.bounds;
        let items = judge_page(&whole, 0, operation, outputs, location, self.findings);
        match items.map(<[_]>::len) {
            None => return,
            Some(0) => {
                let what = format!("the answer to a plain request is an empty page{}", plain.asked_for());
                self.find(Rule::NothingAnswered, what);
            }
            Some(_) => self.paging(operation, plain).await,
        }
        self.languages(plain, &whole).await;
        self.variants(operation, plain).await;
        self.refusals(operation, plain).await;
    }

    /// Returns the names of the pagination inputs, as the operation writes them, if it takes them.
    pub(super) fn window(&self, operation: &'static Operation) -> Option<(&'static str, &'static str)> {
        let name = |wanted: &str| {
            let mut inputs = operation.inputs.iter().filter(|input| matches!(input.kind, Kind::Count));
            inputs.find(|input| input.name.eq_ignore_ascii_case(wanted)).map(|input| input.name)
        };
        let (top, skip) = (name("top")?, name("skip")?);
        (self.bounds.takes(top) && self.bounds.takes(skip)).then_some((top, skip))
    }
}
