//! Settings as they are in force, each with where it comes from.

use std::fs::File;
use std::io::Read;

use serde_json::json;

use super::mistakes::{Mistake, Mistakes};
use super::origin::Origin;
use super::place::Place;
use super::sources::Sources;
use super::start::{self, Unfit};
use super::tree::{Content, Node};
use super::{Config, read, reference};

/// What stands for a secret.
const HIDDEN: &str = "(not shown)";

/// Settings as they are in force.
#[derive(Clone, Debug)]
pub(crate) struct Effective {
    /// What they come to.
    pub(crate) config: Config,
    /// Each of them, the defaults too.
    tree: Node,
}

impl Effective {
    /// Reads what `sources` say. Blocks on the disk.
    ///
    /// # Errors
    ///
    /// Fails with all that is wrong.
    pub(crate) fn read(sources: &Sources) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let effective = Self::read_into(sources, &mut mistakes);
        mistakes.unless_any(effective)
    }

    /// Reads what `sources` say, and tries what a host would begin with: files that settings name are read, and looked
    /// at where more than a plugin hangs on them.
    ///
    /// # Errors
    ///
    /// Fails with all that is wrong.
    pub(crate) fn check(sources: &Sources) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let effective = Self::read_into(sources, &mut mistakes);
        // Of settings that are wrong nothing can be made that could be tried.
        let unfit = if mistakes.is_empty() { start::try_out(&effective.config) } else { Vec::new() };
        for Unfit { key, why } in &unfit {
            let origin = effective.tree.nearest(key).origin.clone();
            mistakes.add(Mistake::new(origin, format!("`{key}`: {why}")));
        }
        let others =
            effective.tree.settings().into_iter().filter(|setting| unfit.iter().all(|it| it.key != setting.key));
        for setting in others {
            check_file(setting, &mut mistakes);
        }
        mistakes.unless_any(effective)
    }

    fn read_into(sources: &Sources, mistakes: &mut Mistakes) -> Self {
        let mut stated = sources.read(mistakes);
        let file = read::types(&mut stated, mistakes);
        // What is wrong cannot be made settings of, and nobody will see them.
        let config = if mistakes.is_empty() { file.into() } else { Config::default() };
        let mut tree = reference::defaults();
        tree.lay(stated);
        Self { config, tree }
    }

    /// Each setting as a line of TOML, and where it comes from behind it.
    pub(crate) fn to_toml(&self) -> String {
        let lines: Vec<_> =
            self.shown().map(|(key, value, origin)| (format!("{} = {value}", quoted(&key)), origin)).collect();
        let width = lines.iter().map(|(line, _)| line.chars().count()).filter(|&width| width <= 60).max().unwrap_or(0);
        lines.iter().map(|(line, origin)| format!("{line:<width$}  # {origin}\n")).collect()
    }

    /// The same for programs: a list of `key`, `value` and `from`.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        self.shown()
            .map(|(key, value, origin)| json!({ "key": key, "value": value, "from": origin.to_string() }))
            .collect()
    }

    fn shown(&self) -> impl Iterator<Item = (String, toml::Value, &Origin)> {
        self.tree.settings().into_iter().map(|node| (node.key.clone(), without_secrets(node), &node.origin))
    }

    /// Its settings, and their values.
    pub(super) fn settings(&self) -> impl Iterator<Item = (&str, toml::Value)> {
        self.tree.settings().into_iter().map(|node| (node.key.as_str(), node.to_toml()))
    }
}

/// A setting whose name ends in `file` names one that is read.
fn check_file(setting: &Node, mistakes: &mut Mistakes) {
    let is_file = setting.key.ends_with(".file") || setting.key.ends_with("-file");
    let Content::Value(toml::Value::String(path)) = &setting.content else { return };
    // A plugin's own values may be called anything.
    if !is_file || !Place::of(&setting.key).is_some_and(Place::is_text) {
        return;
    }
    let read = File::open(path).and_then(|mut file| file.read(&mut [0]));
    if let Err(error) = read {
        let what = format!("`{}` names {path}, which cannot be read: {error}", setting.key);
        mistakes.add(Mistake::new(setting.origin.clone(), what));
    }
}

fn without_secrets(node: &Node) -> toml::Value {
    if Place::of(&node.key).is_some_and(Place::is_secret) {
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

/// A key as TOML writes it. Names that would need quotes are no names of ours, and no plugin's or secret's.
fn quoted(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if key.chars().all(is_bare) { key.to_owned() } else { toml::Value::from(key).to_string() }
}
