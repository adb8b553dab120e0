//! A correct definition, made from the host's own table.

use contract::{Field, FieldKind, Kind, Method, OPERATIONS, Operation, Parameter};
use serde_json::{Map, Value, json};

/// The statuses of errors that every operation declares.
const ERRORS: [&str; 6] = ["400", "401", "403", "404", "429", "500"];

/// Returns Swagger 2.0 with all capabilities, email summary in its first version, and a chat skill.
#[must_use]
pub fn definition() -> Value {
    definition_of(|operation| operation.id != "scp-get-email-insights-v2")
}

/// Returns the same with the operations that are `wanted`.
#[must_use]
pub fn definition_of(wanted: impl Fn(&Operation) -> bool) -> Value {
    let wanted = OPERATIONS.into_iter().filter(|operation| wanted(operation));
    let mut paths: Map<String, Value> =
        wanted.map(|operation| (format!("/{}", operation.path), path_item(operation))).collect();
    paths.insert("/chat/stakeholders".to_owned(), skill());
    json!({
        "swagger": "2.0",
        "info": {
            "title": "Contoso Hub", "version": "1.0",
            "contact": {
                "name": "Contoso", "email": "help@contoso.example", "url": "https://hub.contoso.example/help",
            },
            "description": "Shows what is known of contracts where sellers work.",
        },
        "host": "hub.contoso.example", "basePath": "/api", "schemes": ["https"],
        "paths": paths,
        "definitions": {"Error": {
            "type": "object", "required": ["errorCode"],
            "properties": {"errorCode": {"type": "string"}, "errorMessage": {"type": "string"}},
        }},
        "securityDefinitions": {"entra-id": {
            "type": "oauth2", "flow": "accessCode", "scopes": {"api://hub/.default": "Ask for insights"},
            "authorizationUrl": "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
            "tokenUrl": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        }},
        "security": [{"entra-id": ["api://hub/.default"]}],
        "x-ms-connector-metadata": [
            {"propertyName": "Website", "propertyValue": "https://hub.contoso.example/"},
            {"propertyName": "Privacy policy", "propertyValue": "https://hub.contoso.example/privacy"},
            {"propertyName": "Categories", "propertyValue": "Sales and CRM"},
        ],
    })
}

/// Returns the same in OpenAPI 3, with only the differences that this definition needs.
#[must_use]
pub fn openapi() -> Value {
    let mut document = definition();
    let mut paths = document["paths"].take();
    for (_, item) in paths.as_object_mut().expect("paths are an object") {
        for (_, operation) in item.as_object_mut().expect("a path is an object") {
            to_openapi(operation);
        }
    }
    json!({
        "openapi": "3.0.3", "info": document["info"], "servers": [{"url": "https://hub.contoso.example/api"}],
        "paths": paths, "components": {"schemas": document["definitions"]},
    })
}

fn to_openapi(operation: &mut Value) {
    let listed = operation["parameters"].as_array().cloned().unwrap_or_default();
    let mut parameters = Vec::new();
    for mut parameter in listed {
        if parameter["in"] == "body" {
            operation["requestBody"] = json!({"content": {"application/json": {"schema": parameter["schema"]}}});
            continue;
        }
        parameter["schema"] = json!({"type": parameter["type"], "format": parameter["format"]});
        parameters.push(parameter);
    }
    operation["parameters"] = parameters.into();
    let schema = operation["responses"]["200"]["schema"].take();
    operation["responses"] = json!({"200": {"content": {"application/json": {"schema": schema}}}, "default": {}});
}

fn path_item(operation: &Operation) -> Value {
    let (method, parameters) = match operation.method {
        Method::Get => ("get", operation.inputs.iter().map(query_parameter).collect()),
        Method::Post => (
            "post",
            json!([{"name": "body", "in": "body", "required": true, "schema": object(operation.inputs),
                "description": "What is asked.", "x-ms-summary": "Body"}]),
        ),
    };
    let answer = json!({
        "type": "object", "required": ["value"],
        "properties": {
            "value": {"type": "array", "items": item(operation.outputs)},
            "hasMoreResults": {"type": "boolean"},
        },
    });
    let mut action =
        action(operation.id, &format!("Get {}", operation.id.replace('-', " ")), operation.description, &answer);
    action["parameters"] = parameters;
    json!({ method: action })
}

fn action(id: &str, summary: &str, description: &str, answer: &Value) -> Value {
    let mut responses = json!({"200": {"description": "OK", "schema": answer}});
    for status in ERRORS {
        responses[status] = json!({"description": "No", "schema": {"$ref": "#/definitions/Error"}});
    }
    json!({"operationId": id, "summary": summary, "description": description, "responses": responses})
}

fn query_parameter(parameter: &Parameter) -> Value {
    let mut declared = schema(parameter.kind);
    declared["name"] = parameter.name.into();
    declared["in"] = "query".into();
    declared["required"] = parameter.required.into();
    declared["description"] = parameter.description.into();
    declared["x-ms-summary"] = parameter.name.into();
    declared
}

fn object(members: &[Parameter]) -> Value {
    let property = |member: &Parameter| {
        let mut declared = schema(member.kind);
        declared["description"] = member.description.into();
        (member.name.to_owned(), declared)
    };
    let properties: Map<String, Value> = members.iter().map(property).collect();
    let required: Vec<&str> = members.iter().filter(|member| member.required).map(|member| member.name).collect();
    let mut declared = json!({"type": "object", "properties": properties});
    // Swagger 2.0 allows no empty list.
    if !required.is_empty() {
        declared["required"] = required.into();
    }
    declared
}

fn schema(kind: Kind) -> Value {
    match kind {
        Kind::Text | Kind::Content | Kind::RecordType | Kind::CrmType | Kind::CrmOrgUrl | Kind::Addresses => {
            json!({"type": "string"})
        }
        Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
        Kind::DateTime => json!({"type": "string", "format": "date-time"}),
        Kind::Count => json!({"type": "integer", "format": "int32"}),
        Kind::Object(members) => object(members),
        Kind::Objects(members) => json!({"type": "array", "items": object(members)}),
    }
}

fn item(fields: &[Field]) -> Value {
    let property = |field: &Field| {
        let mut declared = match field.kind {
            FieldKind::Text | FieldKind::Identifier | FieldKind::Url | FieldKind::ContentType => {
                json!({"type": "string"})
            }
            FieldKind::DateTime => json!({"type": "string", "format": "date-time"}),
            FieldKind::Properties => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        };
        declared["description"] = field.description.into();
        (field.name.to_owned(), declared)
    };
    let properties: Map<String, Value> = fields.iter().map(property).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({"type": "object", "properties": properties, "required": required})
}

fn skill() -> Value {
    let card = json!({
        "type": "object", "required": ["adaptiveCard"],
        "properties": {"adaptiveCard": {"type": "string"}, "previewCardData": {"type": "object"}},
    });
    let answer = json!({"type": "object", "properties": {"adaptiveCards": {"type": "array", "items": card}}});
    let mut action = action("stakeholders", "Chat about stakeholders", "Returns who decides at an account.", &answer);
    action["parameters"] = json!([{
        "name": "accountName", "in": "query", "type": "string", "required": true,
        "description": "Name of the account.", "x-ms-summary": "Account",
    }]);
    json!({ "get": action })
}
