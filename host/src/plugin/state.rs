//! What outlives the host: which plugins are disabled, which version of one is pinned, and the last versions that were
//! served, to go back to.
//!
//! Each plugin folder has a sub-folder of its own in the state directory, named for the folder's path; one host at a
//! time holds it. What is disabled and pinned stands in one file there, which is replaced whole. Components lie beside
//! it by their digests, by which they are checked when they are read back.

mod contents;
mod file;
mod standing;

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;
use tempfile::TempDir;

use self::contents::KeptContents;
pub(crate) use self::contents::KeptError;
use self::file::StandingFile;
pub(crate) use self::standing::{Disabled, Kept, Pin, Standing, VersionId};
use super::folder::Contents;
use super::{Digest, ProviderId};
use contract::values::{Size, size};
use net::private::{PrivateDir, PrivateError};

/// Where state is kept, and how much of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct StateSettings {
    /// Where.
    #[schemars(with = "String")]
    pub directory: StateDirectory,
    /// Versions of one plugin that are kept, the one that is served included.
    pub versions: usize,
    /// Size of all versions that are kept together. Those served longest ago go first.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub size: ByteSize,
}

/// Where state is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "PathBuf")]
pub enum StateDirectory {
    /// In a sub-folder of this one, which is made if need be.
    At(PathBuf),
    /// No folder of this user is known.
    Unknown,
    /// In a temporary folder: all of it is forgotten when the host ends.
    Off,
}

/// Reads the word `off`, or else a path.
impl From<PathBuf> for StateDirectory {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "off" { Self::Off } else { Self::At(path) }
    }
}

/// Three versions of each plugin, 1 GiB in all, forgotten when the host ends.
impl Default for StateSettings {
    fn default() -> Self {
        Self { directory: StateDirectory::Off, versions: 3, size: ByteSize::gib(1) }
    }
}

/// State cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// There is no folder for it.
    #[error(
        "there is no place for what is disabled and pinned: set `state.directory` to a folder, or to `off` to forget it"
    )]
    Nowhere,
    /// The folder or a file in it cannot be used.
    #[error("failed to use {}, where the host keeps what is disabled and pinned", path.display())]
    Io {
        /// The folder or the file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Others could change it.
    #[error("{} is not this user's alone: it must belong to this user, with mode 0700", .0.display())]
    NotOurs(PathBuf),
    /// Another host holds it.
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
    /// The file holds something else, or not all of it.
    #[error(
        "{} is damaged, so what is disabled and pinned is not known; mend it, or remove it to begin with nothing \
         disabled and nothing pinned",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// A later version of the host wrote it.
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
    file: StandingFile,
    contents: KeptContents,
    versions: usize,
    size: ByteSize,
    /// Locked for as long as it is open.
    _lock: File,
    /// What is removed at the end, if nothing is to outlive the host.
    _temporary: Option<TempDir>,
}

impl StateFolder {
    /// Opens the state of the plugin folder `plugins`.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read whole, belongs to somebody else, or another host holds it.
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
        // However it is written: without the slash at its end, among others.
        let plugins: PathBuf = plugins.components().collect();
        let key = Digest::of(plugins.as_os_str().as_bytes());
        let dir = root.join("plugins").join(format!("{key:.16}"));
        let (private, lock) = hold(&dir, &plugins)?;
        let file = StandingFile::new(private, plugins);
        // A damaged file is told before anything is served.
        let standing = file.read()?;
        let contents = KeptContents::open(&dir)?;
        contents.retain(&standing.digests());
        let (versions, size) = (settings.versions, settings.size);
        Ok(Self { file, contents, versions, size, _lock: lock, _temporary: temporary })
    }

    /// What was saved last.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read whole.
    pub(crate) fn standing(&self) -> Result<Standing, StateError> {
        self.file.read()
    }

    /// Saves `standing` in one step: whatever happens meanwhile, it is there whole or what was before it is.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written. What was saved before is then still there.
    pub(crate) fn save(&self, standing: &Standing) -> Result<(), StateError> {
        self.file.write(standing)
    }

    /// Removes the contents of versions that `standing` does not keep. None may be on their way into it.
    pub(crate) fn sweep(&self, standing: &Standing) {
        self.contents.retain(&standing.digests());
    }

    /// Keeps what a version is made of.
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

    /// What a version is made of, exactly as it was served, and on the disk for good.
    ///
    /// # Errors
    ///
    /// Fails if it is not there any more, or damaged.
    pub(crate) fn contents(&self, version: VersionId) -> Result<Contents, KeptError> {
        let component = self.contents.read(version.component)?;
        let settings = version.settings.map(|digest| self.contents.read(digest)).transpose()?;
        Ok(Contents { component, settings })
    }

    /// Where a version's component is kept.
    pub(crate) fn component_path(&self, version: VersionId) -> PathBuf {
        self.contents.path(version.component)
    }

    /// Where its author's settings are kept.
    pub(crate) fn settings_path(&self, version: VersionId) -> PathBuf {
        self.contents.path(version.settings.unwrap_or(version.component))
    }

    /// Takes note in `standing` that a version is served from now on, and returns whether that changes it.
    pub(crate) fn note(&self, standing: &mut Standing, id: &ProviderId, kept: Kept) -> bool {
        let is_news = standing.serve(id, kept, self.versions);
        if is_news {
            standing.make_way(self.size);
        }
        is_news
    }
}

/// Creates the directory, which must be this user's alone, and takes its lock.
fn hold(dir: &Path, plugins: &Path) -> Result<(PrivateDir, File), StateError> {
    let fails = |source| StateError::Io { path: dir.to_owned(), source };
    let private = PrivateDir::create(dir).map_err(|error| match error {
        PrivateError::Io(source) => fails(source),
        PrivateError::NotOurs | PrivateError::Foreign(_) => StateError::NotOurs(dir.to_owned()),
    })?;
    match private.lock("lock") {
        Ok(lock) => Ok((private, lock)),
        Err(TryLockError::WouldBlock) => Err(StateError::Taken { plugins: plugins.to_owned(), dir: dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(fails(source)),
    }
}

#[cfg(test)]
mod tests;
