//! The checks of a definition as a whole: its version, its size, and what it has for the agent.

use super::definition::ConnectorDefinition;
use super::matching::{AgentRole, Match, nearest};
use super::official::SwaggerFlaws;
use super::{Findings, Rule};
use crate::certification::{LARGEST_DEFINITION, LONGEST_DEFINITION};

/// Checks a file that is to be imported into Power Platform.
pub(super) fn check_import(definition: &ConnectorDefinition, findings: &mut Findings) {
    if let Some(version) = definition.document()["openapi"].as_str() {
        findings.add(Rule::SwaggerNeeded, "", format!("the definition is OpenAPI {version}"));
    }
    let size = definition.size();
    if size.bytes > LARGEST_DEFINITION {
        let what = format!("it has {} bytes; Power Platform imports at most 1 MiB", size.bytes);
        findings.add(Rule::DefinitionTooLarge, "", what);
    } else if size.characters > LONGEST_DEFINITION {
        let what = format!("it has {} characters; a solution holds at most {LONGEST_DEFINITION}", size.characters);
        findings.add(Rule::DefinitionLarge, "", what);
    }
}

/// Checks that there is something for the agent, and that all of it was read.
pub(super) fn check(
    definition: &ConnectorDefinition,
    matches: &[Match<'_>],
    flaws: &SwaggerFlaws,
    findings: &mut Findings,
) {
    for reference in definition.broken().iter().filter(|_| !flaws.reject("/definitions")) {
        findings.add(Rule::ReferenceBroken, "", format!("`{reference}` cannot be followed"));
    }
    if definition.unread_actions() > 0 {
        let (read, unread) = (definition.actions().len(), definition.unread_actions());
        findings.add(Rule::Unchecked, "", format!("{unread} operations after the first {read}"));
    }
    if definition.has_unread_schemas() {
        findings.add(Rule::Unchecked, "", "its schemas have too many parts, counted with every reference to them");
    }
    if !matches.iter().any(Match::is_for_agent) {
        let unknown = matches.iter().filter(|matched| matches!(matched.role, AgentRole::Unknown));
        let likeliest = unknown.max_by(|one, other| nearest(one.action).1.total_cmp(&nearest(other.action).1));
        let what = match likeliest {
            Some(matched) => {
                let (operation, likeness) = nearest(matched.action);
                let (name, capability) = (matched.name(), operation.capability);
                format!(
                    "the nearest is `{name}`, whose description is {:.0} % like that of {capability}",
                    100.0 * likeness
                )
            }
            None => "it has no operations for makers".to_owned(),
        };
        findings.add(Rule::NothingForAgent, "", what);
    }
    for (path, item) in definition.document()["paths"].as_object().into_iter().flatten() {
        if item.as_object().is_some_and(serde_json::Map::is_empty) {
            findings.add(Rule::PathEmpty, "", format!("`{path}` has no operation"));
        }
    }
    let test = &definition.document()["x-ms-capabilities"]["testConnection"]["operationId"];
    let is_there = |id: &str| definition.actions().iter().any(|action| action.id.as_deref() == Some(id));
    if !test.is_null() && !test.as_str().is_some_and(is_there) && !flaws.cover("/paths") {
        let what = format!("`x-ms-capabilities.testConnection` names {test}, and there is no such operation");
        findings.add(Rule::PlatformExtension, "", what);
    }
}
