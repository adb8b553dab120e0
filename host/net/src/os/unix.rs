//! Unix: Linux, on which hosts serve sellers, and macOS, for authors.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, FileType, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exposure;

/// The permission bits of users that are neither the owner nor in the group.
const OTHERS: u32 = 0o007;

/// The environment variable that names the folder of a user.
pub const HOME: &str = "HOME";

/// The host's caches in that folder, if no other variable names a place for them.
pub const CACHE_IN_HOME: &str = ".cache/insight-host";
/// The host's state in that folder, likewise.
pub const STATE_IN_HOME: &str = ".local/state/insight-host";

/// Set if a listener takes over an address whose connections have just ended, and not one that is in use.
pub const REUSES_ADDRESSES: bool = true;

/// Set if compiled code needs tables by which the system unwinds its stack. Backtraces follow frame pointers.
pub const NEEDS_UNWIND_INFO: bool = false;

/// The metadata of a file that differ after a change. Two that differ may still belong to the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFacts {
    id: FileId,
    is_file: bool,
    /// File type and permissions.
    mode: u32,
    group: u32,
    size: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    changed: (i64, i64),
}

/// Distinguishes a file or folder from another one that has taken its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl From<&Metadata> for FileId {
    fn from(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

impl From<&Metadata> for FileFacts {
    fn from(metadata: &Metadata) -> Self {
        Self {
            id: metadata.into(),
            is_file: metadata.is_file(),
            mode: metadata.mode(),
            group: metadata.gid(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
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
        self.modified
    }

    /// The time of the last write, or of a later change of its name or permissions.
    #[must_use]
    pub fn changed(&self) -> (i64, i64) {
        self.modified.max(self.changed)
    }

    /// Returns the identity of the file.
    #[must_use]
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Returns whether the file was not written to between two moments. Replacing it removes its name, which is not
    /// writing to it, though its status changes.
    #[must_use]
    pub fn is_unwritten_since(&self, before: &Self) -> bool {
        (self.id.inode, self.size, self.modified) == (before.id.inode, before.size, before.modified)
    }

    /// Returns who may write to it besides its owner and root, if it is a file. The permissions of a broken link are no
    /// file's.
    #[must_use]
    pub fn writers(&self) -> Option<String> {
        exposure::writers(self.mode, self.group).filter(|_| self.is_file)
    }
}

/// Returns the files that standard output and standard error of this process lead to.
#[must_use]
pub fn own_outputs() -> Vec<FileId> {
    let (output, error) = (io::stdout(), io::stderr());
    let metadata = [output.as_fd(), error.as_fd()].map(|stream| File::from(stream.try_clone_to_owned()?).metadata());
    metadata.into_iter().flatten().filter(Metadata::is_file).map(|metadata| FileId::from(&metadata)).collect()
}

/// Returns whether a file or directory belongs to this user, and its mode lets nobody else in.
#[must_use]
pub fn is_private(metadata: &Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o077 == 0
}

/// Returns whether a file or directory belongs to this user or root.
#[must_use]
pub fn is_of_this_user_or_root(metadata: &Metadata) -> bool {
    [0, rustix::process::geteuid().as_raw()].contains(&metadata.uid())
}

/// Returns whether every user of the machine may read, write or enter it.
#[must_use]
pub fn is_open_to_all(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.mode() & OTHERS != 0)
}

/// Returns a path without links and relative parts.
///
/// # Errors
///
/// Fails if there is nothing.
pub fn real_path(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// Creates a directory for this user alone, and all above it that are missing.
///
/// # Errors
///
/// Fails if one of them cannot be created.
pub fn create_private_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens a file to be read, which does not wait if it is a pipe.
///
/// # Errors
///
/// Fails if it cannot be opened.
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(bits(OFlags::NONBLOCK | OFlags::NOCTTY)).open(path)
}

/// Opens a file to be added to, and creates it for this user alone if it is missing. A pipe without a reader fails
/// instead of blocking.
///
/// # Errors
///
/// Fails if it cannot be opened.
pub fn open_to_append(path: &Path) -> io::Result<File> {
    let flags = bits(OFlags::NONBLOCK | OFlags::NOCTTY);
    OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(flags).open(path)
}

/// Opens a file to be read and written, and creates it for this user alone if it is missing. Follows no link at its end
/// and waits for no pipe.
///
/// # Errors
///
/// Fails if it cannot be opened.
pub fn open_to_change(path: &Path) -> io::Result<File> {
    let flags = bits(OFlags::NOFOLLOW | OFlags::NONBLOCK);
    OpenOptions::new().read(true).write(true).create(true).mode(0o600).custom_flags(flags).open(path)
}

/// Forbids everybody to open a file for writing again, and all others to read it.
///
/// # Errors
///
/// Fails if the system does not permit it.
pub fn forbid_writing(file: &File) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(0o400))
}

fn bits(flags: OFlags) -> i32 {
    flags.bits().cast_signed()
}

/// Makes a temporary file that others may read once it has its name, as far as the umask allows.
pub fn readable_by_others(builder: &mut tempfile::Builder<'_, '_>) {
    builder.permissions(Permissions::from_mode(0o644));
}

/// Makes a temporary folder like any other once it has its name, as far as the umask allows.
pub fn like_any_folder(builder: &mut tempfile::Builder<'_, '_>) {
    builder.permissions(Permissions::from_mode(0o777));
}

/// Returns the variables of the environment that every program needs. There are none.
#[must_use]
pub fn system_variables() -> Vec<(&'static str, OsString)> {
    Vec::new()
}

/// Returns what something is that is neither a file nor a folder.
#[must_use]
pub fn kind_of_special(kind: FileType) -> &'static str {
    match () {
        () if kind.is_fifo() => "a pipe",
        () if kind.is_socket() => "a socket",
        () => "a device",
    }
}

/// The signal SIGHUP, by which an operator has files read again.
#[derive(Debug)]
pub struct Hangups(Signal);

impl Hangups {
    /// Receives the signal from now on.
    ///
    /// # Errors
    ///
    /// Fails if the system does not permit it.
    pub fn receive() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::hangup())?))
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        // The stream of a signal does not end.
        let _ = self.0.recv().await;
    }
}
