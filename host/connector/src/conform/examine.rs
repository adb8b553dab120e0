//! The examination of one operation: the requests, their order, and the checks of each answer.

mod page;
mod paging;
mod refusals;
mod skill;
mod variants;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::judge::{error_code, judge_error};
use super::matching::Outputs;
use super::pairing::Pair;
use super::schema::AnswerSchema;
use super::target::{Target, TargetResponse};
use super::{Exchange, Finding, Findings, Probe, RequestCount, Rule, Served};
use contract::CardSizes;
pub use page::examine_page;
pub use skill::examine_skill;

/// The time that the agent waits for an answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The facts about the operation or skill that is examined.
#[derive(Clone, Copy, Debug)]
pub struct Expectation<'a> {
    /// Its name in reports.
    pub location: &'a str,
    /// The languages between which answers should differ.
    pub languages: &'a [String],
    /// True if it parses requests by itself. The host parses those of a component, and checks its answers.
    pub reads_requests: bool,
    /// True if it requires a token or key.
    pub wants_credentials: bool,
    /// The sizes that its cards may have.
    pub card_sizes: CardSizes,
    /// The schema of its answers, by its definition.
    pub(super) schema: Option<&'a AnswerSchema>,
    /// The names that it gives to the fields of its answers.
    pub(super) outputs: &'a Outputs,
    /// The inputs that it takes; all, if it does not declare them.
    pub(super) inputs: Option<&'a [Pair]>,
}

impl<'a> Expectation<'a> {
    /// Returns the bounds of a plugin's capability or skill, whose requests the host has parsed.
    pub fn of_component(location: &'a str, languages: &'a [String]) -> Self {
        static BY_NAME: Outputs = Outputs::by_name();
        Self {
            location,
            languages,
            reads_requests: false,
            wants_credentials: false,
            card_sizes: CardSizes::default(),
            schema: None,
            outputs: &BY_NAME,
            inputs: None,
        }
    }

    /// Returns whether it takes an input.
    fn takes(&self, parameter: &str) -> bool {
        self.inputs.is_none_or(|pairs| pairs.iter().any(|pair| pair.parameter == parameter))
    }
}

/// The state of an examination.
struct Examination<'a, T> {
    target: &'a T,
    bounds: Expectation<'a>,
    findings: &'a mut Findings,
    asked: RequestCount,
    /// The mismatches of answers with their schema, the first of each kind and place.
    mismatches: BTreeMap<(String, String), String>,
}

/// The outcome of a plain request.
enum Plain {
    /// It was answered with this body.
    Answered(Value),
    /// The record is not known.
    Unknown,
    /// It failed, and a finding says so. Further requests would fail alike.
    Failed,
}

impl<'a, T: Target> Examination<'a, T> {
    fn new(target: &'a T, bounds: Expectation<'a>, findings: &'a mut Findings) -> Self {
        Self { target, bounds, findings, asked: RequestCount::default(), mismatches: BTreeMap::new() }
    }

    /// Reports the mismatches with the definition's own schema that the contract's rules have not reported, and returns
    /// the requests.
    fn finish(mut self) -> RequestCount {
        for ((place, _), what) in std::mem::take(&mut self.mismatches) {
            // `value/*/title` is reported with the name of the field, `value/*` as an item.
            let mut fields = place.split('/').filter(|step| !matches!(*step, "value" | "*")).peekable();
            let names: Vec<String> = match fields.peek() {
                Some(_) => fields.map(|field| format!("`{field}`")).collect(),
                None => ["`value`", "item "].map(str::to_owned).to_vec(),
            };
            let is_reported =
                |finding: &Finding| is_of_content(finding.rule) && names.iter().any(|name| finding.what.contains(name));
            let is_told = self.findings.at(self.bounds.location).any(is_reported);
            if !is_told {
                self.find(Rule::SchemaMismatch, what);
            }
        }
        self.asked
    }

    fn find(&mut self, rule: Rule, what: impl Into<String>) {
        self.findings.add(rule, self.bounds.location, what);
    }

    /// Sends a request, and judges the time that its answer takes. Without a whole answer it adds a finding and returns
    /// `None`.
    async fn ask(&mut self, probe: &Probe) -> Option<TargetResponse> {
        let Served { reply, took } = self.target.ask(probe).await;
        self.asked.add(&probe.about, took);
        let about = &probe.about;
        // The time of a component is bounded and judged by its limits.
        if self.bounds.reads_requests && matches!(reply, Exchange::Answer(_)) {
            if took > PATIENCE {
                self.find(Rule::AnswerLate, format!("{about}: the answer took {:.1} s", took.as_secs_f64()));
                return None;
            }
            if took > PATIENCE / 2 {
                self.find(Rule::AnswerSlow, format!("{about}: the answer took {:.1} s", took.as_secs_f64()));
            }
        }
        match reply {
            Exchange::Answer(answer) => Some(answer),
            Exchange::TimedOut => {
                self.find(Rule::AnswerLate, format!("{about}: no whole answer after {:.1} s", took.as_secs_f64()));
                None
            }
            Exchange::Broken(why) => {
                self.find(Rule::AnswerBroken, format!("{about}: {why}"));
                None
            }
            Exchange::Nothing => None,
        }
    }

    /// Sends a request that must succeed, and parses its answer.
    async fn ask_plainly(&mut self, probe: &Probe) -> Plain {
        let Some(answer) = self.ask(probe).await else { return Plain::Failed };
        let about = &probe.about;
        match answer.status {
            200 => self.read(&answer, about).map_or(Plain::Failed, Plain::Answered),
            404 if error_code(&answer.body).as_deref() == Some("RECORD_NOT_FOUND") => {
                judge_error(404, &answer.body, about, self.bounds.location, self.findings);
                Plain::Unknown
            }
            status => {
                self.find(Rule::RequestRefused, format!("{about}: the answer is {}", told(status, &answer.body)));
                if status >= 400 {
                    judge_error(status, &answer.body, about, self.bounds.location, self.findings);
                }
                Plain::Failed
            }
        }
    }

    /// Parses the body of a successful answer, with the checks that pages and cards have in common.
    fn read(&mut self, answer: &TargetResponse, about: &str) -> Option<Value> {
        let kind = answer.content_type.as_deref().unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let what = format!("the content type is `{kind}`");
            let is_about_it = |finding: &Finding| finding.rule == Rule::ContentType && finding.what.ends_with(&what);
            if !self.findings.at(self.bounds.location).any(is_about_it) {
                self.find(Rule::ContentType, format!("{about}: {what}"));
            }
        }
        let body: Value = match serde_json::from_slice(&answer.body) {
            Ok(body) => body,
            Err(error) => {
                self.find(Rule::BodyNotJson, format!("{about}: {error}"));
                return None;
            }
        };
        for mismatch in self.bounds.schema.map(|schema| schema.mismatches(&body)).unwrap_or_default() {
            let what = format!("{about}: {}", mismatch.what);
            self.mismatches.entry((mismatch.place, mismatch.keyword)).or_insert(what);
        }
        Some(body)
    }

    /// Sends a request that must be accepted as the plain request was; if it is not, `rule` is broken.
    async fn expect_taken(&mut self, probe: &Probe, rule: Rule) -> Option<TargetResponse> {
        let answer = self.ask(probe).await?;
        let is_unknown = answer.status == 404 && error_code(&answer.body).as_deref() == Some("RECORD_NOT_FOUND");
        if answer.status == 200 || is_unknown {
            return Some(answer);
        }
        self.find(rule, format!("{}: the answer is {}", probe.about, told(answer.status, &answer.body)));
        None
    }
}

/// Returns whether a rule finds what the schema of an answer may find too.
fn is_of_content(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::ValueMissing
            | Rule::HasMoreType
            | Rule::RequiredMissing
            | Rule::FieldType
            | Rule::TextTooLong
            | Rule::DateInvalid
            | Rule::UrlInvalid
            | Rule::ValueUnknown
            | Rule::PropertiesType
            | Rule::CardMissing
            | Rule::CardPreview
    )
}

/// Formats a status with the error code of its body.
fn told(status: u16, body: &Bytes) -> String {
    error_code(body).map_or_else(|| status.to_string(), |code| format!("{status} {code}"))
}
