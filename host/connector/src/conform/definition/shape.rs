//! A schema of a definition, reduced to the parts that rules compare: references are resolved and `allOf` is merged,
//! within bounds.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// The greatest depth to which schemas are read. The contract's own are three deep.
const DEEPEST: usize = 10;

/// The most schemas that are read of one definition: references can expand a small file into a very large one.
const MOST: usize = 50_000;

/// The most references that are followed in a row.
const MOST_STEPS: usize = 16;

/// The types of values.
const TYPES: [&str; 8] = ["array", "boolean", "file", "integer", "null", "number", "object", "string"];

/// The keywords that restrict values, besides type and format.
const LIMITS: [&str; 14] = [
    "enum",
    "const",
    "not",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "minProperties",
];

/// The parts of a schema that rules compare.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// True if it is no schema: a reference leads nowhere, or a part is of another type than it must be.
    pub is_broken: bool,
    /// Its type; empty if none is stated.
    pub kind: String,
    /// True if its type is stated, not only implied by its members.
    pub states_type: bool,
    /// Its format; empty if none is stated.
    pub format: String,
    pub description: String,
    /// The names of the required properties.
    pub required: BTreeSet<String>,
    /// The properties, in the order of the file.
    pub properties: Vec<(String, Shape)>,
    pub items: Option<Box<Shape>>,
    /// The schema of properties that are not named, if there is one.
    pub additional: Option<Box<Shape>>,
    /// The allowed values, if they are enumerated.
    pub values: Vec<Value>,
    /// The keywords that restrict its values, as they are written.
    pub limits: Map<String, Value>,
    pub default: Option<Value>,
    pub has_summary: bool,
    pub internal: bool,
}

impl Shape {
    /// Returns its type, if it states one.
    pub(crate) fn stated_type(&self) -> &str {
        if self.states_type { &self.kind } else { "" }
    }

    /// Returns the property of this name, in any letter case.
    pub(crate) fn property(&self, name: &str) -> Option<&Self> {
        self.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, shape)| shape)
    }
}

/// The reader of a document's schemas.
pub(super) struct Shapes<'a> {
    document: &'a Value,
    left: Cell<usize>,
    broken: RefCell<BTreeSet<String>>,
}

impl<'a> Shapes<'a> {
    pub(super) fn of(document: &'a Value) -> Self {
        Self { document, left: Cell::new(MOST), broken: RefCell::default() }
    }

    /// Returns the references that could not be resolved so far.
    pub(super) fn broken(&self) -> Vec<String> {
        self.broken.borrow().iter().cloned().collect()
    }

    /// Returns whether there were more schemas than are read.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// Resolves every reference in `value`, so that those in error responses are checked too.
    pub(super) fn follow_all(&self, value: &Value) {
        match value {
            Value::Object(members) => {
                if members.get("$ref").is_some_and(Value::is_string) {
                    self.resolve(value);
                }
                members.values().for_each(|value| self.follow_all(value));
            }
            Value::Array(entries) => entries.iter().for_each(|value| self.follow_all(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Resolves `value` if it is a reference.
    pub(super) fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        let mut value = value;
        for _ in 0..MOST_STEPS {
            let Some(reference) = value["$ref"].as_str() else { return value };
            let pointer = reference.strip_prefix('#').map(|pointer| percent_decode_str(pointer).decode_utf8_lossy());
            match pointer.and_then(|pointer| self.document.pointer(&pointer)) {
                Some(target) => value = target,
                None => {
                    self.broken.borrow_mut().insert(reference.to_owned());
                    return &Value::Null;
                }
            }
        }
        if let Some(reference) = value["$ref"].as_str() {
            self.broken.borrow_mut().insert(reference.to_owned());
        }
        &Value::Null
    }

    /// Reads a schema.
    pub(super) fn read(&self, schema: &Value) -> Shape {
        self.read_at(schema, 0)
    }

    fn read_at(&self, schema: &Value, depth: usize) -> Shape {
        let Some(left) = self.left.get().checked_sub(1).filter(|_| depth < DEEPEST) else { return Shape::default() };
        self.left.set(left);
        let resolved = self.resolve(schema);
        let mut shape = self.own(resolved, depth);
        for part in resolved["allOf"].as_array().into_iter().flatten() {
            merge(&mut shape, self.read_at(part, depth + 1));
        }
        // JSON Schema ignores members beside `$ref`, but editors and authors mean them.
        if let Some(description) = schema["description"].as_str() {
            description.clone_into(&mut shape.description);
        }
        shape
    }

    fn own(&self, schema: &Value, depth: usize) -> Shape {
        let text = |name: &str| schema[name].as_str().unwrap_or_default().to_owned();
        let properties = schema["properties"].as_object();
        let properties = properties.into_iter().flatten();
        let read = |(name, schema): (&String, &Value)| (name.clone(), self.read_at(schema, depth + 1));
        let required = schema["required"].as_array().into_iter().flatten();
        Shape {
            is_broken: is_broken(schema),
            kind: kind(schema),
            states_type: schema.get("type").is_some(),
            format: text("format"),
            description: text("description"),
            required: required.filter_map(Value::as_str).map(str::to_owned).collect(),
            properties: properties.map(read).collect(),
            items: schema.get("items").map(|items| Box::new(self.read_at(items, depth + 1))),
            additional: schema
                .get("additionalProperties")
                .filter(|values| values.is_object())
                .map(|values| Box::new(self.read_at(values, depth + 1))),
            values: schema["enum"].as_array().cloned().unwrap_or_default(),
            limits: limits(schema),
            default: schema.get("default").cloned(),
            has_summary: schema["x-ms-summary"].is_string() || schema["title"].is_string(),
            internal: schema["x-ms-visibility"] == "internal",
        }
    }
}

/// Returns whether a value is no schema, which Swagger's own schema reports.
fn is_broken(schema: &Value) -> bool {
    let is_type = |kind: &Value| kind.as_str().is_some_and(|kind| TYPES.contains(&kind)) || kind.is_array();
    !schema.is_object()
        || schema.get("properties").is_some_and(|properties| !properties.is_object())
        || schema.get("required").is_some_and(|required| !required.is_array() && !required.is_boolean())
        || schema.get("description").is_some_and(|description| !description.is_string())
        || schema.get("type").is_some_and(|kind| !is_type(kind))
}

/// Returns the keywords of a schema that restrict its values.
fn limits(schema: &Value) -> Map<String, Value> {
    let stated = LIMITS.iter().filter_map(|name| Some(((*name).to_owned(), schema.get(name)?.clone())));
    stated.collect()
}

/// Returns the type that a schema names, or that its members imply.
fn kind(schema: &Value) -> String {
    let named = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        other => other.as_str(),
    };
    let told = || {
        let has = |name: &str| schema.get(name).is_some();
        if has("properties") || has("additionalProperties") {
            "object"
        } else if has("items") {
            "array"
        } else {
            ""
        }
    };
    named.unwrap_or_else(told).to_owned()
}

/// Merges a part of `allOf` into the whole.
fn merge(whole: &mut Shape, part: Shape) {
    let fill = |text: &mut String, other: String| {
        if text.is_empty() {
            *text = other;
        }
    };
    fill(&mut whole.kind, part.kind);
    fill(&mut whole.format, part.format);
    whole.states_type |= part.states_type;
    whole.is_broken |= part.is_broken;
    fill(&mut whole.description, part.description);
    whole.required.extend(part.required);
    whole.properties.extend(part.properties);
    whole.items = whole.items.take().or(part.items);
    whole.additional = whole.additional.take().or(part.additional);
    whole.values.extend(part.values);
    whole.limits.extend(part.limits);
}
