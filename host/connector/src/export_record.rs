//! The record of the files that an export has written into its folder, by which the next one knows them again.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The name of its file. It is hidden, and no tool of Power Platform uploads it.
const NAME: &str = ".insight-host-connector.json";

/// The files of an export, each with the SHA-256 of its content in hex.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ExportRecord(BTreeMap<String, String>);

impl ExportRecord {
    /// Returns the record in `dir`. One that is missing or unreadable has no files.
    pub(super) fn read(dir: &Path) -> Self {
        let read = fs::read(dir.join(NAME)).ok();
        read.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
    }

    /// Returns the record of these files.
    pub(super) fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Self(files.into_iter().map(|(name, content)| (name.to_owned(), digest(content))).collect())
    }

    /// Returns whether `content` is what was written as `name`.
    pub(super) fn has(&self, name: &str, content: &[u8]) -> bool {
        self.0.get(name).is_some_and(|written| *written == digest(content))
    }

    /// Returns its file's name and content.
    pub(super) fn file(&self) -> (&'static str, Vec<u8>) {
        (NAME, serde_json::to_vec_pretty(self).expect("texts serialise"))
    }
}

fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
