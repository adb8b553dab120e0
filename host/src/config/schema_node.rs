//! The schema of a key: the keys below it, and the types of its value.

use std::sync::LazyLock;

use serde_json::Value;

use super::schema;
use super::tree::{Content, SettingNode};

/// A node of the schema of the settings.
#[derive(Clone, Copy, Debug)]
pub(super) struct SchemaNode<'a>(&'a Value);

impl SchemaNode<'static> {
    /// The node of the whole file.
    pub(super) fn root() -> Self {
        static SCHEMA: LazyLock<Value> = LazyLock::new(schema::bare);
        Self(&SCHEMA)
    }

    /// Returns the node of a key such as `plugins.crm-notes.grants.http[0].origin`; `None` if there is no such key.
    pub(super) fn of(key: &str) -> Option<Self> {
        key.split('.').try_fold(Self::root(), |location, step| {
            let (name, index) = step.split_once('[').map_or((step, None), |(name, index)| (name, Some(index)));
            let named = location.below(name)?;
            if index.is_some() { named.element() } else { Some(named) }
        })
    }
}

impl<'a> SchemaNode<'a> {
    /// Returns the node of the key `name` in this table.
    pub(super) fn below(self, name: &str) -> Option<Self> {
        let named = self.forms().find_map(|form| form.get("properties")?.get(name));
        let any = || self.forms().find_map(|form| form.get("additionalProperties").filter(|any| any.is_object()));
        named.or_else(any).map(Self)
    }

    /// Returns the node of each element of this list.
    pub(super) fn element(self) -> Option<Self> {
        self.forms().find_map(|form| form.get("items")).map(Self)
    }

    /// Returns the keys of this table that have fixed names.
    pub(super) fn names(self) -> Vec<&'a str> {
        let properties = self.forms().filter_map(|form| form.get("properties")?.as_object());
        properties.flat_map(|properties| properties.keys().map(String::as_str)).collect()
    }

    /// Returns whether its keys are chosen by the operator, such as a plugin's name.
    pub(super) fn is_open(self) -> bool {
        self.forms().any(|form| form.get("additionalProperties").is_some_and(Value::is_object))
    }

    /// Returns whether its value is text and nothing else.
    pub(super) fn is_text(self) -> bool {
        let mut types = self.types().peekable();
        types.peek().is_some() && types.all(|kind| kind == "string")
    }

    /// Returns whether its value is never shown (redacted).
    pub(super) fn is_secret(self) -> bool {
        self.forms().any(|form| form.get("writeOnly") == Some(&Value::Bool(true)))
    }

    /// Returns whether its value may have the type of `node`.
    pub(super) fn takes(self, node: &SettingNode) -> bool {
        let is = match &node.content {
            Content::Table(_) => "object",
            Content::List(_) => "array",
            Content::Value(toml::Value::Boolean(_)) => "boolean",
            Content::Value(toml::Value::Integer(_)) => "integer",
            Content::Value(toml::Value::Float(_)) => "number",
            Content::Value(_) => "string",
        };
        let mut types = self.types().peekable();
        types.peek().is_none() || types.any(|kind| kind == is || (kind, is) == ("number", "integer"))
    }

    /// Returns the least number that is accepted, if `node` is a smaller one.
    pub(super) fn least_above(self, node: &SettingNode) -> Option<i64> {
        let Content::Value(toml::Value::Integer(number)) = node.content else { return None };
        self.forms().find_map(|form| form.get("minimum")?.as_i64()).filter(|&least| number < least)
    }

    /// Returns the accepted types for a message, such as "text in quotes or a table".
    pub(super) fn wants(self) -> String {
        let mut words: Vec<&str> = self.types().map(in_words).collect();
        words.dedup();
        words.join(" or ")
    }

    /// Returns the names of all keys below it whose values are secret.
    fn secrets(self) -> Vec<&'a str> {
        let children = self.forms().filter_map(|form| form.get("properties")?.as_object()).flatten();
        let mut names: Vec<&str> = children
            .flat_map(|(name, child)| {
                let own = Self(child).is_secret().then_some(name.as_str());
                own.into_iter().chain(Self(child).secrets())
            })
            .collect();
        let more = [self.element(), self.below("")].into_iter().flatten();
        names.extend(more.flat_map(Self::secrets));
        names
    }

    /// Returns a line of a file, without its value if it sets a secret (redaction).
    pub(super) fn without_secret(self, line: &str) -> &str {
        match self.secrets().iter().find_map(|name| line.find(name).map(|at| at + name.len())) {
            Some(end) => &line[..end],
            None => line,
        }
    }

    /// Returns the types of its value, such as `integer` and `string`; none if every type is accepted.
    fn types(self) -> impl Iterator<Item = &'a str> {
        self.forms().flat_map(|form| match form.get("type") {
            Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(kind)) => vec![kind.as_str()],
            _ => Vec::new(),
        })
    }

    /// Returns the alternative schemas of its value.
    fn forms(self) -> impl Iterator<Item = &'a Value> {
        let others = ["anyOf", "oneOf"].into_iter().filter_map(move |of| self.0.get(of)?.as_array()).flatten();
        std::iter::once(self.0).chain(others)
    }
}

fn in_words(kind: &str) -> &str {
    match kind {
        "object" => "a table",
        "array" => "a list",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "text in quotes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_by_its_key() {
        let location = |key| SchemaNode::of(key);

        assert!(location("http.listen").is_some_and(SchemaNode::is_text));
        assert!(location("plugins.any-name.grants.http[3].origin").is_some_and(SchemaNode::is_text));
        assert!(location("plugins.any-name.config.anything").is_some_and(|location| !location.is_text()));
        assert!(location("http.lisen").is_none() && location("plugins.one.grant").is_none());
    }

    #[test]
    fn a_rate_is_text_or_a_table() {
        let rate = SchemaNode::of("load.caller-rate").expect("it is a key");

        assert_eq!(rate.wants(), "text in quotes or a table");
        assert!(rate.below("per-second").is_some() && !rate.is_open());
    }

    #[test]
    fn a_line_that_sets_a_secret_is_cut() {
        let root = SchemaNode::root();

        assert_eq!(root.without_secret("redis = \"redis://:hunter2@it"), "redis");
        assert_eq!(root.without_secret("listen = 127.0.0.1"), "listen = 127.0.0.1");
    }
}
