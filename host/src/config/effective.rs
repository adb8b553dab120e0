//! The settings in force, defaults included, each with its origin.

use std::fs;
use std::io::Read;

use serde_json::json;

use super::file::Config;
use super::origin::SettingOrigin;
use super::problems::{Problems, SettingProblem};
use super::schema_node::SchemaNode;
use super::sources::Sources;
use super::start::{self, Unfit};
use super::tree::{Content, SettingNode};
use super::{read, reference};

/// The replacement of a secret (redaction).
const HIDDEN: &str = "(not shown)";

/// The settings in force.
#[derive(Clone, Debug)]
pub(crate) struct Effective {
    /// The modules' settings.
    pub(crate) config: Config,
    /// Each setting, defaults included.
    tree: SettingNode,
}

impl Effective {
    /// Reads the settings of `sources`. Blocks on the disk.
    ///
    /// # Errors
    ///
    /// Fails with all errors in them.
    pub(crate) fn read(sources: &Sources) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let effective = Self::read_into(sources, &mut problems);
        problems.unless_any(effective)
    }

    /// Reads the settings of `sources`, and tries the first steps of a host: files that settings name are read, and
    /// those that the host itself needs are parsed.
    ///
    /// # Errors
    ///
    /// Fails with all errors in them.
    pub(crate) fn check(sources: &Sources) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let effective = Self::read_into(sources, &mut problems);
        // Settings with errors are not to be used.
        let unfit = if problems.is_empty() { start::try_out(&effective.config) } else { Vec::new() };
        for Unfit { key, why } in &unfit {
            let origin = effective.tree.nearest(key).origin.clone();
            problems.add(SettingProblem::caused(key, origin, why));
        }
        let others =
            effective.tree.settings().into_iter().filter(|setting| unfit.iter().all(|it| it.key != setting.key));
        for setting in others {
            check_file(setting, &mut problems);
        }
        problems.unless_any(effective)
    }

    /// Reads the settings of `sources`. If there are errors, the result is not to be used.
    fn read_into(sources: &Sources, problems: &mut Problems) -> Self {
        let mut stated = sources.read(problems);
        let mut config = read::config(&mut stated, problems);
        sources.author().apply(&mut config.plugins, problems);
        let mut tree = reference::defaults();
        tree.lay(stated);
        Self { config, tree }
    }

    /// Formats each setting as a line of TOML, with its origin in a comment.
    pub(crate) fn to_toml(&self) -> String {
        let lines: Vec<_> =
            self.shown().map(|(key, value, origin)| (format!("{} = {value}", quoted(&key)), origin)).collect();
        let width = lines.iter().map(|(line, _)| line.chars().count()).filter(|&width| width <= 60).max().unwrap_or(0);
        lines.iter().map(|(line, origin)| format!("{line:<width$}  # {origin}\n")).collect()
    }

    /// Returns the settings for programs: a list of `key`, `value` and `from`.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        self.shown()
            .map(|(key, value, origin)| json!({ "key": key, "value": value, "from": origin.to_string() }))
            .collect()
    }

    fn shown(&self) -> impl Iterator<Item = (String, toml::Value, &SettingOrigin)> {
        self.tree.settings().into_iter().map(|node| (node.key.clone(), without_secrets(node), &node.origin))
    }

    /// Iterates over all settings and their values.
    pub(super) fn settings(&self) -> impl Iterator<Item = (&str, toml::Value)> {
        self.tree.settings().into_iter().map(|node| (node.key.as_str(), node.to_toml()))
    }
}

/// Checks that the file of a setting whose name ends in `file` can be read.
fn check_file(setting: &SettingNode, problems: &mut Problems) {
    let is_file = setting.key.ends_with(".file") || setting.key.ends_with("-file");
    let Content::Value(toml::Value::String(path)) = &setting.content else { return };
    // A plugin's own values may be called anything.
    if !is_file || !SchemaNode::of(&setting.key).is_some_and(SchemaNode::is_text) {
        return;
    }
    let read = fs::File::open(path).and_then(|mut file| file.read(&mut [0]));
    if let Err(error) = read {
        let what = format!("names {path}, which cannot be read: {error}");
        problems.add(SettingProblem::new(&setting.key, setting.origin.clone(), &what));
    }
}

fn without_secrets(node: &SettingNode) -> toml::Value {
    if SchemaNode::of(&node.key).is_some_and(SchemaNode::is_secret) {
        return HIDDEN.into();
    }
    match &node.content {
        Content::Table(table) => {
            toml::Value::Table(table.iter().map(|(name, node)| (name.clone(), without_secrets(node))).collect())
        }
        Content::List(list) => toml::Value::Array(list.iter().map(without_secrets).collect()),
        Content::Value(value) => value.clone(),
    }
}

/// Returns a key as TOML. Only names that are neither ours nor a plugin's nor a secret's may need quotes.
fn quoted(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if key.chars().all(is_bare) { key.to_owned() } else { toml::Value::from(key).to_string() }
}
