//! A definition as OpenAPI 3.0.3, which describes every request and answer of the host to generators and people.

use serde_json::{Value, json};

use super::endpoint::{Endpoint, EndpointInput};
use super::schema::{Dialect, ERROR};
use super::swagger::{ERRORS, common_info, described, paths};
use super::{Definition, words};
use contract::Method;

/// The statuses of errors that operations with a body have besides those of every operation.
const OF_BODIES: [(u16, &str); 3] =
    [(408, "The body did not arrive in time"), (413, "The body is too large"), (415, "The body is not JSON")];

/// The security scheme of callers with tokens of Entra ID.
const TOKEN: &str = "entra-id";

/// The security scheme of callers with an API key.
const KEY: &str = "api-key";

pub(super) fn document(definition: &Definition) -> Value {
    let Definition { location, about, oauth, endpoints, .. } = definition;
    let scopes = oauth.scopes(location);
    let flow = json!({
        "authorizationUrl": oauth.authorization_url(),
        "tokenUrl": oauth.token_url(),
        "scopes": described(&scopes),
    });
    json!({
        "openapi": "3.0.3",
        "info": common_info(about),
        "servers": [{ "url": location.url() }],
        "paths": paths(endpoints, |endpoint| operation(endpoint, &about.title)),
        "components": {
            "schemas": Dialect::OpenApi.named(endpoints),
            "securitySchemes": {
                TOKEN: { "type": "oauth2", "flows": { "authorizationCode": flow } },
                KEY: { "type": "apiKey", "in": "header", "name": "x-api-key" },
            },
        },
        "security": [{ TOKEN: scopes }, { KEY: [] }],
        "tags": [{ "name": about.title, "description": words::sentence(&about.description) }],
    })
}

fn operation(endpoint: &Endpoint, tag: &str) -> Value {
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "description": endpoint.description,
        "tags": [tag],
    });
    match endpoint.method {
        Method::Get => operation["parameters"] = endpoint.inputs.iter().map(in_query).collect(),
        Method::Post => {
            let schema = Dialect::OpenApi.body(&endpoint.inputs);
            operation["requestBody"] =
                json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        }
    }
    operation["responses"] = responses(endpoint);
    operation
}

fn in_query(input: &EndpointInput) -> Value {
    let schema = Dialect::OpenApi.input(&input.kind);
    let schema = if input.required { schema } else { Dialect::OpenApi.optional(schema) };
    json!({
        "name": input.name,
        "in": "query",
        "required": input.required,
        "description": input.description,
        "schema": schema,
    })
}

fn responses(endpoint: &Endpoint) -> Value {
    let of_bodies = OF_BODIES.iter().filter(|_| endpoint.method == Method::Post);
    let mut responses = json!({ "200": response("The answer.", Dialect::OpenApi.answer(endpoint.answer)) });
    for (status, description) in ERRORS.iter().chain(of_bodies) {
        responses[status.to_string()] = response(&words::sentence(description), Dialect::OpenApi.reference(ERROR));
    }
    responses
}

#[expect(clippy::needless_pass_by_value, reason = "the schema is made for it")]
fn response(description: &str, schema: Value) -> Value {
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}
