//! What tells one version of a file from another without reading it, and one folder from another.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How coarse file times may be. Linux before 6.13 counts them in ticks of up to 10 ms.
const COARSE: Duration = Duration::from_millis(20);

/// A file at one moment, as far as one can tell from outside. Two that differ may still hold the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    /// Kind of file and its rights.
    mode: u32,
    size: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    changed: (i64, i64),
    /// Whether it was looked at so shortly after a change that another one might have left the same times. The next
    /// look then differs, and the file is read once more.
    fresh: bool,
}

impl Stamp {
    /// Looks at the file that `path` leads to. A link to nowhere is looked at itself.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path).or_else(|_| fs::symlink_metadata(path))?;
        let age = metadata.modified().ok().and_then(|modified| SystemTime::now().duration_since(modified).ok());
        Ok(Self { fresh: age.is_some_and(|age| age < COARSE), ..Self::from(&metadata) })
    }

    /// Size of the file in bytes.
    #[cfg(test)]
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Whether nobody wrote to the file between two looks at it. Taking it from its name, as replacing it does, is not
    /// writing to it, though its status changes.
    pub(super) fn is_unwritten_since(&self, before: &Self) -> bool {
        (self.inode, self.size, self.modified) == (before.inode, before.size, before.modified)
    }
}

/// The stamp of a file that is open, never fresh.
impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            mode: metadata.mode(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            fresh: false,
        }
    }
}

/// Tells a folder from another one that has taken its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FolderId {
    device: u64,
    inode: u64,
}

impl FolderId {
    /// The folder that `path` leads to now.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self { device: metadata.dev(), inode: metadata.ino() })
    }
}
