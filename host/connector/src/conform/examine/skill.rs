//! The examination of a chat skill, which answers in cards.

use super::{Examination, Expectation, Plain};
use crate::conform::judge::judge_cards;
use crate::conform::target::Target;
use crate::conform::{Findings, Probe, RequestCount, Rule, Values};

/// Examines a skill with the questions that the agent asks. `required` names its required inputs.
pub async fn examine_skill<T: Target>(
    target: &T,
    bounds: Expectation<'_>,
    values: Values,
    required: &[String],
    findings: &mut Findings,
) -> RequestCount {
    let mut examination = Examination::new(target, bounds, findings);
    examination.skill(&Probe::of(values), required).await;
    examination.finish()
}

impl<T: Target> Examination<'_, T> {
    async fn skill(&mut self, plain: &Probe, required: &[String]) {
        let body = match self.ask_plainly(plain).await {
            Plain::Answered(body) => body,
            // A skill that finds nothing should answer with an empty list; 404 is unusual, but not a fault.
            Plain::Unknown => return,
            Plain::Failed => return,
        };
        match judge_cards(&body, self.bounds.card_sizes, self.bounds.location, self.findings) {
            None => return,
            Some(0) => {
                let what = format!("the answer to a plain question has no cards{}", plain.asked_for());
                self.find(Rule::NothingAnswered, what);
            }
            Some(_) => {}
        }
        let has_cards =
            |body: &serde_json::Value| body["adaptiveCards"].as_array().is_some_and(|cards| !cards.is_empty());
        self.compare_languages(plain, &body, has_cards).await;
        if !self.bounds.reads_requests {
            return;
        }
        let capitals = Probe { in_capitals: true, ..plain.clone() }.about("a question with names in capitals");
        self.expect_taken(&capitals, Rule::NamesCaseSensitive).await;
        for name in required {
            let probe = plain.without(name).about(format!("a question without `{name}`"));
            self.expect_refused(&probe, &[400], Rule::RequiredNotChecked).await;
        }
        self.without_credentials(plain).await;
    }
}
