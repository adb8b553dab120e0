//! The [OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.0) document of the admin API, generated from the table of its
//! routes and from the types of its answers.

use axum::http::Method;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::routes::{AdminRoute, ResponseForm, table};

/// Builds the document.
pub(super) fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let mut paths = Map::new();
    for route in table() {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[verb(&route.method)] = operation(&route, &mut schemas);
    }
    let mut schemas = schemas.take_definitions(true);
    schemas.insert("Error".to_owned(), error());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Insight Host, admin API",
            "description": "For operators of a host. Requests with `Origin`, or with a `Host` that is not the \
                           listener's, are rejected.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn verb(method: &Method) -> String {
    method.as_str().to_ascii_lowercase()
}

fn operation(route: &AdminRoute, schemas: &mut SchemaGenerator) -> Value {
    let mut parameters = Vec::new();
    if route.path.contains("{id}") {
        let schema = json!({ "type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "maxLength": 64 });
        let description = "Name of the plugin.";
        parameters.push(
            json!({ "name": "id", "in": "path", "required": true, "description": description, "schema": schema }),
        );
    }
    if let Some((name, description)) = route.query {
        let schema = json!({ "type": "string", "pattern": "^[0-9a-f]{8,64}$" });
        parameters.push(json!({ "name": name, "in": "query", "description": description, "schema": schema }));
    }
    let mut responses = Map::new();
    responses.insert("200".to_owned(), json!({ "description": "Done.", "content": content(&route.answer, schemas) }));
    for status in [401, 403].iter().chain(route.errors) {
        responses.insert(status.to_string(), failure(*status));
    }
    json!({
        "operationId": route.name,
        "summary": route.summary,
        "parameters": parameters,
        "responses": responses,
    })
}

fn content(answer: &ResponseForm, schemas: &mut SchemaGenerator) -> Value {
    match answer {
        ResponseForm::Json(schema) => json!({ "application/json": { "schema": schema(schemas) } }),
        ResponseForm::Text(kind) => json!({ *kind: { "schema": { "type": "string" } } }),
        ResponseForm::OpenApi => json!({ "application/json": { "schema": { "type": "object" } } }),
    }
}

fn failure(status: u16) -> Value {
    let description = match status {
        400 => "A parameter is malformed.",
        401 => "The token is missing or wrong.",
        403 => "The request has the header `Origin`, or its `Host` is not the listener's.",
        404 => "There is no such plugin.",
        409 => "The plugin's state does not allow it; nothing has changed.",
        503 => "The host is not ready for requests.",
        _ => "The host failed to do it; nothing has changed.",
    };
    if status == 503 {
        return json!({ "description": description });
    }
    let schema = json!({ "$ref": "#/components/schemas/Error" });
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

/// The schema of `contract::ErrorBody`.
fn error() -> Value {
    let text = || json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["errorCode", "errorMessage", "activityId"],
        "properties": { "errorCode": text(), "errorMessage": text(), "activityId": text() },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The targets of all `$ref`s, at any depth.
    fn references(value: &Value) -> BTreeSet<String> {
        match value {
            Value::Object(fields) => {
                let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
                own.into_iter().chain(fields.values().flat_map(references)).collect()
            }
            Value::Array(items) => items.iter().flat_map(references).collect(),
            _ => BTreeSet::new(),
        }
    }

    #[test]
    fn every_route_is_described_once_and_by_a_name_of_its_own() {
        let document = document();

        let paths = document["paths"].as_object().expect("paths");
        let operations: Vec<_> =
            paths.values().flat_map(|path| path.as_object().expect("operations").values()).collect();
        let names: BTreeSet<_> = operations.iter().map(|operation| operation["operationId"].to_string()).collect();
        assert_eq!((operations.len(), names.len()), (table().len(), table().len()));
    }

    #[test]
    fn what_it_refers_to_is_there() {
        let document = document();

        let references = references(&document);

        assert!(references.len() > 8, "{references:?}");
        for reference in references {
            let pointer = reference.strip_prefix('#').expect("it stays within the document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn schemas_are_of_what_is_answered() {
        let document = document();

        let details = &document["components"]["schemas"]["PluginDetails"];

        let shown = details.to_string();
        for field in ["\"id\"", "\"lastError\"", "\"versions\"", "\"costs\"", "\"reach\""] {
            assert!(shown.contains(field), "{field} is not in {details:#}");
        }
    }
}
