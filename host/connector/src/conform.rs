//! The conformance check of connectors and plugins, from the agent's point of view.
//!
//! A connector's `definition` is matched with the table of operations by its descriptions, as the agent does it
//! (`matching`). The operations are then called as the agent calls them (`examine`), and their answers are
//! validated against the contract (`judge`). A connector of any origin is called over HTTP; a component is run
//! directly. Both are judged by the one table of `rules`. The other checks of a definition are those of Swagger's own
//! schema (`official`), of the sign-in (`security`), of certification (`formalities`), and of the file as a `whole`.

pub mod agent;
mod card;
mod definition;
mod examine;
mod finding;
mod formalities;
mod http;
mod judge;
mod matching;
pub mod mcp;
mod metadata;
mod official;
mod pairing;
mod probe;
mod redaction;
mod report;
mod rules;
mod schema;
mod scope;
mod security;
mod target;
mod whole;
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
pub use scope::{CheckScope, DefinitionOrigin};
pub use target::{Exchange, Served, Target, TargetResponse};

use http::HttpTarget;
use matching::{AgentRole, Match, check_matches, match_actions};
use official::SwaggerFlaws;
use schema::AnswerSchema;

/// Judges a definition, and the service at `base` if there is one.
///
/// `example` names records that the service knows, and `languages` are those between which answers should differ.
/// Operations that do not concern the agent are counted, and checked only if `scope` includes them.
pub async fn conform(
    definition: &ConnectorDefinition,
    base: Option<&Base>,
    example: &Example,
    languages: &[String],
    scope: CheckScope,
) -> Report {
    let mut report = Report::default();
    report.findings = Findings::redacted(base.map(Base::redaction).unwrap_or_default());
    let matches = match_actions(definition);
    let is_sound = check_definition(definition, &matches, scope, &mut report.findings);
    let is_wanted = |matched: &&Match<'_>| scope.all || matched.concerns_agent();
    report.others = matches.iter().filter(|matched| !is_wanted(matched)).count();
    for matched in matches.iter().filter(is_wanted) {
        let location = matched.name();
        // The schema of a definition that is broken elsewhere may be unusable for that reason alone.
        let mut unusable = Findings::default();
        let schema = answer_schema(definition, matched, &location, &mut unusable);
        report.findings.extend(unusable, |_| is_sound);
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

/// Finds the flaws of a definition that show without a request, and returns whether its form is sound.
fn check_definition(
    definition: &ConnectorDefinition,
    matches: &[Match<'_>],
    scope: CheckScope,
    findings: &mut Findings,
) -> bool {
    let mut flaws = SwaggerFlaws::of(definition);
    whole::check(definition, matches, &flaws, findings);
    if scope.origin == DefinitionOrigin::Import {
        whole::check_import(definition, findings);
    }
    if definition.is_swagger() {
        let misplaced = security::check(definition, matches, &flaws, findings);
        flaws.leave_out(misplaced.as_deref());
    }
    check_matches(definition, matches, scope.all, &flaws, findings);
    metadata::check(definition, scope.origin, &flaws, findings);
    formalities::check(definition, matches, scope.all, &flaws, findings);
    flaws.tell(definition, findings);
    flaws.is_empty() && definition.broken().is_empty()
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
