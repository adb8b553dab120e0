//! Reads the tree of settings into types, however many errors there are in it.

use super::file::{Config, SettingsFile};
use super::nearest::unknown;
use super::problems::{Problems, SettingProblem};
use super::reference;
use super::schema_node::SchemaNode;
use super::table::Table;
use super::tree::{Content, SettingNode, Step, is_at_or_below};
use net::proxy::FORM;

/// The length of a message that may quote the file, in characters.
const MOST: usize = 300;

/// Reads the settings of `tree`, from which it removes the values that cannot be read. Reports all errors; if there are
/// any, the result is not to be used.
pub(super) fn config(tree: &mut SettingNode, problems: &mut Problems) -> Config {
    let (file, unread) = types(tree, problems);
    file.into_config(&mut Table::root(tree, &unread, problems))
}

/// Reads values into their types. Returns the keys of those that it removed from `tree` too.
fn types(tree: &mut SettingNode, problems: &mut Problems) -> (SettingsFile, Vec<String>) {
    let mut broken = Broken { problems, keys: Vec::new() };
    broken.check_form(tree, SchemaNode::root());
    let file = broken.read(tree);
    (file, broken.keys)
}

/// The values that were removed because they cannot be read.
struct Broken<'a> {
    problems: &'a mut Problems,
    keys: Vec<String>,
}

impl Broken<'_> {
    /// Removes unknown keys, and values whose TOML type does not fit the schema.
    fn check_form(&mut self, node: &mut SettingNode, location: SchemaNode<'_>) {
        match &mut node.content {
            Content::Table(table) => table.retain(|name, child| match location.below(name) {
                None => {
                    let what = unknown(child, name, location);
                    self.remove(SettingProblem::new(&child.key, child.origin.clone(), &what), child)
                }
                Some(below) => self.check_type(child, below),
            }),
            Content::List(list) => {
                let Some(element) = location.element() else { return };
                list.retain_mut(|child| self.check_type(child, element));
            }
            Content::Value(_) => {}
        }
    }

    /// Returns whether the node stays.
    fn check_type(&mut self, node: &mut SettingNode, location: SchemaNode<'_>) -> bool {
        let wanted = match location.least_above(node) {
            _ if !location.takes(node) => location.wants(),
            Some(least) => format!("a whole number, at least {least}"),
            None => {
                self.check_form(node, location);
                return true;
            }
        };
        let what = format!("must be {wanted}{}", default_of(&node.key));
        self.remove(SettingProblem::new(&node.key, node.origin.clone(), &what), node)
    }

    /// Reports why `node` is removed. Returns that it does not stay.
    fn remove(&mut self, problem: SettingProblem, node: &SettingNode) -> bool {
        self.problems.add(problem);
        self.keys.push(node.key.clone());
        false
    }

    /// Deserializes the tree. As this stops at the first error, the value is removed and the rest read again.
    fn read(&mut self, tree: &mut SettingNode) -> SettingsFile {
        loop {
            let error = match serde_path_to_error::deserialize(tree.to_toml()) {
                Ok(file) => return file,
                Err(error) => error,
            };
            let way: Vec<Step> = error.path().iter().filter_map(step).collect();
            let message = error.inner().message();
            let Some(node) = tree.take(&way) else {
                self.problems.add(SettingProblem::of_source(tree.origin.clone(), shortened(message)));
                return SettingsFile::default();
            };
            // It may lack only what was removed from it before.
            if !self.keys.iter().any(|key| is_at_or_below(key, &node.key)) {
                self.remove(unreadable(&node, message), &node);
            }
        }
    }
}

fn step(segment: &serde_path_to_error::Segment) -> Option<Step> {
    match segment {
        serde_path_to_error::Segment::Map { key } => Some(Step::Name(key.clone())),
        serde_path_to_error::Segment::Seq { index } => Some(Step::Index(*index)),
        // Values of ours are read from text, so there is nothing below a variant.
        serde_path_to_error::Segment::Enum { .. } | serde_path_to_error::Segment::Unknown => None,
    }
}

/// Creates the error of a value that its type does not accept. `message` may quote it, unless it is one of ours.
fn unreadable(node: &SettingNode, message: &str) -> SettingProblem {
    let (key, location) = (&node.key, node.origin.clone());
    if message == FORM {
        return SettingProblem::new(key, location, FORM);
    }
    if SchemaNode::of(key).is_some_and(SchemaNode::is_secret) {
        return SettingProblem::new(key, location, "cannot be read; it is a secret and not shown");
    }
    SettingProblem::caused(key, location, &format!("{}{}", shortened(message), default_of(key)))
}

/// Returns such as `; the default is "4s"`, or nothing for a key without a default.
fn default_of(key: &str) -> String {
    let defaults = reference::defaults();
    let default = defaults.nearest(key);
    match &default.content {
        Content::Value(value) if default.key == key => format!("; the default is {value}"),
        _ => String::new(),
    }
}

/// Returns a message in one line, truncated if it quotes too much.
fn shortened(message: &str) -> String {
    let message = message.trim().replace('\n', ", ");
    match message.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}
