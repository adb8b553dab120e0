//! Tests of definitions against the facts of the documentation, and of the two dialects against each other.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::offer::tests::{offer, provider};
use super::*;
use crate::facts::list;

const CAPABILITIES: [&str; 5] = ["record-summary", "record-details", "key-sales-info", "email-summary", "email-draft"];

fn definition(emails: EmailSummaries) -> Definition {
    let offer = offer(&[provider("contoso-hub", &CAPABILITIES, &["who-decides"])]);
    let location = PublicUrl { host: "api.contoso.com".to_owned(), base_path: "/insights".to_owned() };
    let about = About::of(&offer, &Settings::default());
    Definition::new(&offer, emails, location, about, OAuth::default(), OperationIds::default())
        .expect("no two operations share an id")
}

/// Lists the path, method and operation of each entry of a document.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            operations.push((path.clone(), method.to_uppercase(), operation.clone()));
        }
    }
    operations
}

/// Lists every documented operation, as found in the Swagger definitions of both versions of email summary.
fn documented() -> Vec<(Value, String, String, Value, Value)> {
    let documents = [EmailSummaries::Second, EmailSummaries::First].map(|emails| definition(emails).swagger());
    let find = |fact: Value| {
        documents.iter().find_map(|document| {
            let found = operations(document).into_iter().find(|(.., it)| it["operationId"] == fact["operationId"])?;
            let (path, method, operation) = found;
            Some((fact.clone(), path, method, operation, document.clone()))
        })
    };
    list("/operations").into_iter().map(|fact| find(fact).expect("it is exported")).collect()
}

/// Writes a schema in the form of the facts.
fn written(name: &str, schema: &Value, required: bool) -> Value {
    let kind = match (schema["type"].as_str().expect("a type"), &schema["items"]["type"]) {
        ("array", Value::String(item)) if item == "string" => "array<string>",
        (kind, _) => kind,
    };
    let kind = if schema["additionalProperties"]["type"] == "string" { "object<string,string>" } else { kind };
    let mut fact = Map::new();
    fact.insert("name".to_owned(), name.into());
    fact.insert("type".to_owned(), kind.into());
    for (keyword, of_fact) in [("format", "format"), ("maxLength", "maxLength")] {
        if let Some(value) = schema.get(keyword) {
            fact.insert(of_fact.to_owned(), value.clone());
        }
    }
    fact.insert("required".to_owned(), required.into());
    fact.insert("description".to_owned(), schema["description"].clone());
    let members = if schema["items"]["properties"].is_object() { &schema["items"] } else { schema };
    if members["properties"].is_object() {
        fact.insert("members".to_owned(), written_members(members));
    }
    Value::Object(fact)
}

fn written_members(object: &Value) -> Value {
    let required: BTreeSet<&str> =
        object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let members = object["properties"].as_object().expect("members");
    members.iter().map(|(name, schema)| written(name, schema, required.contains(name.as_str()))).collect()
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    schema["$ref"].as_str().map_or(schema, |reference| {
        document.pointer(reference.strip_prefix('#').expect("it stays within")).expect("it is there")
    })
}

#[test]
fn every_operation_is_called_and_described_as_documented_byte_for_byte() {
    for (fact, path, method, operation, _) in documented() {
        assert_eq!(fact["description"], operation["description"]);
        assert_eq!(fact["method"], method);
        assert_eq!(path, format!("/api/{}", fact["path"].as_str().expect("a path")));
    }
}

#[test]
fn every_input_of_the_export_is_the_documented_one() {
    for (fact, .., operation, _) in documented() {
        let parameters = operation["parameters"].as_array().expect("parameters");
        let inputs = match parameters.as_slice() {
            [body] if body["in"] == "body" => written_members(&body["schema"]),
            parameters => parameters
                .iter()
                .map(|it| written(it["name"].as_str().expect("a name"), it, it["required"] == true))
                .collect(),
        };

        assert_eq!(inputs, fact["inputs"], "{}", fact["operationId"]);
    }
}

#[test]
fn every_output_of_the_export_is_the_documented_one() {
    for (fact, .., operation, document) in documented() {
        let page = resolved(&document, &operation["responses"]["200"]["schema"]);
        let item = resolved(&document, &page["properties"]["value"]["items"]);
        let mut outputs = fact["outputs"].clone();
        // Email draft's documentation says "object" where the others name the type of its values.
        for output in outputs.as_array_mut().expect("outputs") {
            if output["type"] == "object" {
                output["type"] = "object<string,string>".into();
            }
        }

        assert_eq!(written_members(item), outputs, "{}", fact["operationId"]);
        assert_eq!(page["properties"]["hasMoreResults"]["type"], "boolean");
    }
}

#[test]
fn every_operation_declares_the_documented_errors_with_one_schema() {
    let document = definition(EmailSummaries::Second).swagger();

    for (path, _, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("responses");
        let statuses: Vec<&str> = responses.keys().map(String::as_str).collect();
        assert_eq!(statuses, ["200", "400", "401", "403", "404", "429", "500"], "{path}");
        for (status, response) in responses.iter().skip(1) {
            assert_eq!(response["schema"], json!({ "$ref": "#/definitions/ApiError" }), "{path} {status}");
        }
    }
    assert_eq!(document["definitions"]["ApiError"]["required"], json!(["errorCode"]));
}

#[test]
fn the_word_that_the_agent_keeps_for_itself_is_nowhere() {
    for document in [definition(EmailSummaries::Second).swagger(), definition(EmailSummaries::Both).openapi()] {
        assert!(!document.to_string().to_lowercase().contains("connectorid"));
    }
}

#[test]
fn the_connection_test_is_hidden_and_named() {
    let document = definition(EmailSummaries::Second).swagger();

    let test = &document["paths"]["/api/test-connection"]["get"];
    assert_eq!(test["x-ms-visibility"], "internal");
    assert_eq!(document["x-ms-capabilities"]["testConnection"]["operationId"], test["operationId"]);
}

#[test]
fn a_skill_is_an_operation_of_its_own_with_its_parameters() {
    let document = definition(EmailSummaries::Second).swagger();

    let skill = &document["paths"]["/api/providers/contoso-hub/chat/who-decides"]["get"];
    assert_eq!(skill["operationId"], "ContosoHubWhoDecides");
    assert_eq!(skill["description"], "Answers what who-decides is.");
    assert_eq!(skill["parameters"][0]["name"], "accountName");
    assert_eq!(skill["parameters"][0]["required"], true);
}

#[test]
fn both_dialects_say_where_the_host_is() {
    let definition = definition(EmailSummaries::Second);

    let (swagger, openapi) = (definition.swagger(), definition.openapi());

    assert_eq!((&swagger["host"], &swagger["basePath"]), (&json!("api.contoso.com"), &json!("/insights")));
    assert_eq!(openapi["servers"], json!([{ "url": "https://api.contoso.com/insights" }]));
}

#[test]
fn what_is_referred_to_is_there() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    for document in [definition(EmailSummaries::First).swagger(), definition(EmailSummaries::Both).openapi()] {
        let mut found = BTreeSet::new();
        references(&document, &mut found);

        assert!(found.len() > 8, "{found:?}");
        for reference in found {
            assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
        }
    }
}

#[test]
fn openapi_holds_all_that_is_served() {
    let ids: BTreeSet<String> = operations(&definition(EmailSummaries::Both).openapi())
        .into_iter()
        .map(|(.., operation)| operation["operationId"].as_str().expect("an id").to_owned())
        .collect();

    for id in ["scp-get-email-insights", "scp-get-email-insights-v2", "ContosoHubWhoDecidesByBody"] {
        assert!(ids.contains(id), "{id} in {ids:?}");
    }
}
