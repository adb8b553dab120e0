//! The cache's folder: nobody else's, and never left by way of a link.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;

/// Name of the file that holds the secret.
const SECRET: &str = "key";

/// What files being written end in.
const UNFINISHED: &str = ".part";

/// Age at which a file being written counts as left over from a crash.
const LEFT_OVER: Duration = Duration::from_secs(3600);

/// A folder of ours, held open: what happens to its path later does not lead elsewhere.
#[derive(Debug)]
pub(super) struct Vault {
    dir: OwnedFd,
}

/// A file of the vault.
pub(super) struct Opened {
    pub(super) file: File,
    /// In bytes.
    pub(super) size: u64,
}

/// An artifact's file.
pub(super) struct Artifact {
    pub(super) name: String,
    /// In bytes.
    pub(super) size: u64,
    pub(super) used: SystemTime,
}

/// The folder cannot be trusted or used.
#[derive(Debug, thiserror::Error)]
pub(super) enum VaultError {
    /// Reading or writing failed.
    #[error("{what}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// How it failed.
        #[source]
        cause: io::Error,
    },
    /// Somebody else could change it.
    #[error("{what} is not ours alone: it must belong to this user, with mode {mode}")]
    NotOurs {
        /// The folder or its key.
        what: &'static str,
        /// The mode it must have.
        mode: &'static str,
    },
    /// The key is no key.
    #[error("its file `key` is damaged: remove it")]
    BadSecret,
}

impl Vault {
    pub(super) fn open(path: &Path) -> Result<Self, VaultError> {
        let io = |cause| VaultError::Io { what: "the folder cannot be opened", cause };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io)?;
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let dir = rustix::fs::openat(CWD, path, flags, Mode::empty()).map_err(|errno| io(errno.into()))?;
        let dir = File::from(dir);
        if !is_ours_alone(&dir.metadata().map_err(io)?) {
            return Err(VaultError::NotOurs { what: "the folder", mode: "0700" });
        }
        Ok(Self { dir: dir.into() })
    }

    /// The secret of this cache, made at its first use.
    pub(super) fn secret(&self) -> Result<[u8; 32], VaultError> {
        let io = |cause| VaultError::Io { what: "its key cannot be read", cause };
        let opened = match self.open_file(SECRET).map_err(io)? {
            Some(opened) => opened,
            None => {
                self.make_secret()?;
                self.open_file(SECRET).map_err(io)?.ok_or_else(|| io(io::ErrorKind::NotFound.into()))?
            }
        };
        let Opened { mut file, size } = opened;
        if !is_ours_alone(&file.metadata().map_err(io)?) {
            return Err(VaultError::NotOurs { what: "its key", mode: "0600" });
        }
        let mut secret = [0; 32];
        if size != secret.len() as u64 {
            return Err(VaultError::BadSecret);
        }
        file.read_exact(&mut secret).map_err(io)?;
        Ok(secret)
    }

    /// Makes a secret, unless another process was quicker.
    fn make_secret(&self) -> Result<(), VaultError> {
        let io = |cause| VaultError::Io { what: "its key cannot be made", cause };
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| io(no_random(error)))?;
        let unfinished = self.write_unfinished(&[&secret]).map_err(io)?;
        // Unlike a rename, a link never replaces: two processes that start at once end up with one secret.
        let linked = rustix::fs::linkat(&self.dir, &unfinished, &self.dir, SECRET, AtFlags::empty());
        self.remove(&unfinished);
        match linked {
            Ok(()) | Err(Errno::EXIST) => Ok(()),
            Err(errno) => Err(io(errno.into())),
        }
    }

    /// Opens a file for reading; `None` if there is none. Follows no link and waits for no pipe.
    pub(super) fn open_file(&self, name: &str) -> io::Result<Option<Opened>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(&self.dir, name, flags, Mode::empty()) {
            Ok(fd) => File::from(fd),
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(errno.into()),
        };
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no regular file"));
        }
        Ok(Some(Opened { file, size: metadata.len() }))
    }

    /// Writes a file in one step: others see all of it or what was there before.
    pub(super) fn write(&self, name: &str, parts: &[&[u8]]) -> Result<(), VaultError> {
        let io = |cause| VaultError::Io { what: "an artifact cannot be written", cause };
        let unfinished = self.write_unfinished(parts).map_err(io)?;
        rustix::fs::renameat(&self.dir, &unfinished, &self.dir, name).map_err(|errno| {
            self.remove(&unfinished);
            io(errno.into())
        })
    }

    /// Writes a file that nobody looks for, and returns its name.
    ///
    /// It is not forced to the disk. What a power cut leaves of it will not match its code.
    fn write_unfinished(&self, parts: &[&[u8]]) -> io::Result<String> {
        let name = format!("{:016x}{UNFINISHED}", getrandom::u64().map_err(no_random)?);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(&self.dir, &name, flags, Mode::RUSR | Mode::WUSR)?);
        for part in parts {
            if let Err(error) = file.write_all(part) {
                self.remove(&name);
                return Err(error);
            }
        }
        Ok(name)
    }

    /// Removes a file. If it is gone already, or cannot be removed, that will show soon enough.
    pub(super) fn remove(&self, name: &str) {
        let _ = rustix::fs::unlinkat(&self.dir, name, AtFlags::empty());
    }

    /// The artifacts there are.
    pub(super) fn artifacts(&self) -> Vec<Artifact> {
        self.files(".cwasm")
    }

    /// Removes what processes that crashed were writing.
    pub(super) fn remove_leftovers(&self) {
        for file in self.files(UNFINISHED) {
            if file.used.elapsed().is_ok_and(|age| age > LEFT_OVER) {
                self.remove(&file.name);
            }
        }
    }

    /// Files whose names end so. What vanishes meanwhile, or cannot be looked at, is left out.
    fn files(&self, ending: &str) -> Vec<Artifact> {
        let Ok(entries) = rustix::fs::Dir::read_from(&self.dir) else { return Vec::new() };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().to_str().map(str::to_owned).ok());
        names
            .filter(|name| name.ends_with(ending))
            .filter_map(|name| {
                let Opened { file, size } = self.open_file(&name).ok()??;
                Some(Artifact { name, size, used: file.metadata().ok()?.modified().ok()? })
            })
            .collect()
    }
}

fn no_random(error: getrandom::Error) -> io::Error {
    io::Error::other(error.to_string())
}

fn is_ours_alone(metadata: &fs::Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o077 == 0
}
