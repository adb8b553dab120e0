//! The check of requests that must be rejected, and of the errors that reject them.

use super::{Examination, told};
use crate::conform::judge::judge_error;
use crate::conform::target::Target;
use crate::conform::{Probe, Rule};
use contract::Operation;

impl<T: Target> Examination<'_, T> {
    /// Sends requests without each required input, and without credentials. For a component, the host rejects such
    /// requests.
    pub(super) async fn refusals(&mut self, operation: &'static Operation, plain: &Probe) {
        if !self.bounds.reads_requests {
            return;
        }
        let required = operation.inputs.iter().filter(|parameter| parameter.required);
        let bounds = self.bounds;
        for parameter in required.filter(|parameter| bounds.takes(parameter.name)) {
            let name = parameter.name;
            let probe = plain.without(name).about(format!("a request without `{name}`"));
            self.expect_refused(&probe, &[400], Rule::RequiredNotChecked).await;
        }
        self.without_credentials(plain).await;
    }

    /// Sends a request without a token or key.
    pub(super) async fn without_credentials(&mut self, plain: &Probe) {
        if self.bounds.wants_credentials {
            let probe = Probe { with_credentials: false, ..plain.clone() }.about("a request without token or key");
            self.expect_refused(&probe, &[401, 403], Rule::TokenNotChecked).await;
        }
    }

    /// Sends a request that must be rejected with one of `statuses`; if it succeeds, `rule` is broken.
    pub(super) async fn expect_refused(&mut self, probe: &Probe, statuses: &[u16], rule: Rule) {
        let Some(answer) = self.ask(probe).await else { return };
        let about = &probe.about;
        if (200..300).contains(&answer.status) {
            self.find(rule, format!("{about}: the answer is {}", answer.status));
            return;
        }
        if !statuses.contains(&answer.status) {
            let wanted: Vec<String> = statuses.iter().map(u16::to_string).collect();
            let what =
                format!("{about}: the answer is {}, not {}", told(answer.status, &answer.body), wanted.join(" or "));
            self.find(Rule::ErrorStatus, what);
            return;
        }
        judge_error(answer.status, &answer.body, about, self.bounds.location, self.findings);
    }
}
