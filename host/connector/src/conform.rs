//! The conformance check of connectors and plugins, from the agent's point of view.
//!
//! A connector's `definition` is matched with the table of operations by its descriptions, as the agent does it
//! (`matching`). The operations are then called as the agent calls them (`examine`), and their answers are
//! validated against the contract (`judge`). A connector of any origin is called over HTTP; a component is run
//! directly. Both are judged by the one table of `rules`.

mod card;
mod definition;
mod examine;
mod finding;
mod formalities;
mod http;
mod judge;
mod matching;
mod pairing;
mod probe;
mod report;
mod rules;
mod schema;
mod target;
mod wording;

pub use definition::{ConnectorDefinition, DefinitionError};
pub use examine::{Expectation, examine_page, examine_skill};
pub use finding::{Finding, Findings};
pub use http::{Base, HeaderSecret, HttpError};
pub use judge::note;
pub use probe::{Example, Probe, Values};
pub use quick_junit::SerializeError;
pub use report::{Report, RequestCount};
pub use rules::{Rule, Severity};
pub use target::{Exchange, Served, Target, TargetResponse};

use http::HttpTarget;
use matching::{AgentRole, Match, match_actions};
use schema::AnswerSchema;

/// Judges a definition, and the service at `base` if there is one.
///
/// `example` names records that the service knows, and `languages` are those between which answers should differ.
pub async fn conform(
    definition: &ConnectorDefinition,
    base: Option<&Base>,
    example: &Example,
    languages: &[String],
) -> Report {
    let mut report = Report::default();
    let matches = match_actions(definition, &mut report.findings);
    for matched in &matches {
        let location = matched.name();
        let schema = answer_schema(definition, matched, &location, &mut report.findings);
        let Some(base) = base else {
            report.add(matched, RequestCount::default());
            continue;
        };
        let bounds = Expectation {
            card_sizes: contract::CardSizes::default(),
            location: &location,
            languages,
            reads_requests: true,
            wants_credentials: base.has_credentials(),
            schema: schema.as_ref(),
            outputs: &matched.outputs,
            inputs: Some(&matched.inputs),
        };
        let target = HttpTarget::new(base, matched, definition.base_path());
        let findings = &mut report.findings;
        let asked = match matched.role {
            AgentRole::Page(operation) => examine_page(&target, bounds, operation, example, findings).await,
            AgentRole::Skill => {
                let (values, required) = matched.skill_values(example);
                examine_skill(&target, bounds, values, &required, findings).await
            }
            AgentRole::Aside | AgentRole::Unknown => RequestCount::default(),
        };
        report.add(matched, asked);
    }
    report
}

/// Returns the schema of the answers that the agent uses, if it is a valid one.
fn answer_schema(
    definition: &ConnectorDefinition,
    matched: &Match<'_>,
    location: &str,
    findings: &mut Findings,
) -> Option<AnswerSchema> {
    match matched.role {
        AgentRole::Page(_) | AgentRole::Skill => {}
        AgentRole::Aside | AgentRole::Unknown => return None,
    }
    match AnswerSchema::of(definition, matched.action)? {
        Ok(schema) => Some(schema),
        Err(why) => {
            findings.add(Rule::SchemaUnusable, location, format!("the schema of a good answer: {why}"));
            None
        }
    }
}
