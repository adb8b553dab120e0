//! The check of an operation's standing in Power Platform: its id, its marks, its extensions, its media types, and the
//! places of its inputs.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::conform::definition::{Action, ConnectorDefinition, InputLocation};
use crate::conform::{Findings, Rule};

/// The values of `x-ms-visibility`.
const VISIBILITIES: [&str; 5] = ["important", "advanced", "internal", "none", ""];

/// Checks an operation that the agent uses.
pub(super) fn check(definition: &ConnectorDefinition, action: &Action, location: &str, findings: &mut Findings) {
    check_marks(action, location, findings);
    check_extensions(definition, action, location, findings);
    check_media_types(definition, action, location, findings);
    check_places(action, location, findings);
}

/// Checks the parts that keep a whole file from being imported, whoever uses the operation.
pub(super) fn check_form(definition: &ConnectorDefinition, action: &Action, location: &str, findings: &mut Findings) {
    match &action.id {
        None => findings.add(Rule::OperationIdMissing, location, "it has no `operationId`"),
        Some(id) => {
            if let Some(character) = id.chars().find(|character| !is_of_id(*character)) {
                let what = format!("its `operationId` has the character {character:?}");
                findings.add(Rule::OperationIdMalformed, location, what);
            }
        }
    }
    if definition.is_swagger() {
        check_path(action, location, findings);
    }
}

fn is_of_id(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.".contains(character)
}

fn check_marks(action: &Action, location: &str, findings: &mut Findings) {
    for (is_marked, mark) in [
        (action.deprecated, "it is `deprecated`"),
        (action.internal, "it is internal by `x-ms-visibility`"),
        (action.disabled, "`x-ms-openai-data.openai-enabled` is false"),
    ] {
        if is_marked {
            findings.add(Rule::OperationHidden, location, mark);
        }
    }
}

fn check_extensions(definition: &ConnectorDefinition, action: &Action, location: &str, findings: &mut Findings) {
    let declared = definition.declared(action);
    let sharing = definition.actions().iter().filter(|other| other.id == action.id).count();
    // An id that is at fault itself is reported as such.
    let has_own_id = sharing == 1 && action.id.as_deref().is_some_and(|id| id.chars().all(is_of_id));
    let mut object = |what: String| findings.add(Rule::PlatformExtension, location, what);
    let is_known = |visibility: &Value| visibility.as_str().is_some_and(|it| VISIBILITIES.contains(&it));
    if let Some(visibility) = declared.get("x-ms-visibility").filter(|visibility| !is_known(visibility)) {
        object(format!("`x-ms-visibility` is {visibility}"));
    }
    let Some(agents) = declared.get("x-ms-openai-data") else { return };
    if !agents["openai-enabled"].is_boolean() {
        object("`x-ms-openai-data.openai-enabled` is not a boolean".to_owned());
    }
    let operations = agents.get("operations");
    if operations.is_some_and(|operations| operations.as_array().is_none_or(Vec::is_empty)) {
        object("`x-ms-openai-data.operations` lists no operation".to_owned());
    }
    for operation in operations.and_then(Value::as_array).into_iter().flatten() {
        if has_own_id && operation["operationId"].as_str() != action.id.as_deref() {
            object(format!("`x-ms-openai-data` names the operation {}", operation["operationId"]));
        }
        let asks = operation.get("x-ms-require-user-confirmation");
        if asks.is_some_and(|asks| *asks != false) {
            object("`x-ms-openai-data` asks sellers for a confirmation".to_owned());
        }
    }
}

fn check_media_types(definition: &ConnectorDefinition, action: &Action, location: &str, findings: &mut Findings) {
    let (document, declared) = (definition.document(), definition.declared(action));
    let has_body = action.inputs.iter().any(|input| input.location == InputLocation::Body);
    for (keyword, matters) in [("produces", true), ("consumes", has_body)] {
        let stated = [declared, document].map(|of| of[keyword].as_array().map(Vec::as_slice).unwrap_or_default());
        let Some(kinds) = stated.into_iter().find(|kinds| !kinds.is_empty()).filter(|_| matters) else { continue };
        let is_json = |kind: &Value| kind.as_str().is_some_and(is_json);
        if !kinds.iter().any(is_json) {
            let listed: Vec<String> = kinds.iter().map(Value::to_string).collect();
            findings.add(Rule::MediaType, location, format!("`{keyword}` lists {}", listed.join(", ")));
        }
    }
}

fn is_json(kind: &str) -> bool {
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence == "*/*"
}

/// Finds inputs where the agent does not send them.
fn check_places(action: &Action, location: &str, findings: &mut Findings) {
    for input in &action.inputs {
        let place = match input.location {
            InputLocation::Form => "a form",
            InputLocation::Body if action.method == "GET" => "the body of a GET request",
            InputLocation::Header | InputLocation::Body | InputLocation::Query | InputLocation::Path => continue,
        };
        findings.add(Rule::InputLocation, location, format!("input `{}` is in {place}", input.name));
    }
}

/// Compares the parameters that a path has with those that are declared.
fn check_path(action: &Action, location: &str, findings: &mut Findings) {
    let in_path: BTreeSet<&str> =
        action.path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|it| it.0).collect();
    let inputs = action.inputs.iter().filter(|input| input.location == InputLocation::Path);
    let declared: BTreeSet<&str> = inputs.map(|input| input.name.as_str()).collect();
    for name in in_path.difference(&declared) {
        findings.add(Rule::PathParameter, location, format!("`{{{name}}}` of the path is not declared"));
    }
    for name in declared.difference(&in_path) {
        findings.add(Rule::PathParameter, location, format!("the path has no `{{{name}}}`, which is declared"));
    }
}
