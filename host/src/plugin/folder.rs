//! The plugin folder: which files are there, and their bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::name::ProviderId;

/// A plugin folder.
#[derive(Clone, Debug)]
pub struct Folder { dir: PathBuf }

/// What tells one version of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp { size: u64 }

/// The files of one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// `NAME.wasm`.
    pub component: Stamp,
    /// `NAME.toml`, if there is one.
    pub settings: Option<Stamp>,
}

/// What is in the folder at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The providers.
    pub providers: BTreeMap<ProviderId, Files>,
    /// What cannot be a plugin, one sentence each, in order of the file names.
    pub problems: Vec<String>,
}

/// The bytes of one provider's files, each whole.
#[derive(Clone, Debug)]
pub struct Contents {
    /// `NAME.wasm`.
    pub component: Vec<u8>,
    /// `NAME.toml`, if there is one.
    pub settings: Option<Vec<u8>>,
}

impl Folder {
    /// The folder at `dir`, which need not exist yet.
    pub fn new(dir: impl Into<PathBuf>) -> Self { todo!() }
    /// Where it is.
    pub fn path(&self) -> &Path { &self.dir }
    /// Path of the provider's component.
    pub fn component_path(&self, provider: &ProviderId) -> PathBuf { todo!() }
    /// Path of the provider's settings.
    pub fn settings_path(&self, provider: &ProviderId) -> PathBuf { todo!() }
    /// Looks at the folder; opens no file. Blocks on the file system.
    pub fn scan(&self) -> Snapshot { todo!() }
    /// Reads a provider's files, waiting out those that are being written.
    pub async fn read(&self, provider: &ProviderId) -> Result<Contents, ReadError> { todo!() }
}

/// A file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct ReadError {}

/// A difference between two snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose files differ.
    pub provider: ProviderId,
    /// How.
    pub kind: ChangeKind,
}

/// How a provider's files differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The component was not there.
    Appeared,
    /// Its component differs, and perhaps its settings.
    Component,
    /// Only its settings differ.
    Settings,
    /// The component is not there any more.
    Gone,
}

/// What changed from `old` to `new`, in order of names.
pub fn diff(old: &Snapshot, new: &Snapshot) -> Vec<Change> { todo!() }
