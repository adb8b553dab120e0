//! Tests of the roles of operations.

use serde_json::{Value, json};

use super::*;
use contract::operation::{EMAIL_DRAFT, EMAIL_SUMMARY, EMAIL_SUMMARY_V2, KEY_SALES_INFO, RECORD_SUMMARY};

/// Builds a definition of this operation alone.
fn definition(method: &str, operation: &Value) -> ConnectorDefinition {
    let document = json!({"swagger": "2.0", "paths": {"/a": {method: operation}}});
    ConnectorDefinition::read(document.to_string().as_bytes()).expect("it is a definition")
}

fn inputs(of: &Operation) -> Value {
    of.inputs.iter().map(|input| json!({"name": input.name, "in": "query", "description": input.description})).collect()
}

fn role_of(method: &str, operation: &Value) -> AgentRole {
    let definition = definition(method, operation);
    role(&definition, &definition.actions()[0])
}

fn rules_of(method: &str, operation: &Value) -> Vec<Rule> {
    let definition = definition(method, operation);
    let mut findings = Findings::default();
    let matches = match_actions(&definition);
    check_matches(&definition, &matches, true, &SwaggerFlaws::default(), &mut findings);
    findings.all().iter().map(|finding| finding.rule).collect()
}

fn is(role: AgentRole, operation: &Operation) -> bool {
    matches!(role, AgentRole::Page(found) if found.id == operation.id)
}

#[test]
fn an_operation_is_known_by_its_description_whatever_its_name() {
    for operation in [&RECORD_SUMMARY, &KEY_SALES_INFO, &EMAIL_DRAFT] {
        let action = json!({"operationId": "x", "description": operation.description, "parameters": inputs(operation)});

        assert!(is(role_of("get", &action), operation), "{}", operation.id);
    }
}

#[test]
fn versions_that_share_a_description_are_told_apart_by_their_inputs() {
    for operation in [&EMAIL_SUMMARY, &EMAIL_SUMMARY_V2] {
        let action = json!({"description": operation.description, "parameters": inputs(operation)});

        assert!(is(role_of("get", &action), operation), "{}", operation.id);
    }
}

#[test]
fn a_description_that_is_near_or_an_id_that_is_known_still_tells_what_was_meant() {
    let near = KEY_SALES_INFO.description.replace("C4S", "Copilot for Sales");

    assert!(is(role_of("get", &json!({"description": near})), &KEY_SALES_INFO));
    assert!(is(
        role_of("get", &json!({"operationId": RECORD_SUMMARY.id, "description": "Activities."})),
        &RECORD_SUMMARY
    ));
}

#[test]
fn what_answers_cards_is_a_skill_and_what_tests_connections_is_left_alone() {
    let cards = json!({"200": {"schema": {"properties": {"adaptiveCards": {"type": "array"}}}}});

    assert!(matches!(role_of("get", &json!({"description": "Lists.", "responses": cards})), AgentRole::Skill));
    assert!(matches!(role_of("get", &json!({"x-ms-visibility": "internal"})), AgentRole::Aside));
    assert!(matches!(role_of("get", &json!({"description": "Lists."})), AgentRole::Unknown));
}

#[test]
fn what_the_platform_fills_in_may_be_required() {
    let with = |extra: Value| {
        let mut parameters = inputs(&RECORD_SUMMARY);
        parameters.as_array_mut().expect("a list").push(extra);
        rules_of("get", &json!({"description": RECORD_SUMMARY.description, "parameters": parameters}))
    };
    let filled_in =
        json!({"name": "v", "in": "query", "required": true, "default": "1", "x-ms-visibility": "internal"});
    let header = json!({"name": "Accept-Language", "in": "header", "required": true, "type": "string"});

    assert!(!with(filled_in).contains(&Rule::ExtraRequiredInput));
    assert!(!with(header).contains(&Rule::ExtraRequiredInput));
    assert!(with(json!({"name": "v", "in": "query", "required": true})).contains(&Rule::ExtraRequiredInput));
}

#[test]
fn members_of_a_body_are_held_against_the_table_too() {
    let thread = json!({"type": "object", "description": EMAIL_DRAFT.inputs[0].description, "required": ["tenant"], "properties": {
        "subject": {"type": "string", "description": "This input provides the subject of the email."},
        "to": {"type": "string", "description": "Receivers."},
        "tenant": {"type": "string"},
    }});
    let kind = json!({"type": "string", "description": EMAIL_DRAFT.inputs[1].description});
    let schema = json!({"required": ["resourceData", "resourceType"], "properties": {"resourceData": thread, "resourceType": kind}});
    let body = json!([{"in": "body", "name": "body", "schema": schema}]);

    let rules = rules_of("post", &json!({"description": EMAIL_DRAFT.description, "parameters": body}));

    assert!(rules.contains(&Rule::OptionalInputDescription), "{rules:?}");
    assert!(rules.contains(&Rule::InputType), "{rules:?}");
    assert!(rules.contains(&Rule::ExtraRequiredInput), "{rules:?}");
    assert!(!rules.contains(&Rule::InputMissing), "{rules:?}");
}
