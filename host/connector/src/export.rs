//! The files of an export, and the record of what was written, by which the next one knows them again.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use net::outfile::{self, OutfileError, Overwrite};

/// Writes `files` into the folder `out`, with a hidden `record` of them, and returns their paths.
///
/// Files that are not of an earlier export, or were changed since, are only replaced if `overwrite` says so. Those of
/// `kept` are written once: their user adds to them.
///
/// # Errors
///
/// Fails with the file that is not to be written, or cannot be; then nothing was written, unless the system failed.
pub(super) fn write<N: AsRef<str>>(
    out: &Path,
    record: &str,
    files: &[(N, Vec<u8>)],
    kept: &[&str],
    overwrite: Overwrite,
) -> Result<Vec<PathBuf>, OutfileError> {
    let files = || files.iter().map(|(name, content)| (name.as_ref(), content.as_slice()));
    outfile::create_dir(out)?;
    let before = ExportRecord::read(&out.join(record));
    let after = ExportRecord::of(files()).json();
    for (name, content) in files() {
        let is_own = |found: &[u8]| kept.contains(&name) || found == content || before.has(name, found);
        outfile::check(&out.join(name), overwrite, is_own)?;
    }
    let stays = |name: &str| overwrite == Overwrite::Own && kept.contains(&name) && out.join(name).exists();
    for (name, content) in files().chain([(record, after.as_slice())]).filter(|(name, _)| !stays(name)) {
        let path = out.join(name);
        path.parent().map_or(Ok(()), outfile::create_dir)?;
        outfile::replace(&path, content)?;
    }
    Ok(files().map(|(name, _)| out.join(name)).collect())
}

/// The files of an export, each with the SHA-256 of its content in hex.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct ExportRecord(BTreeMap<String, String>);

impl ExportRecord {
    /// Returns the record at `path`. One that is missing or unreadable has no files.
    fn read(path: &Path) -> Self {
        let read = fs::read(path).ok();
        read.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
    }

    /// Returns the record of these files.
    fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Self(files.into_iter().map(|(name, content)| (name.to_owned(), digest(content))).collect())
    }

    /// Returns whether `content` is what was written as `name`.
    fn has(&self, name: &str, content: &[u8]) -> bool {
        self.0.get(name).is_some_and(|written| *written == digest(content))
    }

    /// Returns its file's content.
    fn json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("texts serialise")
    }
}

fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
