//! Windows, for authors. What is missing: owners and permissions are not looked at, as what lies in a user's profile
//! has an access list that keeps others out; and no signal reloads files, which are followed anyway.

use std::ffi::OsString;
use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The environment variable that names the folder of a user.
pub const HOME: &str = "LOCALAPPDATA";

/// The host's caches in that folder, if no other variable names a place for them.
pub const CACHE_IN_HOME: &str = "insight-host/cache";

/// The host's state in that folder, likewise.
pub const STATE_IN_HOME: &str = "insight-host/state";

/// Set if a listener takes over an address whose connections have just ended. Here that is always so, and the option
/// would let two programs listen at one address.
pub const REUSES_ADDRESSES: bool = false;

/// Set if compiled code needs tables by which the system unwinds its stack, as here.
pub const NEEDS_UNWIND_INFO: bool = true;

/// The metadata of a file that differ after a change. Two that differ may still belong to the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFacts {
    id: FileId,
    size: u64,
    modified: Option<SystemTime>,
}

/// Distinguishes a file or folder from another one that has taken its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId {
    created: Option<SystemTime>,
}

impl From<&Metadata> for FileId {
    fn from(metadata: &Metadata) -> Self {
        Self { created: metadata.created().ok() }
    }
}

impl From<&Metadata> for FileFacts {
    fn from(metadata: &Metadata) -> Self {
        Self { id: metadata.into(), size: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl FileFacts {
    /// The size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The time of the last write, as seconds and nanoseconds since 1970.
    #[must_use]
    pub fn modified(&self) -> (i64, i64) {
        let since = self.modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default();
        (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos().into())
    }

    /// The time of the last write. That of a change of its name is not told.
    #[must_use]
    pub fn changed(&self) -> (i64, i64) {
        self.modified()
    }

    /// Returns the identity of the file.
    #[must_use]
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Returns whether the file was not written to between two moments.
    #[must_use]
    pub fn is_unwritten_since(&self, before: &Self) -> bool {
        self == before
    }

    /// Returns who may write to it besides its owner and root: nobody that is known.
    #[must_use]
    pub fn writers(&self) -> Option<String> {
        None
    }
}

/// Returns the files that standard output and standard error of this process lead to. None is known here.
#[must_use]
pub fn own_outputs() -> Vec<FileId> {
    Vec::new()
}

/// Returns whether a file or directory is this user's alone, as those in its profile are.
#[must_use]
pub fn is_private(_: &Metadata) -> bool {
    true
}

/// Returns whether a file or directory belongs to this user or root. Owners are not looked at.
#[must_use]
pub fn is_of_this_user_or_root(_: &Metadata) -> bool {
    true
}

/// Returns whether every user of the machine may read, write or enter it. Permissions are not looked at.
#[must_use]
pub fn is_open_to_all(_: &Path) -> bool {
    false
}

/// Returns a path without relative parts. Links stay: without them it would have the form `\\?\C:`, which many programs
/// do not take as the folder that they work in.
///
/// # Errors
///
/// Fails if the path is empty.
pub fn real_path(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(path)
}

/// Creates a directory, and all above it that are missing.
///
/// # Errors
///
/// Fails if one of them cannot be created.
pub fn create_private_dir(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Forbids everybody to open a file for writing again. It stays as it is: one that forbids it could not be replaced.
///
/// # Errors
///
/// Never fails.
pub fn forbid_writing(_: &File) -> io::Result<()> {
    Ok(())
}

/// Opens a file to be read.
///
/// # Errors
///
/// Fails if it cannot be opened.
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a file to be added to, and creates it if it is missing.
///
/// # Errors
///
/// Fails if it cannot be opened.
pub fn open_to_append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

/// Opens a file to be read and written, and creates it if it is missing.
///
/// # Errors
///
/// Fails if it cannot be opened.
pub fn open_to_change(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Makes a temporary file that others may read, as far as its folder's access list allows.
pub fn readable_by_others(_: &mut tempfile::Builder<'_, '_>) {}

/// Makes a temporary folder like any other, as far as the access list of the one around it allows.
pub fn like_any_folder(_: &mut tempfile::Builder<'_, '_>) {}

/// Returns the variables of the environment that every program needs: without them it draws no random numbers.
#[must_use]
pub fn system_variables() -> Vec<(&'static str, OsString)> {
    let set = |name| Some((name, std::env::var_os(name)?));
    ["SystemRoot", "SystemDrive"].into_iter().filter_map(set).collect()
}

/// Returns what something is that is neither a file nor a folder.
#[must_use]
pub fn kind_of_special(_: FileType) -> &'static str {
    "a device"
}

/// A signal by which an operator has files read again. It never comes.
#[derive(Debug)]
pub struct Hangups;

impl Hangups {
    /// Receives nothing.
    ///
    /// # Errors
    ///
    /// Never fails.
    pub fn receive() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for ever.
    pub async fn next(&mut self) {
        pending().await
    }
}
