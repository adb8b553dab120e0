//! A directory that is held open: changes of its path do not lead elsewhere.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, Mode, OFlags};
use rustix::io::Errno;

use super::WriteAs;

/// The mode of files: for this user alone.
const FILE_MODE: Mode = Mode::RUSR.union(Mode::WUSR);

/// A directory, and what is done to the files in it.
#[derive(Debug)]
pub(super) struct HeldDir(OwnedFd);

impl HeldDir {
    /// Opens a directory. A link to one is not followed.
    pub(super) fn open(path: &Path) -> io::Result<File> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(CWD, path, flags, Mode::empty())?.into())
    }

    /// Holds a directory that [`open`](Self::open) returned.
    pub(super) fn hold(dir: File, _path: &Path) -> Self {
        Self(dir.into())
    }

    /// Returns the names of its entries that are UTF-8. Entries that cannot be read are left out.
    pub(super) fn names(&self) -> io::Result<impl Iterator<Item = String> + use<>> {
        let entries = Dir::read_from(&self.0)?;
        Ok(entries.filter_map(|entry| entry.ok()?.file_name().to_str().map(str::to_owned).ok()))
    }

    /// Opens a file to be read. Follows no link and waits for no pipe.
    pub(super) fn read(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.0, name, flags, Mode::empty())?.into())
    }

    /// Opens a file to be written.
    pub(super) fn write(&self, name: &str, kind: WriteAs) -> io::Result<File> {
        let kind = match kind {
            WriteAs::Any => OFlags::empty(),
            WriteAs::Empty => OFlags::TRUNC,
            WriteAs::New => OFlags::EXCL | OFlags::NOFOLLOW,
        };
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC | kind;
        Ok(rustix::fs::openat(&self.0, name, flags, FILE_MODE)?.into())
    }

    /// Renames a file, in place of another one.
    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
    }

    /// Gives a file a second name, unless there is one of that name.
    pub(super) fn link(&self, from: &str, to: &str) -> io::Result<()> {
        match rustix::fs::linkat(&self.0, from, &self.0, to, AtFlags::empty()) {
            Ok(()) | Err(Errno::EXIST) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Removes a file.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Forces the names of files to the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fsync(&self.0)?)
    }
}
