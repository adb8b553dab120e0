//! Validation of an Adaptive Card against the schema of version 1.5.
//!
//! The schema is a tree of alternatives that differ in `type`. A general validator tries them all: its time grows with
//! each level, and all it reports of a typing error is that nothing fits. This one follows `type` to the alternative
//! that is meant.

mod schema;

use serde_json::{Map, Value};

use contract::JsonPath;
use schema::{Alternatives, Node};

/// The most flaws that are reported of one card.
const MOST: usize = 10;

/// A flaw of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CardFlaw {
    /// The location, such as `body[0].items[2].color`; empty for the card itself.
    pub path: String,
    /// The flaw, and the values that are allowed.
    pub what: String,
}

impl std::fmt::Display for CardFlaw {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, what } = self;
        if path.is_empty() { formatter.write_str(what) } else { write!(formatter, "`{path}`: {what}") }
    }
}

/// Validates a card against the schema.
pub(super) fn check(card: &Value) -> Vec<CardFlaw> {
    let mut check = Check::default();
    match card {
        Value::Object(members) => {
            if !members.contains_key("type") {
                check.add(&JsonPath::Root, "it must have the type `AdaptiveCard`");
            }
            if !members.contains_key("version") {
                check.add(&JsonPath::Root, "it has no `version`; 1.5 is the highest that is supported");
            }
            check.object(members, Node::card(), &JsonPath::Root);
        }
        _ => check.add(&JsonPath::Root, "it must be an object"),
    }
    check.flaws
}

#[derive(Default)]
struct Check {
    flaws: Vec<CardFlaw>,
}

impl Check {
    fn add(&mut self, path: &JsonPath<'_>, what: impl Into<String>) {
        if self.flaws.len() < MOST {
            self.flaws.push(CardFlaw { path: path.to_string(), what: what.into() });
        }
    }

    /// Validates a value against its part of the schema.
    fn value(&mut self, value: &Value, node: Node, path: &JsonPath<'_>) {
        if self.flaws.len() == MOST {
            return;
        }
        let alternatives = node.alternatives();
        if alternatives.allow_anything() {
            return;
        }
        match value {
            Value::Object(members) => self.one_of(members, &alternatives, path),
            Value::Array(entries) => match alternatives.items() {
                Some(items) => {
                    for (index, entry) in entries.iter().enumerate() {
                        self.value(entry, items, &JsonPath::Entry(path, index));
                    }
                }
                None => self.otherwise(&alternatives, path),
            },
            Value::String(text) => self.text(text, &alternatives, path),
            Value::Number(_) => self.simple("number", &alternatives, path),
            Value::Bool(_) => self.simple("boolean", &alternatives, path),
            Value::Null => self.simple("null", &alternatives, path),
        }
    }

    fn simple(&mut self, kind: &str, alternatives: &Alternatives, path: &JsonPath<'_>) {
        if !alternatives.allow(kind) {
            self.otherwise(alternatives, path);
        }
    }

    fn otherwise(&mut self, alternatives: &Alternatives, path: &JsonPath<'_>) {
        self.add(path, format!("it must be {alternatives}"));
    }

    /// Validates a text. Enumerated values are compared without case, as renderers do.
    fn text(&mut self, text: &str, alternatives: &Alternatives, path: &JsonPath<'_>) {
        let words = alternatives.words();
        if alternatives.allow("string") || words.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return;
        }
        if words.is_empty() {
            return self.otherwise(alternatives, path);
        }
        let short: String = text.chars().take(40).collect();
        self.add(path, format!("`{short}` is none of {}", words.join(", ")));
    }

    /// Validates an object against the alternative whose `type` it names.
    fn one_of(&mut self, members: &Map<String, Value>, alternatives: &Alternatives, path: &JsonPath<'_>) {
        let objects = alternatives.objects();
        if let [only] = objects.as_slice()
            && (!only.must_name_type || members.contains_key("type"))
        {
            return self.object(members, only.node, path);
        }
        if objects.is_empty() {
            return self.otherwise(alternatives, path);
        }
        let named = members.get("type").and_then(Value::as_str);
        match objects.iter().find(|object| object.node.type_name() == named) {
            Some(object) => self.object(members, object.node, path),
            None => {
                let names: Vec<&str> = objects.iter().filter_map(|object| object.node.type_name()).collect();
                let named =
                    named.map_or_else(|| "it names no `type`".to_owned(), |name| format!("there is no `{name}` here"));
                self.add(path, format!("{named}; there are {}", names.join(", ")));
            }
        }
    }

    fn object(&mut self, members: &Map<String, Value>, node: Node, path: &JsonPath<'_>) {
        let name = node.type_name().unwrap_or("it");
        for required in node.required().into_iter().filter(|required| !members.contains_key(*required)) {
            self.add(path, format!("{name} needs `{required}`"));
        }
        for (member, value) in members {
            let declared = node.property(member);
            if declared.is_empty() {
                if let Some(rest) = node.other_properties() {
                    self.value(value, rest, &JsonPath::Member(path, member));
                } else if node.is_closed() {
                    self.add(path, format!("{name} has no `{member}`{}", hint(member, &node.property_names())));
                }
            }
            for declared in declared {
                self.value(value, declared, &JsonPath::Member(path, member));
            }
        }
    }
}

/// Suggests the name that was probably meant, if one is similar.
fn hint(name: &str, names: &[&str]) -> String {
    // The distance takes time in proportion to the product of both lengths, and the card's author chooses one.
    if name.len() > 64 {
        return String::new();
    }
    let near = names.iter().map(|other| (strsim::jaro_winkler(name, other), *other));
    let nearest = near.filter(|(likeness, _)| *likeness > 0.8).max_by(|one, other| one.0.total_cmp(&other.0));
    nearest.map_or_else(String::new, |(_, other)| format!("; is `{other}` meant?"))
}

#[cfg(test)]
mod tests;
