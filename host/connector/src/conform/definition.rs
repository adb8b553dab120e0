//! A connector's definition, of any origin: Swagger 2.0 or OpenAPI 3, read into one form.

mod action;
mod shape;

use serde_json::Value;

pub(super) use action::{Action, ActionInput, BareError, InputLocation};
pub(super) use shape::Shape;
use shape::Shapes;

/// The most bytes of a definition that is read. Power Platform accepts 1 MiB.
pub(super) const LARGEST: usize = 4 << 20;

/// The most operations that are read.
const MOST_ACTIONS: usize = 1_000;

/// The HTTP methods that a path may declare.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// A connector's definition.
#[derive(Debug)]
pub struct ConnectorDefinition {
    /// The whole file, in which `$ref`s are resolved.
    document: Value,
    /// The operations, in the order of the file.
    actions: Vec<Action>,
    /// The `$ref`s that cannot be resolved.
    broken: Vec<String>,
    /// The operation that tests a connection.
    tests_connection: Option<String>,
    /// The number of operations that are not read, as there are too many.
    unread_actions: usize,
    /// True if some schemas are not read, as there are too many.
    has_unread_schemas: bool,
    size: DefinitionSize,
}

/// The size of a definition's file.
#[derive(Clone, Copy, Debug)]
pub(super) struct DefinitionSize {
    pub(super) bytes: usize,
    pub(super) characters: usize,
}

/// The reason why a file is not a definition.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// It is too large.
    #[error("the definition is larger than {LARGEST} bytes")]
    TooLarge,
    /// It is not JSON.
    #[error("the definition is not JSON; YAML is not read")]
    NotJson(#[source] serde_json::Error),
    /// It has neither the version nor the paths of a definition.
    #[error(
        "the file is neither Swagger 2.0 nor OpenAPI 3: it names neither as `swagger` or `openapi`, or has no paths"
    )]
    NoDefinition,
}

impl ConnectorDefinition {
    /// Reads a file, with or without a byte order mark.
    ///
    /// # Errors
    ///
    /// Fails if the file is not a definition. Flaws within a definition are found by rules.
    pub fn read(bytes: &[u8]) -> Result<Self, DefinitionError> {
        if bytes.len() > LARGEST {
            return Err(DefinitionError::TooLarge);
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let document: Value = serde_json::from_slice(bytes).map_err(DefinitionError::NotJson)?;
        let is_swagger = document["swagger"].as_str().is_some_and(|version| version.starts_with("2."));
        let is_openapi = document["openapi"].as_str().is_some_and(|version| version.starts_with("3."));
        let Some(paths) = document["paths"].as_object().filter(|_| is_swagger || is_openapi) else {
            return Err(DefinitionError::NoDefinition);
        };

        let shapes = Shapes::of(&document);
        let base = base_path(&document);
        let mut actions = Vec::new();
        let mut unread_actions = 0;
        for (path, item) in paths {
            let item = shapes.resolve(item);
            for method in METHODS {
                let Some(operation) = item.get(method).filter(|it| it.is_object()) else { continue };
                if actions.len() == MOST_ACTIONS {
                    unread_actions += 1;
                    continue;
                }
                let mut action = Action::read(&shapes, item, operation, method, &format!("{base}{path}"));
                action.pointer = format!("/paths/{}/{method}", escaped(path));
                actions.push(action);
            }
        }
        shapes.follow_all(&document);
        let (broken, has_unread_schemas) = (shapes.broken(), shapes.is_exhausted());
        let size = DefinitionSize { bytes: bytes.len(), characters: String::from_utf8_lossy(bytes).chars().count() };
        let tests_connection = document["x-ms-capabilities"]["testConnection"]["operationId"].as_str();
        let tests_connection = tests_connection.map(str::to_owned);
        Ok(Self { actions, broken, tests_connection, unread_actions, has_unread_schemas, size, document })
    }

    /// Returns the operations.
    pub(super) fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Returns the whole file.
    pub(super) fn document(&self) -> &Value {
        &self.document
    }

    /// Returns an operation as it is written.
    pub(super) fn declared(&self, action: &Action) -> &Value {
        self.document.pointer(&action.pointer).unwrap_or(&Value::Null)
    }

    /// Returns the number of operations that are not read.
    pub(super) fn unread_actions(&self) -> usize {
        self.unread_actions
    }

    /// Returns whether some schemas are not read.
    pub(super) fn has_unread_schemas(&self) -> bool {
        self.has_unread_schemas
    }

    /// Returns the size of its file.
    pub(super) fn size(&self) -> DefinitionSize {
        self.size
    }

    /// Returns the `$ref`s that cannot be resolved.
    pub(super) fn broken(&self) -> &[String] {
        &self.broken
    }

    /// Returns the base path of all operations, without a slash at its end.
    pub(super) fn base_path(&self) -> String {
        base_path(&self.document)
    }

    /// Returns whether an operation is the one that tests a connection.
    pub(super) fn tests_connection(&self, action: &Action) -> bool {
        action.id.is_some() && action.id == self.tests_connection
    }

    /// Returns whether it is Swagger, the version that Power Platform accepts.
    pub(super) fn is_swagger(&self) -> bool {
        self.document.get("swagger").is_some()
    }
}

fn base_path(document: &Value) -> String {
    let base = match document["basePath"].as_str() {
        Some(base) => base.to_owned(),
        None => server_path(document["servers"][0]["url"].as_str().unwrap_or_default()),
    };
    base.trim_end_matches('/').to_owned()
}

/// Extracts the path of a server's URL, which may be relative.
fn server_path(server: &str) -> String {
    match server.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or_else(String::new, |slash| rest[slash..].to_owned()),
        None => server.to_owned(),
    }
}

/// Returns a member's name as a JSON pointer writes it.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(document: &Value) -> ConnectorDefinition {
        ConnectorDefinition::read(document.to_string().as_bytes()).expect("it is a definition")
    }

    #[test]
    fn both_versions_are_read_into_one_form() {
        let swagger = read(&json!({
            "swagger": "2.0", "basePath": "/api/",
            "paths": {"/drafts": {"post": {
                "operationId": "draft", "description": "Drafts.",
                "parameters": [{"in": "body", "name": "body", "schema": {"$ref": "#/definitions/Ask"}}],
                "responses": {"200": {"schema": {"$ref": "#/definitions/Page"}}},
            }}},
            "definitions": {
                "Ask": {"required": ["what"], "properties": {"what": {"type": "string", "description": "What."}}},
                "Page": {"properties": {"value": {"type": "array", "items": {"type": "object"}}}},
            },
        }));
        let openapi = read(&json!({
            "openapi": "3.0.3", "servers": [{"url": "https://api.example.com/api"}],
            "paths": {"/drafts": {"post": {
                "operationId": "draft", "description": "Drafts.",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ask"}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}},
            }}},
            "components": {"schemas": {
                "Ask": {"required": ["what"], "properties": {"what": {"type": "string", "description": "What."}}},
                "Page": {"properties": {"value": {"type": "array", "items": {"type": "object"}}}},
            }},
        }));

        for definition in [swagger, openapi] {
            let [action] = definition.actions() else { panic!("{definition:?}") };
            assert_eq!((action.method.as_str(), action.path.as_str()), ("POST", "/api/drafts"));
            let [input] = action.inputs.as_slice() else { panic!("{action:?}") };
            assert_eq!((input.name.as_str(), input.location, input.required), ("what", InputLocation::Body, true));
            assert_eq!(input.shape.description, "What.");
            let answer = action.answer.as_ref().expect("it is declared");
            assert_eq!(answer.shape.property("value").map(|value| value.kind.as_str()), Some("array"));
        }
    }

    #[test]
    fn a_circle_of_references_ends_and_a_dangling_one_is_told() {
        let definition = read(&json!({
            "swagger": "2.0",
            "paths": {"/a": {"get": {"responses": {
                "200": {"schema": {"$ref": "#/definitions/Tree"}},
                "404": {"$ref": "#/responses/None"},
            }, "parameters": [{"$ref": "#/parameters/Gone"}, {"$ref": "other.json#/x"}, {"$ref": "#/parameters/Me"}]}}},
            "definitions": {"Tree": {"properties": {"left": {"$ref": "#/definitions/Tree"}, "right": {"$ref": "#/definitions/Tree"}}}},
            "parameters": {"Me": {"$ref": "#/parameters/Me"}},
        }));

        assert!(definition.broken().iter().any(|broken| broken == "#/parameters/Gone"), "{:?}", definition.broken());
        assert!(definition.broken().iter().any(|broken| broken == "other.json#/x"));
        assert!(definition.broken().iter().any(|broken| broken == "#/parameters/Me"));
    }

    #[test]
    fn what_is_no_definition_is_refused() {
        for bytes in ["swagger: '2.0'", "[]", "{}", r#"{"swagger": "1.2", "paths": {}}"#, r#"{"openapi": "3.0.3"}"#] {
            assert!(ConnectorDefinition::read(bytes.as_bytes()).is_err(), "{bytes}");
        }
        assert!(matches!(ConnectorDefinition::read(&vec![b' '; LARGEST + 1]), Err(DefinitionError::TooLarge)));
    }
}
