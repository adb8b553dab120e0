//! Calls of everything that a component answers, as the agent makes them.

use serde_json::Value;

use super::profile;
use super::target::{CheckTarget, Component};
use crate::cli::one::One;
use connector::conform::{
    Example, Expectation, Finding, Findings, Rule, Severity, Values, examine_page, examine_skill, note,
};
use contract::{Capability, Method, OPERATIONS, Operation, ParameterKind, Skill, SkillParameter};

/// The findings of a trial.
#[derive(Default)]
pub(super) struct TrialReport {
    /// Answers that the host has to repair or to replace by a fault. All of them are errors to an author.
    repaired: Findings,
    /// Faults that would reach the agent.
    found: Findings,
    /// The capabilities and skills of whose answers items were examined.
    examined: usize,
    /// Those that answered with no item, by their names.
    unexamined: Vec<String>,
}

impl TrialReport {
    /// Returns whether any item of an answer was examined.
    pub(super) fn has_examined(&self) -> bool {
        self.examined > 0
    }

    /// Returns the capabilities and skills that answered with no item.
    pub(super) fn unexamined(&self) -> &[String] {
        &self.unexamined
    }

    /// Returns the findings that break the contract.
    pub(super) fn breaks(&self) -> Vec<&Finding> {
        let errors = self.found.all().iter().filter(|finding| finding.rule.severity() == Severity::Error);
        self.repaired.all().iter().chain(errors).collect()
    }

    /// Returns the findings that may cause errors.
    pub(super) fn warns(&self) -> Vec<&Finding> {
        self.found.all().iter().filter(|finding| finding.rule.severity() == Severity::Warning).collect()
    }
}

/// Calls each operation and skill, with the inputs of `example`.
pub(super) async fn try_out(one: &One, example: &Example) -> TrialReport {
    let plugin = one.plugin();
    let mut tried = TrialReport::default();
    for told in &plugin.repairs().notes {
        tried.repaired.add(Rule::ProfileFlaw, "about", told.to_string());
    }
    for lacked in plugin.profile().map_or_else(|| vec![profile::NONE], profile::lacked_by) {
        tried.found.add(Rule::ProfileIncomplete, "about", lacked);
    }
    let languages = plugin.profile().map(|profile| profile.languages.clone()).unwrap_or_default();
    for operation in OPERATIONS.into_iter().filter(|operation| plugin.capabilities().contains(&operation.capability)) {
        let location = name(operation);
        let component = Component::new(one, CheckTarget::Page(operation));
        let bounds = Expectation::of_component(&location, &languages);
        examine_page(&component, bounds, operation, example, &mut tried.found).await;
        tried.add(&component, &location);
    }
    for skill in plugin.skills() {
        let location = format!("{} {}", Capability::Chat, skill.name);
        let component = Component::new(one, CheckTarget::Skill(skill));
        let mut bounds = Expectation::of_component(&location, &languages);
        bounds.card_sizes = component.limits().card_sizes();
        examine_skill(&component, bounds, values(skill, example), &[], &mut tried.found).await;
        tried.add(&component, &location);
    }
    tried
}

impl TrialReport {
    /// Adds the results of the calls of one capability or skill.
    fn add(&mut self, component: &Component<'_>, location: &str) {
        component.with_calls(|calls| {
            match calls.has_items {
                true => self.examined += 1,
                false => self.unexamined.push(location.to_owned()),
            }
            for told in &calls.notes {
                self.repaired.add(note(told), location, told.to_string());
            }
            for fault in &calls.faults {
                self.repaired.add(Rule::PluginFault, location, fault);
            }
            for declined in &calls.declined {
                self.found.add(Rule::NothingAnswered, location, declined);
            }
            for near in calls.most.near(component.limits()) {
                self.found.add(Rule::NearLimit, location, near);
            }
        });
    }
}

/// Returns the name by which an author knows an operation.
fn name(operation: &Operation) -> String {
    match (operation.capability, operation.method) {
        (Capability::EmailSummary, Method::Post) => format!("{}, second version", operation.capability),
        (capability, _) => capability.to_string(),
    }
}

/// Returns a value for each parameter of a skill, from the example where it has one.
fn values(skill: &Skill, example: &Example) -> Values {
    let value = |parameter: &SkillParameter| {
        let given = example.get(&parameter.name);
        match parameter.kind {
            ParameterKind::Text => Value::from(given.unwrap_or("something")),
            ParameterKind::Integer => given.and_then(|text| text.parse::<i32>().ok()).unwrap_or(1).into(),
            ParameterKind::Number => given.and_then(|text| text.parse::<f64>().ok()).unwrap_or(1.5).into(),
            ParameterKind::Boolean => given.is_none_or(|text| text.eq_ignore_ascii_case("true")).into(),
            ParameterKind::Instant => Value::from(given.unwrap_or("2026-01-01T00:00:00Z")),
            ParameterKind::Choice => {
                Value::from(given.or(parameter.choices.first().map(String::as_str)).unwrap_or_default())
            }
        }
    };
    skill.parameters.iter().map(|parameter| (parameter.name.clone(), value(parameter))).collect()
}
