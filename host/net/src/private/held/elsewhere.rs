//! A directory by its path, on Windows: it is not held open, and its access list is that of the user's profile around it.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::WriteAs;

/// A directory, and what is done to the files in it.
#[derive(Debug)]
pub(super) struct HeldDir(PathBuf);

/// A directory that was looked at.
pub(super) struct SeenDir(Metadata);

impl SeenDir {
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        Ok(self.0.clone())
    }
}

impl HeldDir {
    /// Looks at a directory. A link to one is not followed.
    pub(super) fn open(path: &Path) -> io::Result<SeenDir> {
        let metadata = fs::symlink_metadata(path)?;
        if metadata.is_dir() { Ok(SeenDir(metadata)) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// Holds the path of a directory that [`open`](Self::open) has found.
    pub(super) fn hold(_dir: SeenDir, path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Returns the names of its entries that are text. Entries that cannot be read are left out.
    pub(super) fn names(&self) -> io::Result<impl Iterator<Item = String> + use<>> {
        Ok(fs::read_dir(&self.0)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()))
    }

    /// Opens a file to be read.
    pub(super) fn read(&self, name: &str) -> io::Result<File> {
        File::open(self.0.join(name))
    }

    /// Opens a file to be written.
    pub(super) fn write(&self, name: &str, kind: WriteAs) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true);
        match kind {
            WriteAs::Any => options.truncate(false),
            WriteAs::Empty => options.truncate(true),
            WriteAs::New => options.create_new(true),
        };
        options.open(self.0.join(name))
    }

    /// Renames a file, in place of another one.
    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    /// Gives a file a second name, unless there is one of that name.
    pub(super) fn link(&self, from: &str, to: &str) -> io::Result<()> {
        match fs::hard_link(self.0.join(from), self.0.join(to)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Removes a file.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// Forces the names of files to the disk, which this system does itself.
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
