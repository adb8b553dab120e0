//! The matching of a definition's operations with those that the agent knows, and the reasons why one does not match.

mod inputs;
mod outputs;
mod skill;
mod standing;
mod values;

use std::collections::BTreeMap;

use serde::Serialize;

use super::definition::{Action, ActionInput, ConnectorDefinition};
use super::official::SwaggerFlaws;
use super::pairing::{Candidate, Pair, find_input, pair};
use super::wording::{Likeness, compare, is_alike, similarity};
use super::{Example, Findings, Rule, Values};
use crate::operation_ids::OperationIds;
use contract::{Method, OPERATIONS, Operation};
pub(super) use outputs::Outputs;

/// The beginning of the operation ids that partners have given to the agent's operations.
const FAMILY: &str = "scp-";

/// The use that the agent has for an operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum AgentRole {
    /// It enhances a capability.
    Page(&'static Operation),
    /// It answers in the chat.
    Skill,
    /// The platform tests a connection with it, or it is internal.
    Aside,
    /// The agent has no use for it.
    Unknown,
}

/// The quality of a match: whether the agent finds the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fit {
    /// The agent finds it: by its description, byte for byte, or by the shape of its answer.
    Exact,
    /// The agent finds it if it tolerates a missing full stop.
    Nearly,
    /// The agent does not find it by its description.
    No,
}

/// An operation with its role.
#[derive(Debug)]
pub(super) struct Match<'d> {
    pub(super) action: &'d Action,
    pub role: AgentRole,
    /// The quality of the match of its description.
    pub(super) fit: Fit,
    /// The inputs of the table that it takes.
    pub(super) inputs: Vec<Pair>,
    /// The fields of the table that its answers hold.
    pub(super) outputs: Outputs,
}

impl Match<'_> {
    /// Returns whether the agent uses it, or would without its flaws.
    pub(super) fn is_for_agent(&self) -> bool {
        matches!(self.role, AgentRole::Page(_) | AgentRole::Skill)
    }

    /// Returns whether it concerns the agent: it is used by the agent, or named as if it should be.
    pub(super) fn concerns_agent(&self) -> bool {
        self.is_for_agent() || self.action.id.as_deref().is_some_and(|id| id.starts_with(FAMILY))
    }

    /// Returns its name in reports.
    pub(super) fn name(&self) -> String {
        self.action.name()
    }

    /// Returns inputs for a chat skill, from the example where it has them, and the names of the required ones.
    pub(super) fn skill_values(&self, example: &Example) -> (Values, Vec<String>) {
        let value = |input: &ActionInput| {
            let given = example.get(&input.name).map(|text| skill::value(&input.shape, text));
            let made_up = || input.required.then(|| skill::made_up(&input.shape));
            Some((input.name.clone(), given.or_else(made_up)?))
        };
        let required = self.action.inputs.iter().filter(|input| input.required).map(|input| input.name.clone());
        (self.action.inputs.iter().filter_map(value).collect(), required.collect())
    }

    /// Returns its method and path.
    pub(super) fn route(&self) -> String {
        format!("{} {}", self.action.method, self.action.path)
    }
}

/// Matches every operation of a definition.
pub(super) fn match_actions(definition: &ConnectorDefinition) -> Vec<Match<'_>> {
    definition.actions().iter().map(|action| matched(definition, action)).collect()
}

/// Finds the flaws of operations that the agent objects to; with `all`, also of those that do not concern the agent.
pub(super) fn check_matches(
    definition: &ConnectorDefinition,
    matches: &[Match<'_>],
    all: bool,
    flaws: &SwaggerFlaws,
    findings: &mut Findings,
) {
    for matched in matches {
        let (action, location) = (matched.action, matched.name());
        // Whoever uses an operation, its form can keep the whole file from being imported.
        standing::check_form(definition, action, &location, findings);
        if !definition.is_swagger() {
            for malformed in &action.malformed {
                findings.add(Rule::ParameterMalformed, &location, malformed);
            }
        }
        if all || matched.concerns_agent() {
            check(definition, matched, flaws, findings);
        }
    }
    check_shared(matches, findings);
}

fn matched<'d>(definition: &ConnectorDefinition, action: &'d Action) -> Match<'d> {
    let role = role(definition, action);
    let (inputs, outputs, fit) = match role {
        AgentRole::Page(operation) => (
            pair(operation.inputs, &Candidate::inputs(&action.inputs)),
            Outputs::of(operation, action),
            match compare(&action.description, operation.description) {
                Likeness::Exact => Fit::Exact,
                Likeness::Period => Fit::Nearly,
                Likeness::Near(_) => Fit::No,
            },
        ),
        AgentRole::Skill => (Vec::new(), Outputs::default(), Fit::Exact),
        AgentRole::Aside | AgentRole::Unknown => (Vec::new(), Outputs::default(), Fit::No),
    };
    Match { action, role, fit, inputs, outputs }
}

fn role(definition: &ConnectorDefinition, action: &Action) -> AgentRole {
    let by_description = OPERATIONS.into_iter().filter(|operation| action.description == operation.description);
    if let Some(operation) = best(by_description, action) {
        return AgentRole::Page(operation);
    }
    let alike = OPERATIONS.into_iter().filter(|operation| is_alike(&action.description, operation.description));
    let likeness = |operation: &&Operation| similarity(&action.description, operation.description);
    let alike: Vec<&'static Operation> = alike.collect();
    let highest = alike.iter().map(likeness).max_by(f64::total_cmp);
    let likest = alike.into_iter().filter(|operation| Some(likeness(operation)) == highest);
    if let Some(operation) = best(likest, action) {
        return AgentRole::Page(operation);
    }
    if let Some(operation) = action.id.as_deref().and_then(OperationIds::operation) {
        return AgentRole::Page(operation);
    }
    let answers_cards = action.answer.as_ref().is_some_and(|answer| answer.shape.property("adaptiveCards").is_some());
    if answers_cards {
        AgentRole::Skill
    } else if definition.tests_connection(action) || action.internal {
        AgentRole::Aside
    } else {
        AgentRole::Unknown
    }
}

/// Chooses the operation whose inputs `action` shares most: both versions of email summary have the same description.
fn best(operations: impl Iterator<Item = &'static Operation>, action: &Action) -> Option<&'static Operation> {
    let candidates = Candidate::inputs(&action.inputs);
    operations.max_by_key(|operation| {
        let is_there = |required: bool| {
            let inputs = operation.inputs.iter().filter(|input| input.required || !required);
            inputs.filter(|input| find_input(&candidates, input, operation.inputs).is_some()).count()
        };
        (is_there(true), action.method == method(operation), is_there(false))
    })
}

pub(super) fn method(operation: &Operation) -> &'static str {
    match operation.method {
        Method::Get => "GET",
        Method::Post => "POST",
    }
}

/// Finds the flaws of one operation.
fn check(definition: &ConnectorDefinition, matched: &Match<'_>, flaws: &SwaggerFlaws, findings: &mut Findings) {
    let (action, location) = (matched.action, matched.name());
    if matched.is_for_agent() {
        standing::check(definition, action, &location, findings);
    }
    match matched.role {
        AgentRole::Page(operation) => {
            check_description(action, operation, &location, findings);
            if action.method != method(operation) {
                let what = format!("it is called by {}; {} is documented", action.method, method(operation));
                findings.add(Rule::Method, &location, what);
            }
            let mut found = Findings::default();
            inputs::check(operation.inputs, &Candidate::inputs(&action.inputs), "", &location, &mut found);
            let is_broken = has_broken_inputs(definition, action, flaws);
            findings.extend(found, |rule| !is_broken || !is_of_form(rule));
            let mut found = Findings::default();
            outputs::check(operation, action, &location, &mut found);
            findings.extend(found, |rule| !flaws.cover(&format!("{}/responses", action.pointer)) || !is_of_form(rule));
        }
        AgentRole::Skill => skill::check(action, &location, findings),
        AgentRole::Aside => {}
        // Without a sound answer, a chat skill is not recognised as one.
        AgentRole::Unknown if flaws.cover(&format!("{}/responses", action.pointer)) => {}
        AgentRole::Unknown if action.answer.as_ref().is_some_and(|answer| answer.shape.is_broken) => {}
        AgentRole::Unknown => findings.add(Rule::OperationUnknown, &location, describe_nearest(action)),
    }
}

/// Returns whether some inputs of an operation cannot be read, which is reported as such.
fn has_broken_inputs(definition: &ConnectorDefinition, action: &Action, flaws: &SwaggerFlaws) -> bool {
    let listed = definition.declared(action)["parameters"].as_array().into_iter().flatten();
    let mut references = listed.filter_map(|parameter| parameter["$ref"].as_str());
    let leads_nowhere = references.any(|reference| definition.broken().iter().any(|broken| broken == reference));
    leads_nowhere || flaws.cover(&format!("{}/parameters", action.pointer))
}

/// Returns whether a rule also finds what Swagger's schema has found in the same place.
fn is_of_form(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::InputMissing
            | Rule::OptionalInputMissing
            | Rule::InputNotRequired
            | Rule::InputType
            | Rule::InputFormat
            | Rule::AnswerSchemaMissing
            | Rule::OutputMissing
            | Rule::OutputNotRequired
            | Rule::OutputType
            | Rule::OutputFormat
    )
}

fn check_description(action: &Action, operation: &Operation, location: &str, findings: &mut Findings) {
    let capability = operation.capability;
    match compare(&action.description, operation.description) {
        Likeness::Exact => {}
        Likeness::Period => {
            findings.add(
                Rule::DescriptionPeriod,
                location,
                format!("its description, that of {capability}, lacks its full stop"),
            );
        }
        Likeness::Near(difference) => {
            let what =
                format!("nearest to {capability}, but {difference}; the agent's text: {}", operation.description);
            findings.add(Rule::OperationDescription, location, what);
        }
    }
}

/// Describes the agent's operation that is nearest to one that the agent does not know.
fn describe_nearest(action: &Action) -> String {
    let (nearest, likeness) = nearest(action);
    format!(
        "the agent does not know its description (nearest is {}, {:.0} % alike), and its answer has no `adaptiveCards`",
        nearest.capability,
        100.0 * likeness
    )
}

/// Returns the agent's operation whose description is nearest, and the likeness, from 0 to 1.
pub(super) fn nearest(action: &Action) -> (&'static Operation, f64) {
    let likeness = |operation: &Operation| similarity(&action.description, operation.description);
    let known = OPERATIONS.into_iter().map(|operation| (operation, likeness(operation)));
    known.max_by(|one, other| one.1.total_cmp(&other.1)).expect("the table is not empty")
}

/// Finds ids and descriptions that operations share but must not.
fn check_shared(matches: &[Match<'_>], findings: &mut Findings) {
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    let mut descriptions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for matched in matches {
        if let Some(id) = &matched.action.id {
            *ids.entry(id).or_default() += 1;
        }
        if let AgentRole::Page(operation) = matched.role {
            descriptions.entry(operation.description).or_default().push(matched.route());
        }
    }
    for (id, count) in ids.into_iter().filter(|(_, count)| *count > 1) {
        findings.add(Rule::OperationIdShared, id, format!("{count} operations have this `operationId`"));
    }
    for (_, routes) in descriptions.into_iter().filter(|(_, routes)| routes.len() > 1) {
        let what = format!("{} are described as one capability", routes.join(" and "));
        findings.add(Rule::DescriptionShared, "", what);
    }
}

#[cfg(test)]
mod tests;
