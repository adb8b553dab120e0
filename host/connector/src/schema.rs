//! The JSON schemas of requests and answers, in the keywords that both dialects share.

use serde_json::{Map, Value, json};

use super::endpoint::{Endpoint, EndpointAnswer, EndpointInput, InputKind};
use super::words;
use contract::operation::CONTENT_TYPES;
use contract::{Field, FieldKind, Kind, Operation, Parameter, ParameterKind};

/// The values of `crmType`, as certified connectors write them.
const CRM_TYPES: [&str; 2] = ["Dynamics365", "Salesforce"];

/// The name of the schema of all errors.
pub(super) const ERROR: &str = "ApiError";

/// The name of the schema of a chat skill's answer.
const CHAT: &str = "ChatAnswer";

/// The name of the schema of the connection test's answer.
const CONNECTED: &str = "Connected";

/// A format of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAPI 2.0.
    Swagger,
    /// OpenAPI 3.0.3.
    OpenApi,
}

impl Dialect {
    /// Returns a reference to the schema of this name.
    pub(super) fn reference(self, name: &str) -> Value {
        let schemas = match self {
            Self::Swagger => "#/definitions/",
            Self::OpenApi => "#/components/schemas/",
        };
        json!({ "$ref": format!("{schemas}{name}") })
    }

    /// Returns the keyword for a value that may be `null`.
    fn nullable(self) -> &'static str {
        match self {
            Self::Swagger => "x-nullable",
            Self::OpenApi => "nullable",
        }
    }

    /// Extends the schema of an optional input: `null` and an empty text count as absent, whatever the type.
    pub(super) fn optional(self, mut schema: Map<String, Value>) -> Map<String, Value> {
        let takes_empty_text = schema.get("type") == Some(&json!("string")) && !schema.contains_key("format");
        let is_scalar = !matches!(schema.get("type").and_then(Value::as_str), Some("array" | "object"));
        schema.insert(self.nullable().to_owned(), json!(true));
        match self {
            // Swagger has no `anyOf`, and the agent needs plain types.
            Self::Swagger => schema,
            Self::OpenApi if takes_empty_text || !is_scalar => schema,
            Self::OpenApi => map(json!({ "anyOf": [schema, { "type": "string", "maxLength": 0 }] })),
        }
    }

    /// Returns the schema of an input's value.
    pub(super) fn input(self, kind: &InputKind) -> Map<String, Value> {
        match kind {
            InputKind::Table(kind) => self.of_kind(*kind),
            InputKind::Choice(choices) => map(json!({ "type": "string", "enum": choices })),
            InputKind::Skill(ParameterKind::Text | ParameterKind::Choice) => plain("string", None),
            InputKind::Skill(ParameterKind::Integer) => plain("integer", Some("int32")),
            InputKind::Skill(ParameterKind::Number) => plain("number", Some("double")),
            InputKind::Skill(ParameterKind::Boolean) => plain("boolean", None),
            InputKind::Skill(ParameterKind::Instant) => plain("string", Some("date-time")),
        }
    }

    /// Returns the schema of a body that holds `inputs`.
    pub(super) fn body(self, inputs: &[EndpointInput]) -> Value {
        let members = inputs.iter().map(|input| SchemaMember {
            name: &input.name,
            description: &input.description,
            required: input.required,
            schema: self.input(&input.kind),
        });
        self.object(members)
    }

    fn of_kind(self, kind: Kind) -> Map<String, Value> {
        match kind {
            Kind::Text | Kind::Content | Kind::RecordType | Kind::CrmOrgUrl | Kind::Addresses => plain("string", None),
            Kind::CrmType => {
                let mut schema = plain("string", None);
                // The values become a drop-down for makers of flows. The host accepts others too, so OpenAPI has none.
                if self == Self::Swagger {
                    schema.insert("enum".to_owned(), json!(CRM_TYPES));
                }
                schema
            }
            Kind::DateTime => plain("string", Some("date-time")),
            Kind::Count => plain("integer", Some("int32")),
            Kind::Texts => listed(json!({ "type": "string", self.nullable(): true })),
            Kind::Object(members) => map(self.members(members)),
            Kind::Objects(members) => {
                let mut entry = map(self.members(members));
                entry.insert(self.nullable().to_owned(), json!(true));
                listed(Value::Object(entry))
            }
        }
    }

    fn members(self, parameters: &[Parameter]) -> Value {
        self.object(parameters.iter().map(|parameter| SchemaMember {
            name: parameter.name,
            description: parameter.description,
            required: parameter.required,
            schema: self.of_kind(parameter.kind),
        }))
    }

    fn object<'a>(self, members: impl Iterator<Item = SchemaMember<'a>>) -> Value {
        let (mut required, mut properties) = (Vec::new(), Map::new());
        for SchemaMember { name, description, required: is_required, mut schema } in members {
            if is_required {
                required.push(name);
            } else {
                schema = self.optional(schema);
            }
            schema.insert("description".to_owned(), json!(description));
            if self == Self::Swagger {
                schema.insert("x-ms-summary".to_owned(), json!(words::title(name)));
            }
            properties.insert(name.to_owned(), Value::Object(schema));
        }
        let mut object = map(json!({ "type": "object", "properties": properties }));
        if !required.is_empty() {
            object.insert("required".to_owned(), json!(required));
        }
        Value::Object(object)
    }

    /// Returns a reference to the schema of `answer`.
    pub(super) fn answer(self, answer: EndpointAnswer) -> Value {
        self.reference(&answer_name(answer))
    }

    /// Returns the named schemas that `endpoints` refer to.
    pub(super) fn named(self, endpoints: &[Endpoint]) -> Map<String, Value> {
        let mut schemas = Map::new();
        for endpoint in endpoints {
            let name = answer_name(endpoint.answer);
            if schemas.contains_key(&name) {
                continue;
            }
            let schema = match endpoint.answer {
                EndpointAnswer::Page(operation) => {
                    let item = format!("{}Item", words::type_name(operation.path));
                    let page = self.page(&item);
                    schemas.insert(item, self.item(operation));
                    page
                }
                EndpointAnswer::Chat => chat(),
                EndpointAnswer::Connected => json!({
                    "type": "object",
                    "required": ["status"],
                    "properties": { "status": { "type": "string", "description": "The state of the connection." } },
                }),
            };
            schemas.insert(name, schema);
        }
        schemas.insert(ERROR.to_owned(), error());
        schemas
    }

    fn page(self, item: &str) -> Value {
        json!({
            "type": "object",
            "required": ["value"],
            "properties": {
                "value": { "type": "array", "description": "The items.", "items": self.reference(item) },
                "hasMoreResults": { "type": "boolean", "description": "Whether there are more items." },
            },
        })
    }

    fn item(self, operation: &Operation) -> Value {
        let (mut required, mut properties) = (Vec::new(), Map::new());
        for field in operation.outputs {
            if field.required {
                required.push(field.name);
            }
            let mut schema = self.of_field(field);
            schema.insert("description".to_owned(), json!(field.description));
            if self == Self::Swagger {
                schema.insert("x-ms-summary".to_owned(), json!(words::title(field.name)));
            }
            properties.insert(field.name.to_owned(), Value::Object(schema));
        }
        json!({ "type": "object", "required": required, "properties": properties })
    }

    fn of_field(self, field: &Field) -> Map<String, Value> {
        let mut schema = match (field.kind, self) {
            (FieldKind::Text | FieldKind::Identifier | FieldKind::Url, _) => plain("string", None),
            (FieldKind::DateTime, _) => plain("string", Some("date-time")),
            // The values are those that the agent is known to show. Plugins may return others, so OpenAPI has none.
            (FieldKind::ContentType, Self::Swagger) => map(json!({ "type": "string", "enum": CONTENT_TYPES })),
            (FieldKind::ContentType, Self::OpenApi) => map(json!({ "type": "string", "pattern": "^content-" })),
            (FieldKind::Properties, _) => {
                map(json!({ "type": "object", "additionalProperties": { "type": "string" } }))
            }
        };
        let has_length = matches!(field.kind, FieldKind::Text | FieldKind::Identifier | FieldKind::Url);
        if field.required && has_length {
            schema.insert("minLength".to_owned(), json!(1));
        }
        if let Some(most) = field.max_length {
            schema.insert("maxLength".to_owned(), json!(most));
        }
        schema
    }
}

/// A member of an object.
struct SchemaMember<'a> {
    name: &'a str,
    description: &'a str,
    required: bool,
    schema: Map<String, Value>,
}

fn answer_name(answer: EndpointAnswer) -> String {
    match answer {
        EndpointAnswer::Page(operation) => format!("{}Page", words::type_name(operation.path)),
        EndpointAnswer::Chat => CHAT.to_owned(),
        EndpointAnswer::Connected => CONNECTED.to_owned(),
    }
}

/// Returns the schema of `contract::ChatAnswer`.
fn chat() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "type": "object",
        "required": ["adaptiveCards"],
        "properties": {
            "adaptiveCards": {
                "type": "array",
                "description": "The cards, in the order to show.",
                "items": {
                    "type": "object",
                    "required": ["adaptiveCard"],
                    "properties": {
                        "adaptiveCard": {
                            "type": "string",
                            "minLength": 1,
                            "description": "An Adaptive Card of version 1.5, serialised.",
                        },
                        "previewCardData": {
                            "type": "object",
                            "properties": {
                                "title": text("Title of the card."),
                                "subTitle": text("Line below the title."),
                                "url": text("URL of the record or topic."),
                            },
                        },
                    },
                },
            },
        },
    })
}

/// Returns the schema of `contract::ErrorBody`.
fn error() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "type": "object",
        "required": ["errorCode"],
        "properties": {
            "errorCode": { "type": "string", "minLength": 1, "description": "Code of the error." },
            "errorMessage": text("Message for people."),
            "activityId": text("Identifies the request in logs."),
            "details": { "type": "object", "description": "Outcome of each provider." },
        },
    })
}

fn plain(kind: &str, format: Option<&str>) -> Map<String, Value> {
    let mut schema = map(json!({ "type": kind }));
    if let Some(format) = format {
        schema.insert("format".to_owned(), json!(format));
    }
    schema
}

fn listed(items: Value) -> Map<String, Value> {
    let mut schema = plain("array", None);
    schema.insert("items".to_owned(), items);
    schema
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}
