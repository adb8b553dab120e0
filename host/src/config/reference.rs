//! The reference `default-config.toml`: every setting with its unit, default and effect, for people.

use serde_json::Value;

use super::origin::SettingOrigin;
use super::tree::SettingNode;

/// The text of the file.
pub(crate) const DEFAULT_CONFIG: &str = include_str!("../../default-config.toml");

/// One key and its documentation in the file.
pub(super) struct Documented {
    /// The steps of the key.
    pub(super) way: Vec<String>,
    /// The comment above it: unit, bounds and effect.
    pub(super) words: String,
    /// Its default, if it has one.
    pub(super) default: Option<Value>,
}

/// Returns the defaults as a tree of settings.
pub(super) fn defaults() -> SettingNode {
    let table: toml::Table = toml::from_str(DEFAULT_CONFIG).expect("a test reads it");
    SettingNode::of(String::new(), SettingOrigin::Default, toml::Value::Table(table))
}

/// Returns the keys of the file, each with the comment above it.
pub(super) fn documented() -> Vec<Documented> {
    let (mut found, mut table, mut words) = (Vec::new(), Vec::new(), Vec::new());
    let defaults: toml::Table = toml::from_str(DEFAULT_CONFIG).expect("a test reads it");
    for line in DEFAULT_CONFIG.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            words.push(comment);
            continue;
        }
        let words = std::mem::take(&mut words).join(" ");
        let line = shown(line).unwrap_or(line);
        if let Some(header) = line.strip_prefix('[') {
            let name = header.trim_matches(['[', ']']);
            table = name.split('.').map(str::to_owned).collect();
            found.push(Documented { way: table.clone(), words, default: None });
        } else if let Some((name, _)) = line.split_once(" = ") {
            let way: Vec<String> = table.iter().cloned().chain([name.to_owned()]).collect();
            let (first, rest) = way.split_first().expect("it has its own name at least");
            let default = rest.iter().try_fold(defaults.get(first), |value, step| Some(value?.get(step)));
            let default = default.flatten().and_then(|value| serde_json::to_value(value).ok());
            found.push(Documented { way, words, default });
        }
    }
    found
}

/// Returns the setting of a line that is commented out: `#` stands directly before it.
fn shown(line: &str) -> Option<&str> {
    line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c == '[' || c.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::schema_node::SchemaNode;
    use super::super::{Config, problems::Problems, read, sources::read_toml};
    use super::*;

    /// Returns the file without the `#` before settings that are commented out.
    fn everything() -> String {
        DEFAULT_CONFIG.lines().map(|line| shown(line).unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }

    /// Adds all keys below `place`, as they would be written.
    fn keys(key: &str, location: SchemaNode<'_>, found: &mut BTreeSet<String>) {
        if location.is_open() {
            return;
        }
        for name in location.names() {
            let below = location.below(name).expect("it is a name");
            let key = if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
            let inner = below.element().filter(|element| !element.names().is_empty()).unwrap_or(below);
            if inner.names().is_empty() || below.is_text() {
                found.insert(key.clone());
            }
            keys(&key, inner, found);
        }
    }

    #[test]
    fn it_is_exactly_the_defaults() {
        let config = Config::parse(DEFAULT_CONFIG).expect("it is valid");

        assert_eq!(format!("{config:#?}"), format!("{:#?}", Config::parse("").expect("nothing is required")));
    }

    #[test]
    fn what_it_only_shows_can_be_read_too() {
        let mut problems = Problems::default();
        let mut tree = read_toml(&std::path::Path::new("all").into(), &everything(), &mut problems);

        let config = read::config(&mut tree, &mut problems);

        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let beyond = |problem: &&String| !problem.contains("exclude each other") && !problem.contains("exactly one of");
        assert_eq!(told.iter().filter(beyond).collect::<Vec<_>>(), [""; 0]);
        assert_eq!(config.plugins.plugins.len(), 1);
    }

    #[test]
    fn it_names_every_key_there_is() {
        let documented: BTreeSet<String> = documented().iter().map(|key| key.way.join(".")).collect();
        let root = SchemaNode::root();
        let mut all = BTreeSet::new();
        keys("", root, &mut all);
        let plugin =
            root.below("plugins").and_then(|plugins| plugins.below("contoso-hub")).expect("plugins have names");
        keys("plugins.contoso-hub", plugin, &mut all);
        let grants = plugin.below("grants").expect("it is a key");
        let secret = grants.below("secrets").and_then(|secrets| secrets.below("hub-token")).expect("so have secrets");
        keys("plugins.contoso-hub.grants.secrets.hub-token", secret, &mut all);

        let missing: Vec<_> = all.iter().filter(|key| !documented.contains(*key) && !is_group(key)).collect();

        assert_eq!(missing, [&""; 0]);
        assert!(all.len() > 60, "only {} keys: are they all found?", all.len());
    }

    /// Returns whether a key is a table whose keys the operator chooses.
    fn is_group(key: &str) -> bool {
        SchemaNode::of(key).is_some_and(SchemaNode::is_open) || key.contains(".rate.") || key.contains("caller-rate.")
    }
}
