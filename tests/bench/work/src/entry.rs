//! An entry of JSON, which becomes an insight.

use insight_sdk::Activity;
use serde::Deserialize;

/// An entry.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// Identifier of the record that it is about.
    pub(crate) about: String,
    title: String,
    text: String,
    pub(crate) at: String,
    url: String,
    facts: Vec<(String, String)>,
}

impl Entry {
    /// Describes it.
    pub(crate) fn activity(self) -> Activity {
        Activity::new(self.title, self.text, self.at).url(self.url).properties(self.facts)
    }
}
