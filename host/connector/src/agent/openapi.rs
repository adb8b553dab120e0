//! `openapi.json`: the routes of the tools, in the part of OpenAPI that API plugins take.
//!
//! They take no nested objects in parameters and bodies, no alternatives and one way to sign in. What the host accepts
//! beyond that stands in the document that it serves itself.

use serde_json::{Map, Value, json};

use super::AgentPackage;
use super::settings::VaultKind;
use super::tool::AgentTool;
use crate::swagger::described;
use contract::Method;

/// The name of the file.
pub(super) const FILE: &str = "openapi.json";

/// The name of the way to sign in.
const SCHEME: &str = "sign-in";

/// The statuses of errors, with what they mean.
const ERRORS: [(&str, &str); 6] = [
    ("400", "An input is missing or malformed."),
    ("401", "The token is missing or not valid."),
    ("403", "The caller may not do this."),
    ("404", "There is no such record."),
    ("429", "Too many requests."),
    ("500", "No provider answered."),
];

/// Builds the document of the package's tools.
pub(super) fn document(package: &AgentPackage) -> Value {
    let AgentPackage { about, location, tools, .. } = package;
    let mut paths = Map::new();
    for tool in tools {
        let verb = match tool.method {
            Method::Get => "get",
            Method::Post => "post",
        };
        paths.insert(tool.path.clone(), json!({ verb: operation(tool) }));
    }
    let mut document = json!({
        "openapi": "3.0.3",
        "info": { "title": about.title, "description": about.description, "version": about.version },
        "servers": [{ "url": location.url() }],
        "paths": paths,
        "components": { "schemas": { "Error": error() } },
    });
    if let Some(scheme) = scheme(package) {
        let scopes = match package.auth.kind() {
            VaultKind::Oauth => package.oauth.scopes(location),
            VaultKind::ApiKey | VaultKind::None => Vec::new(),
        };
        document["components"]["securitySchemes"] = json!({ SCHEME: scheme });
        document["security"] = json!([{ SCHEME: scopes }]);
    }
    document
}

/// Returns the way to sign in: OAuth 2.0 with an authorization code, or a key in the header in which the host takes it.
fn scheme(package: &AgentPackage) -> Option<Value> {
    let AgentPackage { oauth, location, .. } = package;
    match package.auth.kind() {
        VaultKind::Oauth => Some(json!({
            "type": "oauth2",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": oauth.authorization_url(),
                    "tokenUrl": oauth.token_url(),
                    "scopes": described(&oauth.scopes(location)),
                },
            },
        })),
        VaultKind::ApiKey => Some(json!({ "type": "apiKey", "in": "header", "name": "x-api-key" })),
        VaultKind::None => None,
    }
}

fn operation(tool: &AgentTool) -> Value {
    let mut operation = json!({
        "operationId": tool.name,
        "summary": tool.title,
        "description": tool.description,
        // Every tool only reads, and a seller is not asked each time.
        "x-openai-isConsequential": false,
    });
    match tool.method {
        Method::Get => {
            operation["parameters"] = tool.inputs().map(|(name, schema)| in_query(tool, name, schema)).collect();
        }
        Method::Post => {
            let content = json!({ "application/json": { "schema": tool.input_schema() } });
            operation["requestBody"] = json!({ "required": true, "content": content });
        }
    }
    let mut responses = json!({ "200": response("The answer.", tool.answer_schema()) });
    for (status, description) in ERRORS {
        responses[status] = response(description, &json!({ "$ref": "#/components/schemas/Error" }));
    }
    operation["responses"] = responses;
    operation
}

fn in_query(tool: &AgentTool, name: &str, schema: &Value) -> Value {
    let mut schema = schema.clone();
    let description = schema.as_object_mut().and_then(|schema| schema.shift_remove("description"));
    let required = tool.requires(name);
    json!({ "name": name, "in": "query", "required": required, "description": description, "schema": schema })
}

fn response(description: &str, schema: &Value) -> Value {
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

fn error() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "type": "object",
        "required": ["errorCode"],
        "properties": {
            "errorCode": text("Code of the error."),
            "errorMessage": text("Message for people."),
            "activityId": text("Identifies the request in logs."),
        },
    })
}
