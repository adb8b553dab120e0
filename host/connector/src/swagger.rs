//! A definition as OpenAPI 2.0, with the extensions that certified connectors carry.

use serde_json::{Map, Value, json};

use super::endpoint::{Endpoint, EndpointAnswer, EndpointInput};
use super::schema::{Dialect, ERROR};
use super::{About, Definition, words};
use contract::Method;

/// The statuses of errors that every operation declares, and the descriptions that Power Platform shows.
pub(super) const ERRORS: [(u16, &str); 6] = [
    (400, "The request is malformed, or the CRM is not the one that the provider is connected to"),
    (401, "The token is missing or not valid"),
    (403, "The caller may not do this"),
    (404, "There is no such record, provider or skill"),
    (429, "Too many requests"),
    (500, "No provider answered"),
];

/// The name of the security scheme, as in certified connectors.
const SCHEME: &str = "oauth2-auth";

pub(super) fn document(definition: &Definition) -> Value {
    let Definition { location, about, oauth, ids, endpoints } = definition;
    let base_path = if location.base_path.is_empty() { "/" } else { &location.base_path };
    let scopes = oauth.scopes(location);
    let mut document = json!({
        "swagger": "2.0",
        "info": info(about),
        "host": location.host,
        "basePath": base_path,
        "schemes": ["https"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": paths(endpoints, |endpoint| operation(endpoint, &about.title)),
        "definitions": Dialect::Swagger.named(endpoints),
        "securityDefinitions": {
            SCHEME: {
                "type": "oauth2",
                "flow": "accessCode",
                "authorizationUrl": oauth.authorization_url(),
                "tokenUrl": oauth.token_url(),
                "scopes": described(&scopes),
            },
        },
        "security": [{ SCHEME: scopes }],
        "tags": [{ "name": about.title, "description": words::sentence(&about.description) }],
        "x-ms-capabilities": { "testConnection": { "operationId": ids.of_connection_test(), "parameters": {} } },
    });
    let metadata = metadata(about);
    if !metadata.is_empty() {
        document["x-ms-connector-metadata"] = Value::Array(metadata);
    }
    document
}

/// Returns the map from each scope to its description.
pub(super) fn described(scopes: &[String]) -> Map<String, Value> {
    scopes.iter().map(|scope| (scope.clone(), json!("Ask for insights"))).collect()
}

/// Builds the map from path and method to operation; `write` formats each of `endpoints`.
pub(super) fn paths(endpoints: &[Endpoint], write: impl Fn(&Endpoint) -> Value) -> Map<String, Value> {
    let mut paths = Map::new();
    for endpoint in endpoints {
        let path = paths.entry(&endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.verb()] = write(endpoint);
    }
    paths
}

/// Returns the metadata that both dialects share.
pub(super) fn common_info(about: &About) -> Value {
    let mut info = json!({
        "title": about.title,
        "description": words::sentence(&about.description),
        "version": about.version,
    });
    if let Some(contact) = contact(about) {
        info["contact"] = contact;
    }
    info
}

fn info(about: &About) -> Value {
    let mut info = common_info(about);
    info["x-ms-api-annotation"] = json!({ "status": "Preview" });
    info["x-ms-keywords"] = json!([about.title]);
    if !about.copilots.is_empty() {
        let published = about.copilots.iter().map(|name| json!({ "AICopilot-enabled": true, "AICopilotName": name }));
        info["x-ms-openai-published-to-copilots"] = published.collect();
    }
    info
}

/// Returns the contact, as far as it is known.
fn contact(about: &About) -> Option<Value> {
    let known = [("name", &about.contact.name), ("url", &about.contact.url), ("email", &about.contact.email)];
    let known: Map<String, Value> =
        known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?.into()))).collect();
    (!known.is_empty()).then_some(Value::Object(known))
}

fn metadata(about: &About) -> Vec<Value> {
    let categories = (!about.categories.is_empty()).then(|| about.categories.join(";"));
    let known = [
        ("Website", about.website.clone()),
        ("Privacy policy", about.privacy_policy.clone()),
        ("Categories", categories),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
    known.map(|(name, value)| json!({ "propertyName": name, "propertyValue": value })).collect()
}

fn operation(endpoint: &Endpoint, tag: &str) -> Value {
    let (visibility, is_for_agent) = match endpoint.answer {
        EndpointAnswer::Page(_) | EndpointAnswer::Chat => ("important", true),
        EndpointAnswer::Connected => ("internal", false),
    };
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "description": endpoint.description,
        "tags": [tag],
        "parameters": parameters(endpoint),
        "responses": responses(endpoint),
        "x-ms-visibility": visibility,
    });
    if is_for_agent {
        operation["x-ms-openai-data"] = json!({
            "openai-enabled": true,
            "operations": [{ "operationId": endpoint.id, "x-ms-require-user-confirmation": false }],
        });
    }
    operation
}

fn parameters(endpoint: &Endpoint) -> Vec<Value> {
    match endpoint.method {
        Method::Get => endpoint.inputs.iter().map(in_query).collect(),
        Method::Post => vec![json!({
            "name": "body",
            "in": "body",
            "required": true,
            "description": "The inputs.",
            "x-ms-summary": "Body",
            "schema": Dialect::Swagger.body(&endpoint.inputs),
        })],
    }
}

fn in_query(input: &EndpointInput) -> Value {
    let mut parameter = json!({
        "name": input.name,
        "in": "query",
        "required": input.required,
        "description": input.description,
        "x-ms-summary": words::title(&input.name),
    });
    for (keyword, value) in Dialect::Swagger.input(&input.kind) {
        parameter[keyword] = value;
    }
    parameter
}

fn responses(endpoint: &Endpoint) -> Value {
    let mut responses =
        json!({ "200": { "description": "The answer.", "schema": Dialect::Swagger.answer(endpoint.answer) } });
    for (status, description) in ERRORS {
        let schema = Dialect::Swagger.reference(ERROR);
        responses[status.to_string()] = json!({ "description": words::sentence(description), "schema": schema });
    }
    responses
}
