//! Kept files of versions, each named for its digest.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::StateError;
use crate::plugin::Digest;
use net::os::create_private_dir;

/// A folder of such files.
#[derive(Debug)]
pub(super) struct KeptContents(PathBuf);

/// A version's files cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeptError {
    /// The file cannot be read.
    #[error("its kept file {} cannot be read", path.display())]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The content does not match the digest.
    #[error("{} is damaged: it differs from the version that was served", .0.display())]
    Damaged(PathBuf),
}

impl KeptContents {
    pub(super) fn open(dir: &Path) -> Result<Self, StateError> {
        let contents = Self(dir.join("versions"));
        contents.make_folder().map_err(|source| StateError::Io { path: contents.0.clone(), source })?;
        Ok(contents)
    }

    fn make_folder(&self) -> io::Result<()> {
        create_private_dir(&self.0)
    }

    pub(super) fn path(&self, digest: Digest) -> PathBuf {
        self.0.join(digest.to_string())
    }

    /// Writes these bytes, unless the file exists.
    ///
    /// They are not flushed to the disk, so that a swap does not wait for that. Reading them flushes them,
    /// before they are pinned.
    pub(super) fn write(&self, digest: Digest, bytes: &[u8]) -> Result<(), StateError> {
        let path = self.path(digest);
        if fs::metadata(&path).is_ok_and(|file| file.len() == bytes.len() as u64) {
            return Ok(());
        }
        // The folder may have been removed.
        let file = self.make_folder().and_then(|()| tempfile::Builder::new().prefix(".").tempfile_in(&self.0));
        let written = file.and_then(|mut file| {
            file.write_all(bytes)?;
            file.persist(&path).map_err(|error| error.error)
        });
        written.map(drop).map_err(|source| StateError::Io { path, source })
    }

    /// Reads the bytes with this digest, and flushes them to the disk.
    pub(super) fn read(&self, digest: Digest) -> Result<Vec<u8>, KeptError> {
        let path = self.path(digest);
        let read = fs::read(&path).and_then(|bytes| File::open(&path)?.sync_all().map(|()| bytes));
        match read {
            Ok(bytes) if Digest::of(&bytes) == digest => Ok(bytes),
            Ok(_) => {
                // The version is kept again when it is served again.
                let _ = fs::remove_file(&path);
                Err(KeptError::Damaged(path))
            }
            Err(source) => Err(KeptError::Io { path, source }),
        }
    }

    /// Removes all other files. A file that cannot be removed is tried again the next time.
    pub(super) fn retain(&self, wanted: &BTreeSet<Digest>) {
        let wanted: BTreeSet<String> = wanted.iter().map(Digest::to_string).collect();
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_none_or(|name| !wanted.contains(name)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}
