//! An operation of a definition: an action, as Power Platform calls it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shape::{Shape, Shapes};

/// The member of an error that is required.
const ERROR_CODE: &str = "errorCode";

/// An operation of a connector.
#[derive(Debug)]
pub(crate) struct Action {
    pub id: Option<String>,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path, with the base path in front.
    pub path: String,
    /// The JSON pointer to it.
    pub pointer: String,
    pub summary: String,
    pub description: String,
    /// True if makers of flows do not see it (`x-ms-visibility: internal`).
    pub internal: bool,
    /// True if it is marked as `deprecated`.
    pub deprecated: bool,
    /// True if it is disabled for agents (`x-ms-openai-data.openai-enabled: false`).
    pub disabled: bool,
    pub inputs: Vec<ActionInput>,
    /// Descriptions of the entries among its parameters that are malformed.
    pub malformed: Vec<String>,
    /// The declared shape of a successful answer, if there is one.
    pub answer: Option<AnswerShape>,
    /// The statuses that it declares.
    pub statuses: BTreeSet<String>,
    /// The error statuses that it declares without the schema of an error.
    pub bare_errors: Vec<BareError>,
}

/// An error status without the schema of an error.
#[derive(Debug)]
pub(crate) struct BareError {
    pub status: String,
    /// The schema that it refers to instead, which other operations may share.
    pub reference: Option<String>,
}

/// The declared shape of a successful answer.
#[derive(Debug)]
pub(crate) struct AnswerShape {
    /// The schema in the form that rules compare.
    pub shape: Shape,
    /// The schema as it is written.
    pub schema: Value,
}

/// An input of an operation. Members of a body are inputs of their own.
#[derive(Debug)]
pub(crate) struct ActionInput {
    pub name: String,
    pub location: InputLocation,
    pub required: bool,
    pub shape: Shape,
    /// True if it has a title for people (`x-ms-summary`).
    pub has_summary: bool,
    /// True if the platform fills it in: it is internal and has a default.
    pub is_filled_in: bool,
}

/// The location of an input in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputLocation {
    Query,
    Path,
    Header,
    Form,
    Body,
}

impl Action {
    pub(super) fn read(shapes: &Shapes<'_>, item: &Value, operation: &Value, method: &str, path: &str) -> Self {
        let text = |name: &str| operation[name].as_str().unwrap_or_default().to_owned();
        let responses = operation["responses"].as_object();
        let (inputs, malformed) = inputs(shapes, item, operation);
        let errors = responses.into_iter().flatten().filter(|(status, _)| status.starts_with(['4', '5']));
        let bare = errors.filter_map(|(status, response)| bare_error(shapes, status, shapes.resolve(response)));
        Self {
            id: operation["operationId"].as_str().map(str::to_owned).filter(|id| !id.trim().is_empty()),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            pointer: String::new(),
            summary: text("summary"),
            description: text("description"),
            internal: operation["x-ms-visibility"] == "internal",
            deprecated: operation["deprecated"] == true,
            disabled: operation["x-ms-openai-data"]["openai-enabled"] == false,
            inputs,
            malformed,
            answer: answer(shapes, operation),
            bare_errors: bare.collect(),
            statuses: responses.into_iter().flatten().filter(is_declared).map(|(status, _)| status.clone()).collect(),
        }
    }

    /// Returns its name in reports.
    pub(crate) fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{} {}", self.method, self.path))
    }
}

/// Returns the status of a response that does not declare the schema of an error.
fn bare_error(shapes: &Shapes<'_>, status: &str, response: &Value) -> Option<BareError> {
    let schema = response.get("schema").or_else(|| json_schema(&response["content"]));
    let shape = schema.map(|schema| shapes.read(schema)).unwrap_or_default();
    // What is no schema is reported as such.
    let is_text = |code: &Shape| code.kind == "string" || code.is_broken;
    let describes_error =
        shape.is_broken || shape.property(ERROR_CODE).is_some_and(is_text) && shape.required.contains(ERROR_CODE);
    let reference = schema.and_then(|schema| schema["$ref"].as_str()).map(str::to_owned);
    (!describes_error).then(|| BareError { status: status.to_owned(), reference })
}

/// Reads the inputs of the path and of the operation. An operation's input overrides the path's input of the same name
/// and location.
fn inputs(shapes: &Shapes<'_>, item: &Value, operation: &Value) -> (Vec<ActionInput>, Vec<String>) {
    let listed = |of: &Value| -> Vec<Value> {
        let list = of["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().map(|parameter| shapes.resolve(parameter).clone()).collect()
    };
    let own = listed(operation);
    let is_own = |other: &Value| own.iter().any(|own| own["name"] == other["name"] && own["in"] == other["in"]);
    let of_path = listed(item).into_iter().filter(|other| !is_own(other));

    let (mut inputs, mut malformed) = (Vec::new(), Vec::new());
    for parameter in of_path.chain(own.iter().cloned()) {
        let location = match parameter["in"].as_str() {
            Some("query") => InputLocation::Query,
            Some("path") => InputLocation::Path,
            Some("header") => InputLocation::Header,
            Some("formData") => InputLocation::Form,
            Some("body") => {
                body(shapes, &parameter["schema"], &parameter, &mut inputs);
                continue;
            }
            // The agent sends no cookies.
            Some("cookie") => continue,
            Some(_) | None => {
                // A reference that cannot be resolved is reported elsewhere.
                if !parameter.is_null() {
                    malformed.push(format!("{parameter} has no valid location (`in`)"));
                }
                continue;
            }
        };
        if parameter["name"].as_str().is_none_or(str::is_empty) {
            malformed.push(format!("{parameter} has no name"));
            continue;
        }
        inputs.push(input(shapes, &parameter, location));
    }
    let request_body = shapes.resolve(&operation["requestBody"]);
    if let Some(schema) = json_schema(&request_body["content"]) {
        body(shapes, schema, request_body, &mut inputs);
    }
    (inputs, malformed)
}

fn input(shapes: &Shapes<'_>, parameter: &Value, location: InputLocation) -> ActionInput {
    // OpenAPI 3 nests a schema; Swagger 2.0 has the same members beside the name.
    let mut shape = shapes.read(parameter.get("schema").unwrap_or(parameter));
    if let Some(description) = parameter["description"].as_str() {
        description.clone_into(&mut shape.description);
    }
    ActionInput {
        name: parameter["name"].as_str().unwrap_or_default().to_owned(),
        location,
        required: parameter["required"] == true,
        is_filled_in: is_filled_in(parameter, &shape),
        // What is no text is reported as such.
        has_summary: parameter.get("x-ms-summary").is_some_and(|summary| summary != ""),
        shape,
    }
}

/// Reads the members of a body as inputs; or the body itself, if it is not an object.
fn body(shapes: &Shapes<'_>, schema: &Value, around: &Value, inputs: &mut Vec<ActionInput>) {
    let shape = shapes.read(schema);
    if shape.is_broken {
        return;
    }
    if shape.properties.is_empty() {
        let name = around["name"].as_str().unwrap_or("body").to_owned();
        let required = around["required"] == true;
        let (has_summary, is_filled_in) = (true, is_filled_in(around, &shape));
        inputs.push(ActionInput { name, location: InputLocation::Body, required, shape, has_summary, is_filled_in });
        return;
    }
    for (name, member) in shape.properties {
        let required = shape.required.contains(&name);
        let (has_summary, is_filled_in) = (member.has_summary, member.internal && member.default.is_some());
        inputs.push(ActionInput {
            name,
            location: InputLocation::Body,
            required,
            shape: member,
            has_summary,
            is_filled_in,
        });
    }
}

fn is_filled_in(parameter: &Value, shape: &Shape) -> bool {
    parameter["x-ms-visibility"] == "internal" && shape.default.is_some()
}

/// Returns whether the declaration of a status is an object, and its schema too.
fn is_declared((_, response): &(&String, &Value)) -> bool {
    response.is_object() && response.get("schema").is_none_or(Value::is_object)
}

/// Reads the answer that is declared for 200, else for another success, else for all statuses.
fn answer(shapes: &Shapes<'_>, operation: &Value) -> Option<AnswerShape> {
    let responses = operation["responses"].as_object()?;
    let success = responses.iter().find(|(status, _)| status.starts_with('2')).map(|(_, response)| response);
    let response = responses.get("200").or(success).or_else(|| responses.get("default"))?;
    let response = shapes.resolve(response);
    let schema = response.get("schema").or_else(|| json_schema(&response["content"]))?;
    Some(AnswerShape { shape: shapes.read(schema), schema: schema.clone() })
}

/// Returns the schema of the JSON media type of a content map.
fn json_schema(content: &Value) -> Option<&Value> {
    let (_, media) = content.as_object()?.iter().find(|(kind, _)| kind.contains("json") || *kind == "*/*")?;
    media.get("schema")
}
