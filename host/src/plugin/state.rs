//! Operator state that outlives the host: disabled plugins, pinned versions, and the last served versions, for
//! rollback.
//!
//! Each plugin folder has a sub-folder in the state directory, which one host at a time holds. It is named for
//! the folder's path, not for the target of a link: a link that is switched to another release stays the same
//! place. Disabled and pinned plugins are stored in one file there, which is replaced atomically. It is saved
//! before the answer to an order. A damaged file is replaced by its copy; without one the host does not start, as serving
//! a disabled plugin would be worse.
//!
//! Components are stored beside it by their digests, which are verified when they are read.

mod contents;
mod file;
mod operator_state;

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;
use tempfile::TempDir;

use self::contents::KeptContents;
pub(crate) use self::contents::KeptError;
use self::file::StandingFile;
pub(crate) use self::operator_state::{Disabled, Kept, OperatorState, Pin, VersionId};
use super::folder::Contents;
use super::{Digest, ProviderId};
use contract::values::{Size, size};
use net::private::{PrivateDir, PrivateError};

/// The location and the size of the state.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct StateSettings {
    /// The location.
    #[schemars(with = "String")]
    pub directory: StateDirectory,
    /// The number of kept versions of one plugin, including the one that is served.
    pub versions: usize,
    /// The total size of all kept versions. Those served longest ago are evicted first.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub size: ByteSize,
}

/// The location of the state.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "PathBuf")]
pub enum StateDirectory {
    /// A sub-folder of this folder, created if it does not exist.
    At(PathBuf),
    /// No folder of this user is known.
    Unknown,
    /// A temporary folder, which is removed when the host ends.
    Off,
}

/// Reads the word `off`, or else a path.
impl From<PathBuf> for StateDirectory {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "off" { Self::Off } else { Self::At(path) }
    }
}

/// The defaults: three versions of each plugin, 1 GiB in all, removed when the host ends.
impl Default for StateSettings {
    fn default() -> Self {
        Self { directory: StateDirectory::Off, versions: 3, size: ByteSize::gib(1) }
    }
}

/// The state cannot be read or saved.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// There is no folder for the state.
    #[error("there is no folder for disabled and pinned plugins: set `state.directory` to a folder, or to `off`")]
    Nowhere,
    /// The folder or a file in it cannot be used.
    #[error("failed to use {}, where the host keeps the list of disabled and pinned plugins", path.display())]
    Io {
        /// The folder or the file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// Other users could change the folder.
    #[error("{} is not this user's alone: it must belong to this user, with mode 0700", .0.display())]
    NotOurs(PathBuf),
    /// Another host holds the folder.
    #[error(
        "another host serves {} with its state in {}; stop it, or give this one a `state.directory` of its own",
        plugins.display(), dir.display()
    )]
    Taken {
        /// The plugin folder.
        plugins: PathBuf,
        /// The state's folder.
        dir: PathBuf,
    },
    /// The file has other content, or is truncated.
    #[error(
        "{} is damaged, so the disabled and pinned plugins are unknown; repair it, or remove it to begin with nothing \
         disabled and nothing pinned",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The error at the point of damage.
        #[source]
        source: serde_json::Error,
    },
    /// A later version of the host wrote the file.
    #[error("{} has the format {format}, which this version of the host does not know; run the one that wrote it, or remove it", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
}

/// The state of one plugin folder, held by this host.
///
/// All its methods block on the disk.
#[derive(Debug)]
pub struct StateFolder {
    place: StatePlace,
    held: Mutex<HeldState>,
    contents: KeptContents,
    versions: usize,
    size: ByteSize,
    /// The folder to remove at the end, if the state is not to outlive the host.
    _temporary: Option<TempDir>,
}

impl StateFolder {
    /// Opens the state of the plugin folder `plugins`.
    ///
    /// # Errors
    ///
    /// Fails if the state is damaged, belongs to another user, or is held by another host.
    pub fn open(settings: &StateSettings, plugins: &Path) -> Result<Self, StateError> {
        let (root, temporary) = match &settings.directory {
            StateDirectory::At(root) => (root.clone(), None),
            StateDirectory::Unknown => return Err(StateError::Nowhere),
            StateDirectory::Off => {
                let dir = TempDir::new().map_err(|source| StateError::Io { path: std::env::temp_dir(), source })?;
                (dir.path().to_owned(), Some(dir))
            }
        };
        let plugins = std::path::absolute(plugins).unwrap_or_else(|_| plugins.to_owned());
        // Normalizes the path: for example, a trailing slash does not matter.
        let plugins: PathBuf = plugins.components().collect();
        let key = Digest::of(plugins.as_os_str().as_encoded_bytes());
        let dir = root.join("plugins").join(format!("{key:.16}"));
        let place = StatePlace { dir, plugins };
        let held = place.hold()?;
        // A damaged file is reported before anything is served.
        let standing = held.file.read()?;
        let contents = KeptContents::open(&place.dir)?;
        contents.retain(&standing.digests());
        let (versions, size) = (settings.versions, settings.size);
        Ok(Self { place, held: Mutex::new(held), contents, versions, size, _temporary: temporary })
    }

    /// Returns the state that was saved last.
    ///
    /// # Errors
    ///
    /// Fails if it is damaged.
    pub(crate) fn operator_state(&self) -> Result<OperatorState, StateError> {
        self.held().file.read()
    }

    /// Saves `standing` atomically: after a crash, either it or the state before it is there. A folder that was removed
    /// is made again.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written. The state before it is then still there.
    pub(crate) fn save(&self, standing: &OperatorState) -> Result<(), StateError> {
        let mut held = self.held();
        match held.file.write(standing) {
            Err(StateError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                *held = self.place.hold()?;
                held.file.write(standing)
            }
            saved => saved,
        }
    }

    fn held(&self) -> MutexGuard<'_, HeldState> {
        // A panic leaves nothing half done here.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the files of versions that `standing` does not keep. No other version may be about to enter it.
    pub(crate) fn sweep(&self, standing: &OperatorState) {
        self.contents.retain(&standing.digests());
    }

    /// Keeps the files of a version.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written.
    pub(crate) fn keep(&self, version: VersionId, contents: &Contents) -> Result<(), StateError> {
        self.contents.write(version.component, &contents.component)?;
        match (version.settings, &contents.settings) {
            (Some(digest), Some(settings)) => self.contents.write(digest, settings),
            _ => Ok(()),
        }
    }

    /// Returns the files of a version exactly as they were served, and flushes them to the disk.
    ///
    /// # Errors
    ///
    /// Fails if they are missing or damaged.
    pub(crate) fn contents(&self, version: VersionId) -> Result<Contents, KeptError> {
        let component = self.contents.read(version.component)?;
        let settings = version.settings.map(|digest| self.contents.read(digest)).transpose()?;
        Ok(Contents { component, settings })
    }

    /// Returns the path of a version's component.
    pub(crate) fn component_path(&self, version: VersionId) -> PathBuf {
        self.contents.path(version.component)
    }

    /// Returns the path of its author's settings.
    pub(crate) fn settings_path(&self, version: VersionId) -> PathBuf {
        self.contents.path(version.settings.unwrap_or(version.component))
    }

    /// Adds a version that is served from now on to `standing`, and returns whether that changes it.
    pub(crate) fn note(&self, standing: &mut OperatorState, id: &ProviderId, kept: Kept) -> bool {
        let is_news = standing.serve(id, kept, self.versions);
        if is_news {
            standing.make_way(self.size);
        }
        is_news
    }
}

/// The place of the state.
#[derive(Debug)]
struct StatePlace {
    dir: PathBuf,
    plugins: PathBuf,
}

/// The state's file, which this host alone writes.
#[derive(Debug)]
struct HeldState {
    file: StandingFile,
    /// Held for as long as the file is open.
    _lock: File,
}

impl StatePlace {
    /// Creates the directory, which must be this user's alone, and takes its lock.
    fn hold(&self) -> Result<HeldState, StateError> {
        let Self { dir, plugins } = self;
        let fails = |source| StateError::Io { path: dir.clone(), source };
        let private = PrivateDir::create(dir).map_err(|error| match error {
            PrivateError::Io(source) => fails(source),
            PrivateError::NotOurs | PrivateError::Foreign(_) => StateError::NotOurs(dir.clone()),
        })?;
        match private.lock("lock") {
            Ok(lock) => Ok(HeldState { file: StandingFile::new(private, plugins.clone()), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StateError::Taken { plugins: plugins.clone(), dir: dir.clone() }),
            Err(TryLockError::Error(source)) => Err(fails(source)),
        }
    }
}

#[cfg(test)]
mod tests;
