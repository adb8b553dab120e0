//! Permissions by which users other than the owner may replace files. On Windows they are access lists, which are not looked
//! at.

use std::io;
use std::path::{Path, PathBuf};

/// A file or folder that others may write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// Its path.
    pub path: PathBuf,
    /// A description of those who may write to it.
    pub writers: String,
}

/// Returns no folder, and that others may not enter `dir`.
///
/// # Errors
///
/// Never fails.
pub fn of_folders(_dir: &Path) -> io::Result<(Vec<Exposed>, bool)> {
    Ok((Vec::new(), false))
}

/// Returns no file.
///
/// # Errors
///
/// Never fails.
pub fn of_file(_path: &Path) -> io::Result<Vec<Exposed>> {
    Ok(Vec::new())
}
