//! Problems of a plugin folder that concern no loaded plugin: files that are ignored, and permissions that are too
//! wide.

use std::fmt;
use std::fs::{self, DirEntry};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{COMPONENT, SETTINGS};
use contract::{Printable, ProviderId};

/// Most problems that are reported. A folder of something else must not fill the log.
const MOST: usize = 100;

/// Most entries of all subfolders together that are looked at.
pub(super) const MOST_BELOW: usize = 1_000;

/// Endings of compressed files.
const COMPRESSED: [&str; 7] = ["br", "bz2", "gz", "tgz", "xz", "zip", "zst"];

/// A problem of a plugin folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub(crate) struct FolderProblem {
    pub(crate) kind: ProblemKind,
    /// The name of the file, in the plugin folder or in a subfolder of it; or the path of a folder.
    pub(crate) file: String,
    /// The reason, and the remedy if there is one.
    pub(crate) reason: String,
}

/// The kind of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProblemKind {
    /// The plugin folder cannot be read. Its plugins count as unchanged.
    Unreadable,
    /// Users other than the owner may write to the file or folder, and so replace plugins.
    Exposed,
    /// The file resembles a plugin's, and is not served.
    Ignored,
}

impl FolderProblem {
    /// Creates the problem of a file that is not served.
    pub(super) fn ignored(file: &str, reason: impl Into<String>) -> Self {
        Self { kind: ProblemKind::Ignored, file: Printable(file).to_string(), reason: reason.into() }
    }

    /// Creates the problem of a file or folder that others may write to.
    pub(super) fn exposed(file: &str, writers: &str) -> Self {
        let reason = format!("{writers} may write to it: `chmod go-w` makes it the owner's alone");
        Self { kind: ProblemKind::Exposed, file: Printable(file).to_string(), reason }
    }

    /// Returns the event, for the log.
    pub(in crate::plugin) fn event(&self) -> &'static str {
        match self.kind {
            ProblemKind::Unreadable => "plugin folder unreadable: its plugins count as unchanged",
            ProblemKind::Exposed => "plugin folder exposed: others may replace plugins",
            ProblemKind::Ignored => "file ignored",
        }
    }
}

impl fmt::Display for FolderProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.file, self.reason)
    }
}

/// The role of an entry of the plugin folder, by its name.
pub(super) enum EntryRole {
    /// The component of a plugin.
    Component(ProviderId),
    /// The settings of a plugin's author.
    Settings(ProviderId),
    /// A file that resembles a plugin's, and the reason why it is none.
    Ignored(String),
    /// A subfolder.
    Folder,
    /// Something else. Hidden files belong to editors and copy programs.
    Other,
}

impl EntryRole {
    /// Returns the role of `entry`, whose file is not opened.
    pub(super) fn of(entry: &DirEntry) -> Self {
        let path = entry.path();
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            return Self::Other;
        }
        let (stem, ending) = (text(path.file_stem()), text(path.extension()));
        match ending.as_str() {
            COMPONENT => named(&stem, Self::Component),
            SETTINGS if stem.ends_with(".dev") => {
                Self::Ignored("it is for development alone and may hold secrets: remove it".to_owned())
            }
            SETTINGS => named(&stem, Self::Settings),
            _ if entry.file_type().is_ok_and(|kind| kind.is_dir()) => Self::Folder,
            _ => almost(&stem, &ending).map_or(Self::Other, Self::Ignored),
        }
    }
}

fn text(part: Option<&std::ffi::OsStr>) -> String {
    part.unwrap_or_default().to_string_lossy().into_owned()
}

fn named(stem: &str, role: impl FnOnce(ProviderId) -> EntryRole) -> EntryRole {
    match stem.parse() {
        Ok(id) => role(id),
        Err(error) => EntryRole::Ignored(format!("the file name is not valid: {error}")),
    }
}

/// Returns the reason why a file with another ending is no plugin's, if it resembles one.
fn almost(stem: &str, ending: &str) -> Option<String> {
    let lower = ending.to_ascii_lowercase();
    let is_component = |name: &str| name.to_ascii_lowercase().ends_with(".wasm");
    match lower.as_str() {
        COMPONENT | SETTINGS => Some(format!("its ending must be in lower case: `.{lower}`")),
        "cwasm" => Some("it is already compiled: give the `.wasm` that it was made from".to_owned()),
        packed if COMPRESSED.contains(&packed) && is_component(stem) => Some("it is compressed: unpack it".to_owned()),
        _ => None,
    }
}

/// Returns the components in the subfolder `dir`, which are not served, among the entries that are `left` to look at.
pub(super) fn below(dir: &Path, left: &mut usize) -> Vec<FolderProblem> {
    let folder = text(dir.file_name());
    // A subfolder that cannot be read has no plugins.
    let entries: Vec<_> = fs::read_dir(dir).into_iter().flatten().flatten().take(*left).collect();
    *left -= entries.len();
    let components = entries.into_iter().filter(|entry| {
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        !is_hidden && text(entry.path().extension()).eq_ignore_ascii_case(COMPONENT)
    });
    let reason = "it is in a subfolder; only files directly in the plugin folder are served";
    components
        .map(|entry| FolderProblem::ignored(&format!("{folder}/{}", entry.file_name().to_string_lossy()), reason))
        .collect()
}

/// Sorts problems, and replaces those beyond a bound by their number.
pub(super) fn bounded(mut problems: Vec<FolderProblem>, dir: &Path) -> Vec<FolderProblem> {
    problems.sort();
    if problems.len() > MOST {
        let more = problems.len() - MOST;
        problems.truncate(MOST);
        problems.push(FolderProblem::ignored(&dir.to_string_lossy(), format!("there are {more} more problems")));
    }
    problems
}
