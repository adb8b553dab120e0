//! The tree of settings as written, each with its key and its origin.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::origin::SettingOrigin;

/// One setting, or a table of them.
#[derive(Clone, Debug)]
pub(super) struct SettingNode {
    /// The full key, such as `plugins.crm-notes.grants.http[0].origin`; empty for the whole.
    pub(super) key: String,
    /// The origin; of a table, the one of its first mention.
    pub(super) origin: SettingOrigin,
    pub(super) content: Content,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Table(BTreeMap<String, SettingNode>),
    List(Vec<SettingNode>),
    /// A value that is neither a table nor a list.
    Value(toml::Value),
}

/// A step of the path to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Name(String),
    Index(usize),
}

impl SettingNode {
    /// Creates the root, with no settings.
    pub(super) fn empty() -> Self {
        Self { key: String::new(), origin: SettingOrigin::Default, content: Content::Table(BTreeMap::new()) }
    }

    /// Creates the node of a setting that is written as `value`.
    pub(super) fn of(key: String, origin: SettingOrigin, value: toml::Value) -> Self {
        let content = match value {
            toml::Value::Table(table) => {
                let child = |(name, value): (String, toml::Value)| {
                    let node = Self::of(join(&key, &name), origin.clone(), value);
                    (name, node)
                };
                Content::Table(table.into_iter().map(child).collect())
            }
            toml::Value::Array(list) => {
                let items = list.into_iter().enumerate();
                Content::List(
                    items.map(|(at, value)| Self::of(format!("{key}[{at}]"), origin.clone(), value)).collect(),
                )
            }
            value => Content::Value(value),
        };
        Self { key, origin, content }
    }

    /// Creates the root of a file's settings; `origin` returns the location of a span of its text.
    pub(super) fn of_file(table: &DeTable<'_>, origin: &impl Fn(Range<usize>) -> SettingOrigin) -> Self {
        Self { content: Content::Table(children("", table, origin)), ..Self::empty() }
    }

    fn read(
        key: String,
        at: Range<usize>,
        value: &Spanned<DeValue<'_>>,
        origin: &impl Fn(Range<usize>) -> SettingOrigin,
    ) -> Self {
        let content = match value.get_ref() {
            DeValue::Table(table) => Content::Table(children(&key, table, origin)),
            DeValue::Array(list) => {
                let item = |(at, value): (usize, &Spanned<DeValue<'_>>)| {
                    Self::read(format!("{key}[{at}]"), value.span(), value, origin)
                };
                Content::List(list.iter().enumerate().map(item).collect())
            }
            _ => Content::Value(scalar(value)),
        };
        Self { key, origin: origin(at), content }
    }

    /// Merges `over` into it: its values take precedence, key by key. Lists are replaced as a whole.
    pub(super) fn lay(&mut self, over: Self) {
        match (&mut self.content, over.content) {
            (Content::Table(under), Content::Table(over)) => {
                for (name, node) in over {
                    match under.get_mut(&name) {
                        Some(before) => before.lay(node),
                        None => _ = under.insert(name, node),
                    }
                }
            }
            (under, content) => (*under, self.origin) = (content, over.origin),
        }
    }

    /// Returns the values without keys and origins.
    pub(super) fn to_toml(&self) -> toml::Value {
        match &self.content {
            Content::Table(table) => {
                toml::Value::Table(table.iter().map(|(name, node)| (name.clone(), node.to_toml())).collect())
            }
            Content::List(list) => toml::Value::Array(list.iter().map(Self::to_toml).collect()),
            Content::Value(value) => value.clone(),
        }
    }

    /// Removes the node at the end of the path `way`, or the last existing node on it, and returns it.
    pub(super) fn take(&mut self, way: &[Step]) -> Option<Self> {
        let (step, rest) = way.split_first()?;
        let further = |node: &mut Self| node.take(rest);
        match (&mut self.content, step) {
            (Content::Table(table), Step::Name(name)) => {
                table.get_mut(name).and_then(further).or_else(|| table.remove(name))
            }
            (Content::List(list), Step::Index(at)) => {
                let taken = list.get_mut(*at).and_then(further);
                taken.or_else(|| (*at < list.len()).then(|| list.remove(*at)))
            }
            _ => None,
        }
    }

    /// Returns the node of this key, or else the nearest one above it.
    pub(super) fn nearest(&self, key: &str) -> &Self {
        let children: Box<dyn Iterator<Item = &Self>> = match &self.content {
            Content::Table(table) => Box::new(table.values()),
            Content::List(list) => Box::new(list.iter()),
            Content::Value(_) => return self,
        };
        let mut children = children.filter(|child| is_at_or_below(key, &child.key));
        // Names may hold dots: of two that fit, the longer one is meant.
        children.by_ref().max_by_key(|child| child.key.len()).map_or(self, |child| child.nearest(key))
    }

    /// Returns all single settings; a list is one.
    pub(super) fn settings(&self) -> Vec<&Self> {
        match &self.content {
            Content::Table(table) => table.values().flat_map(Self::settings).collect(),
            Content::List(_) | Content::Value(_) => vec![self],
        }
    }
}

/// Returns whether `key` is `other` or is below it.
pub(super) fn is_at_or_below(key: &str, other: &str) -> bool {
    key.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Returns the full key of `name` in the table `table`.
pub(super) fn join(table: &str, name: &str) -> String {
    if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") }
}

fn children(
    key: &str,
    table: &DeTable<'_>,
    origin: &impl Fn(Range<usize>) -> SettingOrigin,
) -> BTreeMap<String, SettingNode> {
    let child = |(name, value): (&Spanned<_>, &Spanned<_>)| {
        let text = AsRef::<str>::as_ref(name.get_ref()).to_owned();
        let node = SettingNode::read(join(key, &text), name.span(), value, origin);
        (text, node)
    };
    table.iter().map(child).collect()
}

fn scalar(value: &Spanned<DeValue<'_>>) -> toml::Value {
    let read = toml::Value::deserialize(ValueDeserializer::from(value.clone()));
    // A value that none of our types can hold, such as a number of 30 digits, becomes one that they reject.
    read.unwrap_or(toml::Value::Float(f64::INFINITY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(text: &str, flag: &'static str) -> SettingNode {
        SettingNode::of(
            String::new(),
            SettingOrigin::Flag(flag),
            toml::Value::Table(toml::from_str(text).expect("it is TOML")),
        )
    }

    #[test]
    fn what_is_laid_over_goes_before_key_by_key() {
        let mut under = node("[http]\nlisten = \"a\"\ngrace = \"1s\"\n[order]\nlist = [1, 2]", "--under");

        under.lay(node("[http]\nlisten = \"b\"\n[order]\nlist = [3]", "--over"));

        let settings = under.settings().into_iter().map(|node| format!("{} {}", node.key, node.origin));
        assert_eq!(settings.collect::<Vec<_>>(), ["http.grace --under", "http.listen --over", "order.list --over"]);
        assert_eq!(under.to_toml()["order"]["list"], toml::Value::Array(vec![3.into()]));
    }

    #[test]
    fn the_last_node_on_the_way_is_taken() {
        let mut tree = node("[a]\nlist = [{ b = 1 }, { b = 2 }]", "--it");
        let name = |name: &str| Step::Name(name.to_owned());

        let taken = tree.take(&[name("a"), name("list"), Step::Index(1), name("missing")]).expect("there is one");

        assert_eq!(taken.key, "a.list[1]");
        assert!(tree.take(&[name("z")]).is_none());
        assert_eq!(tree.nearest("a.list[0].b").key, "a.list[0].b");
        assert_eq!(tree.nearest("a.list[7].b").key, "a.list");
    }
}
