//! The cache's directory: this user's alone, held open, and never left by way of a link.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use tracing::warn;

use net::private::{PrivateDir, PrivateError, UNFINISHED, is_private};

/// The name of the file that holds the secret.
const SECRET: &str = "key";

/// The age at which a file that is being written counts as left over from a crash.
const LEFT_OVER: Duration = Duration::from_secs(3600);

/// The cache's directory, held open: changes of its path do not lead elsewhere.
#[derive(Debug)]
pub(super) struct Vault {
    dir: PrivateDir,
}

/// A file of the vault.
pub(super) struct Opened {
    pub(super) file: File,
    /// The size in bytes.
    pub(super) size: u64,
}

/// An artifact's file.
pub(super) struct CachedFile {
    pub(super) name: String,
    /// The size in bytes.
    pub(super) size: u64,
    pub(super) used: SystemTime,
}

impl CachedFile {
    /// Returns the time of its last use; none, which comes before all times, if a clock that was ahead has set it.
    pub(super) fn last_use(&self) -> Option<SystemTime> {
        (self.used <= SystemTime::now()).then_some(self.used)
    }
}

/// A directory that cannot be trusted or used.
#[derive(Debug, thiserror::Error)]
pub(super) enum VaultError {
    /// Reading or writing failed.
    #[error("{what}")]
    Io {
        /// The sentence that says what failed.
        what: &'static str,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// Other users can change or read it.
    #[error("{what} is not ours alone: it must belong to this user, with mode {mode}")]
    NotOurs {
        /// The folder or its key.
        what: &'static str,
        /// The mode it must have.
        mode: &'static str,
    },
}

impl Vault {
    pub(super) fn open(path: &Path) -> Result<Self, VaultError> {
        let dir = PrivateDir::create(path).map_err(|error| match error {
            PrivateError::Io(cause) | PrivateError::Foreign(cause) => {
                VaultError::Io { what: "the folder cannot be opened", cause }
            }
            PrivateError::NotOurs => VaultError::NotOurs { what: "the folder", mode: "0700" },
        })?;
        Ok(Self { dir })
    }

    /// Returns the secret of this cache, which is created at its first use.
    pub(super) fn secret(&self) -> Result<[u8; 32], VaultError> {
        let io = |cause| VaultError::Io { what: "its key cannot be read", cause };
        for _ in 0..2 {
            match self.open_file(SECRET).map_err(io)? {
                Some(opened) => {
                    if let Some(secret) = read_secret(opened)? {
                        return Ok(secret);
                    }
                    let file = self.dir.path_of(SECRET);
                    warn!(file = %file.display(), "the cache's key is damaged: components are compiled again");
                    self.remove(SECRET);
                }
                None => self.make_secret().map_err(|cause| VaultError::Io { what: "its key cannot be made", cause })?,
            }
        }
        let made = self.open_file(SECRET).map_err(io)?.ok_or_else(|| io(io::ErrorKind::NotFound.into()))?;
        read_secret(made)?.ok_or_else(|| io(io::ErrorKind::InvalidData.into()))
    }

    /// Creates a secret, unless another process was quicker.
    fn make_secret(&self) -> io::Result<()> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| io::Error::other(error.to_string()))?;
        self.dir.write_once(SECRET, &secret)
    }

    /// Opens a file for reading; `None` if there is none.
    pub(super) fn open_file(&self, name: &str) -> io::Result<Option<Opened>> {
        let Some(file) = self.dir.open_file(name)? else { return Ok(None) };
        let size = file.metadata()?.len();
        Ok(Some(Opened { file, size }))
    }

    /// Writes a file in one step: others see all of it or the one before it.
    ///
    /// It is not forced to the disk: an artifact that a power cut left in part does not match its MAC.
    pub(super) fn write(&self, name: &str, parts: &[&[u8]]) -> Result<(), VaultError> {
        self.dir.replace(name, |file| write_all(file, parts)).map(drop).map_err(unwritten)
    }

    /// Writes a file like [`write`](Self::write), so that it may be mapped: it is forced to the disk, and not written to
    /// again.
    pub(super) fn write_for_good(&self, name: &str, parts: &[&[u8]]) -> Result<(), VaultError> {
        self.dir.replace_for_good(name, |file| write_all(file, parts)).map_err(unwritten)
    }

    /// Removes a file. A file that is missing or cannot be removed is no error.
    pub(super) fn remove(&self, name: &str) {
        self.dir.remove(name);
    }

    /// Returns the artifacts of the cache.
    pub(super) fn artifacts(&self) -> Vec<CachedFile> {
        self.files(".cwasm")
    }

    /// Removes the files that crashed processes were writing.
    pub(super) fn remove_leftovers(&self) {
        for file in self.files(UNFINISHED) {
            // One from the future was left before the clock was set back.
            let age = file.used.elapsed().unwrap_or_else(|ahead| ahead.duration());
            if age > LEFT_OVER {
                self.remove(&file.name);
            }
        }
    }

    /// Returns the files whose names end so. Files that vanish meanwhile or cannot be read are left out.
    pub(super) fn files(&self, ending: &str) -> Vec<CachedFile> {
        let Ok(names) = self.dir.names() else { return Vec::new() };
        names
            .filter(|name| name.ends_with(ending))
            .filter_map(|name| {
                let Opened { file, size } = self.open_file(&name).ok()??;
                Some(CachedFile { name, size, used: file.metadata().ok()?.modified().ok()? })
            })
            .collect()
    }
}

fn write_all(file: &mut File, parts: &[&[u8]]) -> io::Result<()> {
    parts.iter().try_for_each(|part| file.write_all(part))
}

fn unwritten(cause: io::Error) -> VaultError {
    VaultError::Io { what: "an artifact cannot be written", cause }
}

/// Reads the key; `None` if it is damaged.
fn read_secret(Opened { mut file, size }: Opened) -> Result<Option<[u8; 32]>, VaultError> {
    let io = |cause| VaultError::Io { what: "its key cannot be read", cause };
    if !is_private(&file.metadata().map_err(io)?) {
        return Err(VaultError::NotOurs { what: "its key", mode: "0600" });
    }
    let mut secret = [0; 32];
    if size != secret.len() as u64 {
        return Ok(None);
    }
    file.read_exact(&mut secret).map_err(io)?;
    // A disk may lose the content of a file and keep its length.
    Ok(Some(secret).filter(|secret| secret != &[0; 32]))
}
