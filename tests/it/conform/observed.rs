//! The declarations of certified connectors: those that the agent would match by the documentation, and the reasons why
//! it would not match the rest.

use std::collections::BTreeSet;
use std::fs;

use connector::conform::{Rule, Severity};
use insight_tests::connector::definition;
use serde_json::{Map, Value, json};

use super::judge;

/// The facts: operations of five certified connectors.
fn observed() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/observed-operations.json");
    let text = fs::read_to_string(path).expect("the facts are part of the project");
    serde_json::from_str(&text).expect("the facts are JSON")
}

/// Returns an operation as a definition holds it. The facts lack the schemas of answers.
fn action(operation: &Value) -> Value {
    let mut action = json!({"responses": {"200": {"description": "OK"}}});
    for member in ["operationId", "summary", "description"] {
        action[member] = operation[member].clone();
    }
    for (fact, member) in [("x_ms_visibility", "x-ms-visibility"), ("openai", "x-ms-openai-data")] {
        if !operation[fact].is_null() {
            action[member] = operation[fact].clone();
        }
    }
    action["parameters"] = operation["parameters"].clone();
    for parameter in action["parameters"].as_array_mut().expect("a list") {
        let parameter = parameter.as_object_mut().expect("an object");
        parameter.remove("doc_match");
        if parameter.contains_key("schema") {
            parameter.remove("type");
        }
    }
    action
}

/// Returns the rules that an operation breaks by its descriptions and inputs. The facts lack outputs and formalities.
fn broken(operation: &Value) -> Vec<String> {
    let method = operation["method"].as_str().expect("a text").to_lowercase();
    let path = operation["path"].as_str().expect("a text");
    let action = action(operation);
    let definition = json!({"swagger": "2.0", "basePath": operation["basePath"], "paths": {path: {method: action}}});

    let told = [
        "operation-",
        "description-",
        "method",
        "input-",
        "optional-input-",
        "extra-required-input",
        "connector-id",
        "skill-",
    ];
    let mut rules: Vec<String> = judge(&definition, &["--all"]).into_iter().map(|(rule, _)| rule).collect();
    rules.retain(|rule| told.iter().any(|told| rule.starts_with(told)));
    let mut known = BTreeSet::new();
    rules.retain(|rule| known.insert(rule.clone()));
    rules
}

#[test]
fn what_certified_connectors_declare_is_matched_as_the_facts_say() {
    let none: &[&str] = &[];
    let expected: [(&str, &str, &[&str]); 14] = [
        // Its texts are not the agent's.
        (
            "DocuSign",
            "scp-get-related-activities",
            &["operation-description", "input-description", "optional-input-description"],
        ),
        (
            "DocuSign",
            "scp-get-related-records",
            &["operation-description", "input-description", "optional-input-description"],
        ),
        // Its texts are the agent's, byte for byte.
        ("DocuSignDemo", "scp-get-related-activities", none),
        ("DocuSignDemo", "scp-get-related-records", none),
        ("DocuSignDemo", "scp-get-key-sales", &["description-period"]),
        // Two inputs have texts of before 2024-05.
        ("DocuSignDemo", "scp-get-email-summary", &["optional-input-description"]),
        // A chat skill, but the facts do not include its answer.
        ("DocuSignDemo", "SalesCopilotListEnvelopes", &["operation-unknown"]),
        ("Highspot", "scp-get-related-activities", &["description-period", "optional-input-description"]),
        ("Highspot", "scp-get-related-records", &["description-period"]),
        // Not for the agent, as its declaration states.
        ("PROS AI", "TestConnection", none),
        // Its values `dynamics365` and `salesforce` are not the agent's.
        ("PROS AI", "scp-get-related-records", &["input-values"]),
        ("Seismic for Copilot for Sales", "TestConnection", none),
        // Its values `Account` and `Opportunity` are not the agent's.
        ("Seismic for Copilot for Sales", "scp-get-related-records", &["description-period", "input-values"]),
        // `openai-enabled` is false.
        ("Seismic for Copilot for Sales", "scp-get-related-activities", &["operation-hidden", "description-period"]),
    ];

    let observed = observed();

    assert_eq!(observed.len(), expected.len());
    for (operation, (connector, id, rules)) in observed.iter().zip(expected) {
        assert_eq!((&operation["connector"], &operation["operationId"]), (&json!(connector), &json!(id)));
        assert_eq!(broken(operation), rules, "{connector} {id}");
    }
}

/// Returns the definition of one certified connector, with sound metadata and outputs, which the facts lack.
fn whole(connector: &str) -> Value {
    let mut whole = definition();
    let operations = observed().into_iter().filter(|operation| operation["connector"] == connector);
    let mut paths = Map::new();
    for operation in operations {
        let method = operation["method"].as_str().expect("a text").to_lowercase();
        let mut action = action(&operation);
        let same = whole["paths"].as_object().expect("an object").values().flat_map(|item| item.as_object());
        let same = same.flat_map(|item| item.values());
        let is_same = |it: &&Value| {
            let [one, other] =
                [*it, &action].map(|it| it["description"].as_str().expect("a text").trim_end_matches('.'));
            one == other || it["operationId"] == action["operationId"]
        };
        let responses = same.clone().find(is_same).map(|it| it["responses"].clone());
        action["responses"] = responses.unwrap_or_else(|| json!({"200": {"description": "OK"}}));
        paths.insert(operation["path"].as_str().expect("a text").to_owned(), json!({ method: action }));
    }
    whole["paths"] = paths.into();
    whole
}

#[test]
fn the_verdicts_on_certified_definitions_are_those_of_the_facts() {
    let errors = |connector: &str| {
        let found = judge(&whole(connector), &[]);
        let is_error =
            |rule: &&str| Rule::ALL.iter().any(|known| known.id() == *rule && known.severity() == Severity::Error);
        let rules = found.iter().map(|(rule, _)| rule.as_str()).filter(is_error).map(str::to_owned);
        rules.collect::<Vec<String>>()
    };

    assert_eq!(errors("Highspot"), [""; 0]);
    assert_eq!(errors("PROS AI"), ["input-values"]);
    assert_eq!(errors("Seismic for Copilot for Sales"), ["input-values", "operation-hidden"]);
    assert_eq!(errors("DocuSignDemo"), [""; 0]);
    let old = errors("DocuSign");
    assert!(old.iter().all(|rule| rule == "operation-description" || rule == "input-description"), "{old:?}");
    assert_eq!(old.len(), 6);
}
