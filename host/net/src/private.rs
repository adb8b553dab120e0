//! Directories and files that belong to this user alone.
//!
//! A private directory has mode 0700 and is held open: nobody else can put files into it or read those in it, and
//! changes of its path do not lead elsewhere. Its files are replaced in one step, and are locked by
//! advisory locks that end with the process.

#[cfg_attr(not(unix), path = "private/held/elsewhere.rs")]
mod held;
#[cfg_attr(not(target_os = "linux"), path = "private/mappable/elsewhere.rs")]
mod mappable;

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use self::held::HeldDir;
pub use self::mappable::MappableFile;
pub use crate::os::is_private;
use crate::os::{create_private_dir, forbid_writing, open_to_change};

/// The ending of files that are being written.
pub const UNFINISHED: &str = ".part";

/// Permitted states of a file before it is written.
#[derive(Clone, Copy)]
enum WriteAs {
    /// Missing, or a file whose content stays.
    Any,
    /// Missing, or a file whose content is dropped.
    Empty,
    /// Missing.
    New,
}

/// A directory of this user alone, held open.
#[derive(Debug)]
pub struct PrivateDir {
    path: PathBuf,
    dir: HeldDir,
}

/// A directory that cannot be used as a private one.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    /// The system fails.
    #[error(transparent)]
    Io(io::Error),
    /// Others can change or read it.
    #[error("it must belong to this user, with mode 0700")]
    NotOurs,
    /// It is not opened, and would not be ours: a link or a file, or a directory of another user.
    #[error("it must be a directory of this user, with mode 0700")]
    Foreign(#[source] io::Error),
}

impl PrivateDir {
    /// Opens a directory, and creates it with all above it if it is missing.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be created, or is not this user's alone.
    pub fn create(path: &Path) -> Result<Self, PrivateError> {
        create_private_dir(path).map_err(PrivateError::Io)?;
        Self::open(path)
    }

    /// Opens a directory that exists. A link to one is not followed.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be opened, or is not this user's alone.
    pub fn open(path: &Path) -> Result<Self, PrivateError> {
        let dir = HeldDir::open(path).map_err(|error| unopened(path, error))?;
        let metadata = dir.metadata().map_err(PrivateError::Io)?;
        if is_private(&metadata) {
            Ok(Self { path: path.to_owned(), dir: HeldDir::hold(dir, path) })
        } else {
            Err(PrivateError::NotOurs)
        }
    }

    /// Returns the path of the file `name`.
    #[must_use]
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Returns the names of its entries that are UTF-8. Entries that cannot be read are left out.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be read.
    pub fn names(&self) -> io::Result<impl Iterator<Item = String> + use<>> {
        self.dir.names()
    }

    /// Opens a file for reading; `None` if there is none. Follows no link and waits for no pipe.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be opened, or is no regular file.
    pub fn open_file(&self, name: &str) -> io::Result<Option<File>> {
        match self.dir.read(name) {
            Ok(file) => regular(file).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Locks the file `name`, and creates it if it is missing. The lock ends when the result is dropped.
    ///
    /// # Errors
    ///
    /// Fails with [`TryLockError::WouldBlock`] if another process holds it.
    pub fn lock(&self, name: &str) -> Result<File, TryLockError> {
        let file = self.dir.write(name, WriteAs::Any).map_err(TryLockError::Error)?;
        file.try_lock()?;
        Ok(file)
    }

    /// Writes the file `name` by `fill` in one step: others see all of it or the file before it.
    ///
    /// It is not forced to the disk: a power cut may leave a part of it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written. The file before it is then still there.
    pub fn replace(&self, name: &str, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<File> {
        let (aside, file) = self.write_aside(fill)?;
        self.dir.rename(&aside, name).inspect_err(|_| self.remove(&aside))?;
        Ok(file)
    }

    /// Writes the file `name` in one step, like [`replace`](Self::replace), for good: it is on the disk before it has its
    /// name, and nobody may write to it then. A [`MappableFile`] can be made of it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written. The file before it is then still there.
    pub fn replace_for_good(&self, name: &str, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        let (aside, file) = self.write_aside(fill)?;
        // A disk that fails says so here, and not when the file is read again.
        let written = forbid_writing(&file).and_then(|()| file.sync_data());
        written.and_then(|()| self.dir.rename(&aside, name)).inspect_err(|_| self.remove(&aside))
    }

    /// Writes the file `name` in one step and forces it to the disk: after a crash it is there whole, or the file before
    /// it is.
    ///
    /// It is written as `aside` first. One that a crash left is overwritten, so one process at a time may write.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written. The file before it is then still there.
    pub fn replace_durably(&self, name: &str, aside: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.dir.write(aside, WriteAs::Empty)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        self.dir.rename(aside, name)?;
        // The name is on the disk when the directory is.
        self.dir.sync()
    }

    /// Writes the file `name` in one step, unless there is one.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written.
    pub fn write_once(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (aside, _) = self.write_aside(|file| file.write_all(bytes))?;
        // Unlike a rename, a link never replaces: two processes that start together end up with one file.
        let linked = self.dir.link(&aside, name);
        self.remove(&aside);
        linked
    }

    /// Removes a file. A file that is missing or cannot be removed is no error.
    pub fn remove(&self, name: &str) {
        let _ = self.dir.remove(name);
    }

    /// Writes a file under a random name, and returns the name.
    fn write_aside(&self, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<(String, File)> {
        let random = getrandom::u64().map_err(|error| io::Error::other(error.to_string()))?;
        let name = format!("{random:016x}{UNFINISHED}");
        let mut file = self.dir.write(&name, WriteAs::New)?;
        match fill(&mut file) {
            Ok(()) => Ok((name, file)),
            Err(error) => {
                self.remove(&name);
                Err(error)
            }
        }
    }
}

/// Opens the file at `path` for reading and writing, and creates it, for this user alone, if it is missing, with the
/// directories above it. Follows no link at its end and waits for no pipe.
///
/// A file or directory that exists keeps its mode, and is not checked for it.
///
/// # Errors
///
/// Fails if it cannot be opened, or is no regular file.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    if let Some(dir) = path.parent() {
        create_private_dir(dir)?;
    }
    regular(open_to_change(path)?)
}

fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "it is not a regular file"))
}

/// Tells a directory that cannot be ours from one that cannot be opened.
fn unopened(path: &Path, error: io::Error) -> PrivateError {
    match fs::symlink_metadata(path) {
        Ok(metadata) if !(metadata.is_dir() && is_private(&metadata)) => PrivateError::Foreign(error),
        Ok(_) | Err(_) => PrivateError::Io(error),
    }
}

#[cfg(test)]
mod tests;
