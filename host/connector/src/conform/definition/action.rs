//! An operation of a definition, by the word that makers know it by: an action.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shape::{Shape, Shapes};

/// An operation of a connector.
#[derive(Debug)]
pub(crate) struct Action {
    pub id: Option<String>,
    /// In upper case.
    pub method: String,
    /// With the base path.
    pub path: String,
    pub summary: String,
    pub description: String,
    /// Whether makers of flows do not see it (`x-ms-visibility: internal`).
    pub internal: bool,
    pub inputs: Vec<Input>,
    /// What is listed among its parameters and is none, in words.
    pub malformed: Vec<String>,
    /// What a good answer holds, if it is declared.
    pub answer: Option<AnswerShape>,
    /// Statuses that it declares.
    pub statuses: BTreeSet<String>,
    /// Those of errors for which no schema is declared.
    pub bare_errors: Vec<String>,
}

/// What a good answer holds.
#[derive(Debug)]
pub(crate) struct AnswerShape {
    /// In the form that it was read into.
    pub shape: Shape,
    /// As it is written.
    pub schema: Value,
}

/// Something that an operation takes. Members of a body are inputs of their own.
#[derive(Debug)]
pub(crate) struct Input {
    pub name: String,
    pub place: Place,
    pub required: bool,
    pub shape: Shape,
    /// Whether it has a title for people (`x-ms-summary`).
    pub has_summary: bool,
    /// Whether the platform fills it in: internal, with a default.
    pub is_filled_in: bool,
}

/// Where an input is in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
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
        let bare = errors.filter(|(_, response)| !has_schema(shapes.resolve(response)));
        Self {
            id: operation["operationId"].as_str().map(str::to_owned).filter(|id| !id.trim().is_empty()),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            summary: text("summary"),
            description: text("description"),
            internal: operation["x-ms-visibility"] == "internal",
            inputs,
            malformed,
            answer: answer(shapes, operation),
            bare_errors: bare.map(|(status, _)| status.clone()).collect(),
            statuses: responses.into_iter().flatten().filter(is_declared).map(|(status, _)| status.clone()).collect(),
        }
    }

    /// What reports call it.
    pub(crate) fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{} {}", self.method, self.path))
    }
}

/// Whether a response says what it holds.
fn has_schema(response: &Value) -> bool {
    response["schema"].is_object() || json_schema(&response["content"]).is_some_and(Value::is_object)
}

/// Inputs of the path and of the operation, which go before those of the path that have the same name and place.
fn inputs(shapes: &Shapes<'_>, item: &Value, operation: &Value) -> (Vec<Input>, Vec<String>) {
    let listed = |of: &Value| -> Vec<Value> {
        let list = of["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().map(|parameter| shapes.resolve(parameter).clone()).collect()
    };
    let own = listed(operation);
    let is_own = |other: &Value| own.iter().any(|own| own["name"] == other["name"] && own["in"] == other["in"]);
    let of_path = listed(item).into_iter().filter(|other| !is_own(other));

    let (mut inputs, mut malformed) = (Vec::new(), Vec::new());
    for parameter in of_path.chain(own.iter().cloned()) {
        let place = match parameter["in"].as_str() {
            Some("query") => Place::Query,
            Some("path") => Place::Path,
            Some("header") => Place::Header,
            Some("formData") => Place::Form,
            Some("body") => {
                body(shapes, &parameter["schema"], &parameter, &mut inputs);
                continue;
            }
            // The agent has none.
            Some("cookie") => continue,
            Some(_) | None => {
                // A reference that leads nowhere is told elsewhere.
                if !parameter.is_null() {
                    malformed.push(format!("{parameter} says no place (`in`) that there is"));
                }
                continue;
            }
        };
        if parameter["name"].as_str().is_none_or(str::is_empty) {
            malformed.push(format!("{parameter} has no name"));
            continue;
        }
        inputs.push(input(shapes, &parameter, place));
    }
    let request_body = shapes.resolve(&operation["requestBody"]);
    if let Some(schema) = json_schema(&request_body["content"]) {
        body(shapes, schema, request_body, &mut inputs);
    }
    (inputs, malformed)
}

fn input(shapes: &Shapes<'_>, parameter: &Value, place: Place) -> Input {
    // OpenAPI 3 has a schema, Swagger 2.0 the same members beside the name.
    let mut shape = shapes.read(parameter.get("schema").unwrap_or(parameter));
    if let Some(description) = parameter["description"].as_str() {
        description.clone_into(&mut shape.description);
    }
    Input {
        name: parameter["name"].as_str().unwrap_or_default().to_owned(),
        place,
        required: parameter["required"] == true,
        is_filled_in: is_filled_in(parameter, &shape),
        has_summary: parameter["x-ms-summary"].as_str().is_some_and(|summary| !summary.is_empty()),
        shape,
    }
}

/// The members of a body; or the body itself, if it is no object.
fn body(shapes: &Shapes<'_>, schema: &Value, around: &Value, inputs: &mut Vec<Input>) {
    let shape = shapes.read(schema);
    if shape.properties.is_empty() {
        let name = around["name"].as_str().unwrap_or("body").to_owned();
        let required = around["required"] == true;
        let (has_summary, is_filled_in) = (true, is_filled_in(around, &shape));
        inputs.push(Input { name, place: Place::Body, required, shape, has_summary, is_filled_in });
        return;
    }
    for (name, member) in shape.properties {
        let required = shape.required.contains(&name);
        let (has_summary, is_filled_in) = (member.has_summary, member.internal && member.default.is_some());
        inputs.push(Input { name, place: Place::Body, required, shape: member, has_summary, is_filled_in });
    }
}

fn is_filled_in(parameter: &Value, shape: &Shape) -> bool {
    parameter["x-ms-visibility"] == "internal" && shape.default.is_some()
}

/// Whether what is declared of a status is an object, and its schema too.
fn is_declared((_, response): &(&String, &Value)) -> bool {
    response.is_object() && response.get("schema").is_none_or(Value::is_object)
}

/// What is declared for 200, else for another success, else for all statuses.
fn answer(shapes: &Shapes<'_>, operation: &Value) -> Option<AnswerShape> {
    let responses = operation["responses"].as_object()?;
    let success = responses.iter().find(|(status, _)| status.starts_with('2')).map(|(_, response)| response);
    let response = responses.get("200").or(success).or_else(|| responses.get("default"))?;
    let response = shapes.resolve(response);
    let schema = response.get("schema").or_else(|| json_schema(&response["content"]))?;
    Some(AnswerShape { shape: shapes.read(schema), schema: schema.clone() })
}

/// The schema of what is JSON among kinds of content.
fn json_schema(content: &Value) -> Option<&Value> {
    let (_, media) = content.as_object()?.iter().find(|(kind, _)| kind.contains("json") || *kind == "*/*")?;
    media.get("schema")
}
