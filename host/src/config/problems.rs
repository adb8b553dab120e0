//! Errors in the settings: all of them are collected, each with its key, its location and the remedy.

use std::fmt;

use super::origin::SettingOrigin;
use contract::Printable;

/// An error in the settings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SettingProblem {
    location: SettingOrigin,
    /// The key whose value has to change; empty for an error of a source as a whole.
    key: String,
    /// The rest of the message. It continues the key, with a space or a colon of its own.
    what: String,
}

impl SettingProblem {
    /// Creates the error of a key. `what` continues a sentence that begins with the key, such as "must be a table".
    pub(super) fn new(key: &str, location: SettingOrigin, what: &str) -> Self {
        Self { location, key: key.to_owned(), what: format!(" {what}") }
    }

    /// Creates the error of a key that has a message of its own, such as one of a value's parser.
    pub(super) fn caused(key: &str, location: SettingOrigin, cause: &str) -> Self {
        Self { location, key: key.to_owned(), what: format!(": {cause}") }
    }

    /// Creates the error of a source as a whole, such as a file that cannot be read.
    pub(super) fn of_source(location: SettingOrigin, what: impl Into<String>) -> Self {
        Self { location, key: String::new(), what: what.into() }
    }
}

/// Such as ``insight-host.toml:3:1: `limits.time` is above the host's maximum of 4250 ms``.
impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.location)?;
        if !self.key.is_empty() {
            write!(f, "`{}`", Printable(&self.key))?;
        }
        write!(f, "{}", Printable(&self.what))
    }
}

/// All errors in the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<SettingProblem>);

impl Problems {
    pub(super) fn add(&mut self, problem: SettingProblem) {
        self.0.push(problem);
    }

    /// Iterates over the errors, in the order of the file.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &SettingProblem> {
        self.0.iter()
    }

    /// Returns whether there are no errors.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns `value` if there are no errors.
    ///
    /// # Errors
    ///
    /// Fails with all errors, sorted by location.
    pub(super) fn unless_any<T>(mut self, value: T) -> Result<T, Self> {
        self.0.sort();
        self.0.dedup();
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings are not valid")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}
