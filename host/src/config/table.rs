//! A table of the settings during its conversion: it adds the table's key and the location to each error.

use std::ops::RangeInclusive;

use super::origin::SettingOrigin;
use super::problems::{Problems, SettingProblem};
use super::tree::{SettingNode, join};

/// A table whose values have their types and are being converted into a module's settings.
pub(super) struct Table<'a> {
    key: String,
    /// The settings as written, without the unread values.
    tree: &'a SettingNode,
    /// Keys of values that could not be read. Their errors have been reported.
    unread: &'a [String],
    problems: &'a mut Problems,
}

impl<'a> Table<'a> {
    /// The top level of `tree`, from which the values of the keys `unread` were removed.
    pub(super) fn root(tree: &'a SettingNode, unread: &'a [String], problems: &'a mut Problems) -> Self {
        Self { key: String::new(), tree, unread, problems }
    }

    /// The table `name` in this one.
    pub(super) fn below(&mut self, name: &str) -> Table<'_> {
        Table { key: join(&self.key, name), tree: self.tree, unread: self.unread, problems: self.problems }
    }

    /// Reports an error of the key `name`; `what` continues a sentence that begins with the key.
    ///
    /// Reports nothing for a group of settings that has lost a value: it may lack only that one.
    pub(super) fn problem(&mut self, name: &str, what: &str) {
        let key = join(&self.key, name);
        if self.unread.iter().any(|unread| group(unread) == group(&key)) {
            return;
        }
        let node = self.tree.nearest(&key);
        // A key that is not written, in a table that is not written either, has the location of the first setting.
        let first = || self.tree.settings().first().map_or(SettingOrigin::Default, |first| first.origin.clone());
        let location = if node.key.is_empty() { first() } else { node.origin.clone() };
        self.problems.add(SettingProblem::new(&key, location, what));
    }

    /// Reports a number that is written and outside of its range.
    pub(super) fn check_range(&mut self, name: &str, number: usize, range: RangeInclusive<usize>) {
        if self.is_written(name) && !range.contains(&number) {
            self.problem(name, &format!("must be from {} to {}", range.start(), range.end()));
        }
    }

    /// Returns whether the key `name` has a value that is not its default.
    pub(super) fn is_written(&self, name: &str) -> bool {
        let key = join(&self.key, name);
        self.tree.nearest(&key).key == key
    }
}

/// The first two steps of a key: settings that have them in common belong together.
fn group(key: &str) -> &str {
    let end = key.match_indices(['.', '[']).nth(1).map_or(key.len(), |(at, _)| at);
    &key[..end]
}
