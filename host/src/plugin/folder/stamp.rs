//! Metadata that distinguishes versions of a file without reading it, and one folder from another.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::FolderProblem;
use net::os::{FileFacts, FileId};

/// The resolution of file times. Linux before 6.13 counts them in ticks of up to 10 ms.
const COARSE: Duration = Duration::from_millis(20);

/// The metadata of a file at one moment. Two that differ may still belong to the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileStamp {
    facts: FileFacts,
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

    /// Time at which the file was last written to, or put there.
    pub(crate) fn changed_at(&self) -> SystemTime {
        let (seconds, nanoseconds) = self.facts.changed();
        let of_epoch = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let changed = u64::try_from(seconds).map(of_epoch).unwrap_or(SystemTime::UNIX_EPOCH);
        changed + Duration::from_nanos(nanoseconds.unsigned_abs())
    }

    /// Identity of the file.
    pub(crate) fn id(&self) -> FileId {
        self.facts.id()
    }

    /// Size of the file in bytes.
    #[cfg(test)]
    pub(crate) fn size(&self) -> u64 {
        self.facts.size()
    }

    /// Returns the problem of a file `name` with these permissions, if others may write to it.
    pub(super) fn exposure(&self, name: &str) -> Option<FolderProblem> {
        self.facts.writers().map(|writers| FolderProblem::exposed(name, &writers))
    }

    /// Returns whether the file was not written to between two stamps. Replacing it removes its name, which is
    /// not writing to it, though its status changes.
    pub(super) fn is_unwritten_since(&self, before: &Self) -> bool {
        self.facts.is_unwritten_since(&before.facts)
    }
}

/// Stamps an open file, which is never fresh.
impl From<&Metadata> for FileStamp {
    fn from(metadata: &Metadata) -> Self {
        Self { facts: metadata.into(), fresh: false }
    }
}

/// Distinguishes a folder from another one that has taken its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FolderId(FileId);

impl FolderId {
    /// Returns the identity of the folder that `path` leads to now.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self(FileId::from(&fs::metadata(path)?)))
    }
}
