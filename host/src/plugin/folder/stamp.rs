//! Metadata that distinguishes versions of a file without reading it, and one folder from another.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::FileType;

use super::FolderProblem;
use net::exposure;

/// The resolution of file times. Linux before 6.13 counts them in ticks of up to 10 ms.
const COARSE: Duration = Duration::from_millis(20);

/// The metadata of a file at one moment. Two that differ may still belong to the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileStamp {
    device: u64,
    inode: u64,
    /// File type and permissions.
    mode: u32,
    group: u32,
    size: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    changed: (i64, i64),
    /// Set if the file was stamped so soon after a change that another change might leave the same times. The
    /// next stamp then differs, and the file is read once more.
    fresh: bool,
}

impl FileStamp {
    /// Stamps the file that `path` leads to, or a broken link itself.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path).or_else(|_| fs::symlink_metadata(path))?;
        let age = metadata.modified().ok().and_then(|modified| SystemTime::now().duration_since(modified).ok());
        Ok(Self { fresh: age.is_some_and(|age| age < COARSE), ..Self::from(&metadata) })
    }

    /// Returns whether the file was last written to before `time`.
    pub(crate) fn is_from_before(&self, time: SystemTime) -> bool {
        let (seconds, nanoseconds) = self.modified;
        let of_epoch = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let modified = u64::try_from(seconds).map(of_epoch).unwrap_or(SystemTime::UNIX_EPOCH);
        modified + Duration::from_nanos(nanoseconds.unsigned_abs()) <= time
    }

    /// Size of the file in bytes.
    #[cfg(test)]
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Returns the problem of a file `name` with these permissions, if others may write to it.
    pub(super) fn exposure(&self, name: &str) -> Option<FolderProblem> {
        // The permissions of a broken link are no file's.
        let is_file = FileType::from_raw_mode(self.mode) == FileType::RegularFile;
        let writers = exposure::writers(self.mode, self.group).filter(|_| is_file);
        writers.map(|writers| FolderProblem::exposed(name, &writers))
    }

    /// Returns whether the file was not written to between two stamps. Replacing it removes its name, which is
    /// not writing to it, though its status changes.
    pub(super) fn is_unwritten_since(&self, before: &Self) -> bool {
        (self.inode, self.size, self.modified) == (before.inode, before.size, before.modified)
    }
}

/// Stamps an open file, which is never fresh.
impl From<&Metadata> for FileStamp {
    fn from(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            mode: metadata.mode(),
            group: metadata.gid(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            fresh: false,
        }
    }
}

/// Distinguishes a folder from another one that has taken its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FolderId {
    device: u64,
    inode: u64,
}

impl FolderId {
    /// Returns the identity of the folder that `path` leads to now.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self { device: metadata.dev(), inode: metadata.ino() })
    }
}
