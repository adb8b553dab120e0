//! A schema of a definition, read as far as it is compared: references followed, parts merged, within bounds.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// How deep schemas are read. The contract's own are three deep.
const DEEPEST: usize = 10;

/// Schemas that are read of one definition: references unfold a small file into a large one.
const MOST: usize = 50_000;

/// References that are followed in a row.
const MOST_STEPS: usize = 16;

/// What a schema says, as far as it is compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// Its type, empty if it says none.
    pub kind: String,
    /// Its format, empty if it says none.
    pub format: String,
    pub description: String,
    /// Names of the properties that must be there.
    pub required: BTreeSet<String>,
    /// In the order of the file.
    pub properties: Vec<(String, Shape)>,
    pub items: Option<Box<Shape>>,
    /// The values there are, if they are listed.
    pub values: Vec<Value>,
    pub default: Option<Value>,
    pub has_summary: bool,
    pub internal: bool,
}

impl Shape {
    /// The property of this name, in any letter case.
    pub(crate) fn property(&self, name: &str) -> Option<&Self> {
        self.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, shape)| shape)
    }
}

/// Reads the schemas of a document.
pub(super) struct Shapes<'a> {
    document: &'a Value,
    left: Cell<usize>,
    broken: RefCell<BTreeSet<String>>,
}

impl<'a> Shapes<'a> {
    pub(super) fn of(document: &'a Value) -> Self {
        Self { document, left: Cell::new(MOST), broken: RefCell::default() }
    }

    /// References that could not be followed, so far.
    pub(super) fn broken(&self) -> Vec<String> {
        self.broken.borrow().iter().cloned().collect()
    }

    /// Follows every reference in `value`: those of errors are nowhere else.
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

    /// What `value` is, or refers to.
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
        // Not by the letter of JSON schema, but what editors and makers mean.
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
            kind: kind(schema),
            format: text("format"),
            description: text("description"),
            required: required.filter_map(Value::as_str).map(str::to_owned).collect(),
            properties: properties.map(read).collect(),
            items: schema.get("items").map(|items| Box::new(self.read_at(items, depth + 1))),
            values: schema["enum"].as_array().cloned().unwrap_or_default(),
            default: schema.get("default").cloned(),
            has_summary: schema["x-ms-summary"].is_string() || schema["title"].is_string(),
            internal: schema["x-ms-visibility"] == "internal",
        }
    }
}

/// The type that a schema names, or that its members tell.
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

/// Adds what a part says to what the whole says.
fn merge(whole: &mut Shape, part: Shape) {
    let fill = |text: &mut String, other: String| {
        if text.is_empty() {
            *text = other;
        }
    };
    fill(&mut whole.kind, part.kind);
    fill(&mut whole.format, part.format);
    fill(&mut whole.description, part.description);
    whole.required.extend(part.required);
    whole.properties.extend(part.properties);
    whole.items = whole.items.take().or(part.items);
}
