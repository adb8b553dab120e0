//! What may stand at a key: which keys there are below it, and of which type its value is.

use std::sync::LazyLock;

use serde_json::Value;

use super::schema;
use super::tree::{Content, Node};

/// A place in the schema of the settings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a>(&'a Value);

impl Place<'static> {
    /// The whole file.
    pub(super) fn root() -> Self {
        static SCHEMA: LazyLock<Value> = LazyLock::new(schema::bare);
        Self(&SCHEMA)
    }

    /// The place of a key such as `plugins.crm-notes.grants.http[0].origin`; `None` if there is no such key.
    pub(super) fn of(key: &str) -> Option<Self> {
        key.split('.').try_fold(Self::root(), |place, step| {
            let (name, index) = step.split_once('[').map_or((step, None), |(name, index)| (name, Some(index)));
            let named = place.below(name)?;
            if index.is_some() { named.element() } else { Some(named) }
        })
    }
}

impl<'a> Place<'a> {
    /// The place of the key `name` in this table.
    pub(super) fn below(self, name: &str) -> Option<Self> {
        let named = self.forms().find_map(|form| form.get("properties")?.get(name));
        let any = || self.forms().find_map(|form| form.get("additionalProperties").filter(|any| any.is_object()));
        named.or_else(any).map(Self)
    }

    /// The place of each element of this list.
    pub(super) fn element(self) -> Option<Self> {
        self.forms().find_map(|form| form.get("items")).map(Self)
    }

    /// The keys of this table that have names of their own.
    pub(super) fn names(self) -> Vec<&'a str> {
        let properties = self.forms().filter_map(|form| form.get("properties")?.as_object());
        properties.flat_map(|properties| properties.keys().map(String::as_str)).collect()
    }

    /// Whether each of its keys is somebody's own, such as a plugin's name.
    pub(super) fn is_open(self) -> bool {
        self.forms().any(|form| form.get("additionalProperties").is_some_and(Value::is_object))
    }

    /// Whether text is wanted here and nothing else.
    pub(super) fn is_text(self) -> bool {
        let mut types = self.types().peekable();
        types.peek().is_some() && types.all(|kind| kind == "string")
    }

    /// Whether what stands here is never shown.
    pub(super) fn is_secret(self) -> bool {
        self.forms().any(|form| form.get("writeOnly") == Some(&Value::Bool(true)))
    }

    /// Whether a node of this type may stand here.
    pub(super) fn takes(self, node: &Node) -> bool {
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

    /// The least number that may stand here, if `node` is a smaller one.
    pub(super) fn least_above(self, node: &Node) -> Option<i64> {
        let Content::Value(toml::Value::Integer(number)) = node.content else { return None };
        self.forms().find_map(|form| form.get("minimum")?.as_i64()).filter(|&least| number < least)
    }

    /// What is wanted here, in words.
    pub(super) fn wants(self) -> String {
        let mut words: Vec<&str> = self.types().map(in_words).collect();
        words.dedup();
        words.join(" or ")
    }

    /// The keys of secrets that stand somewhere below.
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

    /// A line of a file, but for its value if it sets a secret.
    pub(super) fn without_secret(self, line: &str) -> &str {
        match self.secrets().iter().find_map(|name| line.find(name).map(|at| at + name.len())) {
            Some(end) => &line[..end],
            None => line,
        }
    }

    /// Its types, `integer` and `string` among them. None if anything goes.
    fn types(self) -> impl Iterator<Item = &'a str> {
        self.forms().flat_map(|form| match form.get("type") {
            Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(kind)) => vec![kind.as_str()],
            _ => Vec::new(),
        })
    }

    /// The forms that it may have.
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
        let place = |key| Place::of(key);

        assert!(place("http.listen").is_some_and(Place::is_text));
        assert!(place("plugins.any-name.grants.http[3].origin").is_some_and(Place::is_text));
        assert!(place("plugins.any-name.config.anything").is_some_and(|place| !place.is_text()));
        assert!(place("http.lisen").is_none() && place("plugins.one.grant").is_none());
    }

    #[test]
    fn a_rate_is_text_or_a_table() {
        let rate = Place::of("load.caller-rate").expect("it is a key");

        assert_eq!(rate.wants(), "text in quotes or a table");
        assert!(rate.below("per-second").is_some() && !rate.is_open());
    }

    #[test]
    fn a_line_that_sets_a_secret_is_cut() {
        let root = Place::root();

        assert_eq!(root.without_secret("redis = \"redis://:hunter2@it"), "redis");
        assert_eq!(root.without_secret("listen = 127.0.0.1"), "listen = 127.0.0.1");
    }
}
