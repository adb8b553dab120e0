//! The published schema of cards, read through the keywords of JSON Schema that it uses: `anyOf`, `allOf`, `$ref`,
//! `type`, `enum`, `required`, `properties`, `additionalProperties`, `items`. Its patterns are not evaluated: they
//! repeat the enumerations in every letter case.

use std::fmt;
use std::sync::LazyLock;

use serde_json::Value;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("adaptive-card-1.5.0.json")).expect("the published schema is JSON")
});

/// The most references and parts that are followed in a row. The schema's own are four deep.
const DEEPEST: usize = 16;

/// A part of the schema.
#[derive(Clone, Copy)]
pub(super) struct Node(&'static Value);

/// An object that a value may be.
pub(super) struct Object {
    pub(super) node: Node,
    /// True if the object must state its `type`.
    pub(super) must_name_type: bool,
}

/// The alternatives that a value may match.
pub(super) struct Alternatives(Vec<(Node, bool)>);

impl Node {
    /// Returns the schema of the card itself.
    pub(super) fn card() -> Self {
        Self(&SCHEMA["definitions"]["AdaptiveCard"])
    }

    /// Follows its reference, if it is one.
    fn target(self) -> Self {
        let Some(reference) = self.0["$ref"].as_str() else { return self };
        let name = reference.strip_prefix("#/definitions/").expect("the published schema refers to its definitions");
        Self(&SCHEMA["definitions"][name])
    }

    pub(super) fn alternatives(self) -> Alternatives {
        let mut found = Vec::new();
        self.collect(false, DEEPEST, &mut found);
        Alternatives(found)
    }

    fn collect(self, must_name_type: bool, left: usize, found: &mut Vec<(Self, bool)>) {
        let node = self.target();
        let Some(left) = left.checked_sub(1) else { return };
        if let Some(alternatives) = node.0["anyOf"].as_array() {
            for alternative in alternatives {
                Self(alternative).collect(must_name_type, left, found);
            }
            return;
        }
        // `{"required": ["type"], "allOf": [{"$ref": …}]}` stands for an element that names its type.
        if node.0.get("properties").is_none()
            && let Some([only]) = node.0["allOf"].as_array().map(Vec::as_slice)
        {
            return Self(only).collect(must_name_type || node.0.get("required").is_some(), left, found);
        }
        found.push((node, must_name_type));
    }

    /// Returns this node and those that it includes by `allOf`.
    fn lineage(self) -> Vec<Self> {
        let mut lineage = vec![self.target()];
        let mut next = 0;
        while let Some(node) = lineage.get(next).copied().filter(|_| next < DEEPEST) {
            lineage.extend(node.0["allOf"].as_array().into_iter().flatten().map(|part| Self(part).target()));
            next += 1;
        }
        lineage
    }

    /// Returns the `type` that such an object states.
    pub(super) fn type_name(self) -> Option<&'static str> {
        self.0["properties"]["type"]["enum"][0].as_str()
    }

    pub(super) fn required(self) -> Vec<&'static str> {
        let lists = self.lineage().into_iter().filter_map(|node| node.0["required"].as_array());
        lists.flatten().filter_map(Value::as_str).collect()
    }

    /// Returns the declarations of a property, here and in the included nodes.
    pub(super) fn property(self, name: &str) -> Vec<Self> {
        let declared = |node: Self| {
            let properties = node.0["properties"].as_object()?;
            // Two are published as `rtl?`.
            let optional = format!("{name}?");
            properties.get(name).or_else(|| properties.get(&optional)).map(Self)
        };
        self.lineage().into_iter().filter_map(declared).collect()
    }

    pub(super) fn property_names(self) -> Vec<&'static str> {
        let properties = self.lineage().into_iter().filter_map(|node| node.0["properties"].as_object());
        properties.flat_map(|properties| properties.keys()).map(|name| name.trim_end_matches('?')).collect()
    }

    /// Returns the schema of properties that are not declared, if there is one.
    pub(super) fn other_properties(self) -> Option<Self> {
        self.0.get("additionalProperties").filter(|rest| rest.is_object()).map(Self)
    }

    /// Returns whether undeclared properties are forbidden.
    pub(super) fn is_closed(self) -> bool {
        self.0["additionalProperties"] == false
    }

    fn kind(self) -> Option<&'static str> {
        self.0["type"].as_str()
    }

    /// Returns whether the node itself restricts nothing.
    fn is_open(self) -> bool {
        ["type", "enum", "pattern", "properties"].iter().all(|keyword| self.0.get(*keyword).is_none())
    }
}

impl Alternatives {
    /// Returns whether any value matches.
    pub(super) fn allow_anything(&self) -> bool {
        self.0.iter().any(|(node, _)| node.is_open())
    }

    /// Returns whether any value of this simple type matches.
    pub(super) fn allow(&self, kind: &str) -> bool {
        self.0.iter().any(|(node, _)| node.kind() == Some(kind) && node.0.get("enum").is_none())
    }

    /// Returns the enumerated values.
    pub(super) fn words(&self) -> Vec<&'static str> {
        let lists = self.0.iter().filter_map(|(node, _)| node.0["enum"].as_array());
        lists.flatten().filter_map(Value::as_str).collect()
    }

    /// Returns the schema of a list's entries, if a list is allowed.
    pub(super) fn items(&self) -> Option<Node> {
        self.0.iter().find_map(|(node, _)| node.0.get("items")).map(Node)
    }

    /// Returns the objects that are allowed.
    pub(super) fn objects(&self) -> Vec<Object> {
        let objects = self.0.iter().filter(|(node, _)| node.kind() == Some("object"));
        objects.map(|(node, must_name_type)| Object { node: *node, must_name_type: *must_name_type }).collect()
    }
}

/// Describes the alternatives in words.
impl fmt::Display for Alternatives {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = Vec::new();
        for (node, _) in &self.0 {
            let word = match (node.kind(), node.type_name()) {
                (_, Some(name)) => format!("a {name}"),
                (Some("array"), _) => "a list".to_owned(),
                (Some("string"), _) => "a text".to_owned(),
                (Some("object"), _) => "an object".to_owned(),
                (Some("null"), _) => continue,
                (Some(kind), _) => format!("a {kind}"),
                (None, None) => match node.0["enum"].as_array() {
                    Some(listed) => listed.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
                    None => continue,
                },
            };
            words.push(word);
        }
        formatter.write_str(&words.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The keywords that are evaluated, or that restrict nothing.
    const HEEDED: [&str; 10] = [
        "anyOf",
        "allOf",
        "$ref",
        "type",
        "enum",
        "required",
        "properties",
        "additionalProperties",
        "items",
        "pattern",
    ];
    const UNHEEDED: [&str; 11] = [
        "description",
        "default",
        "version",
        "features",
        "examples",
        "example",
        "format",
        "definitions",
        "$schema",
        "id",
        "title",
    ];

    fn keywords(schema: &Value, names_members: bool, found: &mut BTreeSet<String>) {
        match schema {
            Value::Object(members) => {
                for (name, value) in members {
                    if !names_members {
                        found.insert(name.clone());
                    }
                    let below = !names_members && matches!(name.as_str(), "properties" | "definitions");
                    keywords(value, below, found);
                }
            }
            Value::Array(entries) => entries.iter().for_each(|entry| keywords(entry, false, found)),
            _ => {}
        }
    }

    #[test]
    fn the_schema_says_nothing_that_is_not_heeded() {
        let mut found = BTreeSet::new();
        keywords(&SCHEMA, false, &mut found);

        let known = |keyword: &&String| HEEDED.contains(&keyword.as_str()) || UNHEEDED.contains(&keyword.as_str());
        assert_eq!(found.iter().filter(|keyword| !known(keyword)).collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn every_pattern_stands_beside_the_words_that_it_repeats() {
        fn check(schema: &Value) {
            if let Some(alternatives) = schema["anyOf"].as_array()
                && alternatives.iter().any(|alternative| alternative.get("pattern").is_some())
            {
                assert!(alternatives.iter().any(|alternative| alternative.get("enum").is_some()), "{schema}");
            }
            match schema {
                Value::Object(members) => members.values().for_each(check),
                Value::Array(entries) => entries.iter().for_each(check),
                _ => {}
            }
        }
        check(&SCHEMA);
    }
}
