//! The check of an API plugin's definition by what such plugins take of OpenAPI.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::Rule;
use super::{Review, input, runtime};

/// The methods of operations.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// Checks a definition, and returns the ids of its operations, each with its description.
pub(super) fn check(review: &mut Review<'_>, file: &str, document: &Value) -> Vec<(String, String)> {
    let version = document["openapi"].as_str().unwrap_or_default();
    if !version.starts_with("3.0") && !version.starts_with("3.1") {
        let found =
            if document["swagger"].is_string() { "it is Swagger 2.0" } else { "`openapi` names no such version" };
        review.add(Rule::DefinitionVersion, file, found);
    }
    check_servers(review, file, document);
    check_schemes(review, file, document);
    let mut offered: Vec<(String, String)> = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let shared = &item["parameters"];
        for (method, operation) in METHODS.iter().filter_map(|method| Some((method, item.get(method)?))) {
            let Some(id) = operation["operationId"].as_str().filter(|id| !id.is_empty()) else {
                review.add(Rule::OperationIdMissing, file, format!("`{} {path}`", method.to_ascii_uppercase()));
                continue;
            };
            if offered.iter().any(|(other, _)| other == id) {
                review.add(Rule::OperationIdShared, file, format!("`{id}`"));
            }
            check_security(review, file, document, id, operation);
            check_inputs(review, file, document, id, [shared, &operation["parameters"]], &operation["requestBody"]);
            for (status, response) in operation["responses"].as_object().into_iter().flatten() {
                let schema = &response["content"]["application/json"]["schema"];
                input::check_answer(review, file, document, schema, &format!("response {status} of `{id}`"));
            }
            let description = operation["description"].as_str().or(operation["summary"].as_str()).unwrap_or_default();
            offered.push((id.to_owned(), description.to_owned()));
        }
    }
    offered
}

fn check_servers(review: &mut Review<'_>, file: &str, document: &Value) {
    let servers = document["servers"].as_array().map(Vec::as_slice).unwrap_or_default();
    if servers.is_empty() {
        review.add(Rule::RuntimeUrl, file, "`servers` names no server");
    }
    for (index, server) in servers.iter().enumerate() {
        runtime::check_url(review, file, &format!("servers/{index}/url"), server["url"].as_str().unwrap_or_default());
    }
}

/// Checks that OAuth 2.0 is by authorization code, the only flow that Copilot has.
fn check_schemes(review: &mut Review<'_>, file: &str, document: &Value) {
    for (name, scheme) in document["components"]["securitySchemes"].as_object().into_iter().flatten() {
        let flows = scheme["flows"].as_object();
        if scheme["type"] == "oauth2" && !flows.is_some_and(|flows| flows.contains_key("authorizationCode")) {
            review.add(Rule::SignInKind, file, format!("`{name}` has no flow by authorization code"));
        }
        if scheme["type"] == "http" && scheme["scheme"].as_str().is_some_and(|it| it.eq_ignore_ascii_case("basic")) {
            review.add(Rule::SignInKind, file, format!("`{name}` is HTTP's basic authentication"));
        }
    }
}

fn check_security(review: &mut Review<'_>, file: &str, document: &Value, id: &str, operation: &Value) {
    let security = operation.get("security").unwrap_or(&document["security"]);
    let requirements = security.as_array().map(Vec::as_slice).unwrap_or_default();
    let schemes: BTreeSet<&String> =
        requirements.iter().filter_map(Value::as_object).flat_map(|one| one.keys()).collect();
    if schemes.len() > 1 {
        let names = schemes.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        review.add(Rule::SignInSeveral, file, format!("`{id}`: {names}"));
    }
}

fn check_inputs(
    review: &mut Review<'_>,
    file: &str,
    document: &Value,
    id: &str,
    parameters: [&Value; 2],
    body: &Value,
) {
    for parameter in parameters.into_iter().filter_map(Value::as_array).flatten() {
        let parameter = match parameter["$ref"].as_str() {
            Some(reference) => reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer)),
            None => Some(parameter),
        };
        let Some(parameter) = parameter else {
            review.add(Rule::ReferenceBroken, file, format!("a parameter of `{id}` has no target in the file"));
            continue;
        };
        let name = parameter["name"].as_str().unwrap_or_default();
        input::check(review, file, document, &parameter["schema"], &format!("`{name}` of `{id}`"));
    }
    let schema = &body["content"]["application/json"]["schema"];
    if schema.is_object() {
        input::check_object(review, file, document, schema, &format!("the body of `{id}`"));
    }
}
