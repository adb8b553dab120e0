//! The checks of certification that concern operations.

use super::definition::{Action, BareError, ConnectorDefinition, InputLocation};
use super::matching::{AgentRole, Match};
use super::official::SwaggerFlaws;
use super::{Finding, Findings, Rule};
use crate::certification;

/// The statuses that the documentation declares for every operation.
const STATUSES: [&str; 7] = ["200", "400", "401", "403", "404", "429", "500"];

/// Checks the agent's operations; with `all`, every operation.
pub(super) fn check(
    definition: &ConnectorDefinition,
    matches: &[Match<'_>],
    all: bool,
    flaws: &SwaggerFlaws,
    findings: &mut Findings,
) {
    for matched in matches.iter().filter(|matched| all || matched.concerns_agent()) {
        let (action, location) = (matched.action, matched.name());
        if !flaws.cover(&format!("{}/summary", action.pointer)) {
            check_summary(action, &location, findings);
        }
        if matches!(matched.role, AgentRole::Aside) || flaws.cover(&format!("{}/responses", action.pointer)) {
            continue;
        }
        // Without a good answer there is another finding, of the answer or of the operation.
        let is_told = |finding: &Finding| matches!(finding.rule, Rule::AnswerSchemaMissing | Rule::OperationUnknown);
        let has_no_answer = findings.at(&location).any(is_told);
        let is_missing = |status: &&str| !(action.statuses.contains(*status) || has_no_answer && *status == "200");
        let missing: Vec<&str> = STATUSES.into_iter().filter(is_missing).collect();
        if !missing.is_empty() && !action.statuses.contains("default") {
            findings.add(Rule::ResponsesUndeclared, &location, format!("{} are not declared", missing.join(", ")));
        }
        check_errors(action, &location, findings);
        // Certification has no such rule for OpenAPI 3 yet.
        if definition.is_swagger() {
            check_parameters(action, &location, findings);
        }
    }
}

/// Checks the schemas of errors. One that operations share is told once.
fn check_errors(action: &Action, location: &str, findings: &mut Findings) {
    let mut bare = Vec::new();
    for BareError { status, reference } in &action.bare_errors {
        match reference {
            Some(reference) => {
                let what = format!("`{reference}` is declared for errors, and does not require a text `errorCode`");
                findings.add(Rule::ErrorSchemaMissing, "", what);
            }
            None => bare.push(status.as_str()),
        }
    }
    if !bare.is_empty() {
        let what = format!("{} are declared without a schema that requires a text `errorCode`", bare.join(", "));
        findings.add(Rule::ErrorSchemaMissing, location, what);
    }
}

fn check_summary(action: &Action, location: &str, findings: &mut Findings) {
    let summary = action.summary.trim();
    let mut object = |what: &str| findings.add(Rule::Summary, location, what);
    if summary.is_empty() {
        object("it has no summary");
        return;
    }
    if summary.chars().count() > certification::LONGEST_SUMMARY {
        object("the summary has more than 80 characters");
    }
    if summary.contains('/') {
        object("the summary has a slash");
    }
    if !summary.ends_with(char::is_alphanumeric) {
        object("the summary ends in punctuation");
    }
    if summary.trim_end_matches('.').eq_ignore_ascii_case(action.description.trim().trim_end_matches('.')) {
        object("summary and description are the same");
    }
}

fn check_parameters(action: &Action, location: &str, findings: &mut Findings) {
    let told = findings.names_of(|finding| is_of_description(finding, location));
    // Certification requires neither for the members of a body.
    for input in action.inputs.iter().filter(|input| input.location != InputLocation::Body) {
        let name = &input.name;
        if !input.has_summary {
            findings.add(Rule::ParameterSummary, location, format!("`{name}` has no `x-ms-summary`"));
        }
        if !input.shape.description.ends_with('.') && !told.contains(name) {
            findings.add(Rule::ParameterSummary, location, format!("the description of `{name}` lacks a full stop"));
        }
    }
}

/// Returns whether another rule has found a fault in a description at this location.
fn is_of_description(finding: &Finding, location: &str) -> bool {
    let is_of_description = matches!(
        finding.rule,
        Rule::DescriptionPeriod | Rule::InputDescription | Rule::OptionalInputDescription | Rule::SkillDescription
    );
    is_of_description && finding.location == location
}
