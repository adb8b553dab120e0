//! Files that commands write where people say: whole, never through a link, and only over what a command has made.
//!
//! Whoever may write to the folder could put a link there that leads to a file of the user who runs the command. A new
//! file is therefore written under a random name and renamed: that replaces a link and does not follow it.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::os::{is_of_this_user_or_root, readable_by_others};

/// The file or folder that a command is not to write to.
#[derive(Debug, thiserror::Error)]
pub enum OutfileError {
    /// It is a link, to a file; or to a folder, and belongs to another user.
    #[error("{} is a link, which is not followed: name its target, or remove it", .0.display())]
    Link(PathBuf),
    /// It is a folder, a pipe or a device.
    #[error("{} is not a file", .0.display())]
    NotAFile(PathBuf),
    /// It has another content than the command writes.
    #[error("{} was not made by this command; `--force` replaces it", .0.display())]
    Foreign(PathBuf),
    /// The system fails.
    #[error("failed to write {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
}

/// The treatment of files that a command has not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// They stay, and the command fails.
    Own,
    /// They are replaced, and so are links.
    Any,
}

impl OutfileError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Io { path, source }
    }
}

/// Creates the folder `dir`, with all above it, unless it exists. A link is followed if it belongs to this user or
/// root.
///
/// # Errors
///
/// Fails if it cannot be created, or if it is the link of another user.
pub fn create_dir(dir: &Path) -> Result<(), OutfileError> {
    match fs::symlink_metadata(dir) {
        Ok(metadata) if metadata.is_symlink() && !is_of_this_user_or_root(&metadata) => {
            Err(OutfileError::Link(dir.to_owned()))
        }
        Ok(_) | Err(_) => fs::create_dir_all(dir).map_err(OutfileError::io(dir)),
    }
}

/// Checks that the file `path` may be written: it is missing, or a file whose content `is_own`.
///
/// # Errors
///
/// Fails if it is something else.
pub fn check(path: &Path, overwrite: Overwrite, is_own: impl FnOnce(&[u8]) -> bool) -> Result<(), OutfileError> {
    let Some(metadata) = metadata(path)? else { return Ok(()) };
    match overwrite {
        _ if metadata.is_dir() => Err(OutfileError::NotAFile(path.to_owned())),
        Overwrite::Any => Ok(()),
        Overwrite::Own if metadata.is_symlink() => Err(OutfileError::Link(path.to_owned())),
        Overwrite::Own if !metadata.is_file() => Err(OutfileError::NotAFile(path.to_owned())),
        Overwrite::Own => {
            let content = fs::read(path).map_err(OutfileError::io(path))?;
            if is_own(&content) { Ok(()) } else { Err(OutfileError::Foreign(path.to_owned())) }
        }
    }
}

/// Writes the file `path` in one step, in place of whatever is there. Others may read it as far as the umask allows.
///
/// # Errors
///
/// Fails if it cannot be written. What was there before then still is.
pub fn replace(path: &Path, mut content: impl io::Read) -> Result<(), OutfileError> {
    let mut write = || {
        let dir = path.parent().filter(|dir| *dir != Path::new("")).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        readable_by_others(&mut builder);
        let mut whole = builder.tempfile_in(dir)?;
        io::copy(&mut content, &mut whole)?;
        whole.flush()?;
        whole.persist(path)?;
        Ok(())
    };
    write().map_err(OutfileError::io(path))
}

/// Returns what is at `path`, without following a link; `None` if there is nothing.
fn metadata(path: &Path) -> Result<Option<Metadata>, OutfileError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(OutfileError::Io { path: path.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{lchown, symlink};

    use tempfile::TempDir;

    use super::*;

    fn own(content: &[u8]) -> bool {
        content.starts_with(b"own")
    }

    fn place() -> (TempDir, PathBuf) {
        let dir = TempDir::new().expect("there is room for a temporary folder");
        let path = dir.path().join("file");
        (dir, path)
    }

    #[test]
    fn a_file_of_another_content_is_not_replaced_without_force() {
        let (_dir, path) = place();
        assert!(check(&path, Overwrite::Own, own).is_ok());
        replace(&path, &b"own 1"[..]).expect("the folder is ours");
        assert!(check(&path, Overwrite::Own, own).is_ok());

        fs::write(&path, "notes").expect("it is ours");

        assert!(matches!(check(&path, Overwrite::Own, own), Err(OutfileError::Foreign(_))));
        assert!(check(&path, Overwrite::Any, own).is_ok());
    }

    #[test]
    fn a_link_is_refused_and_with_force_replaced_and_never_followed() {
        let (dir, path) = place();
        let victim = dir.path().join("victim");
        fs::write(&victim, "own, and precious").expect("it is ours");
        symlink(&victim, &path).expect("the folder is ours");

        assert!(matches!(check(&path, Overwrite::Own, own), Err(OutfileError::Link(_))));
        assert!(check(&path, Overwrite::Any, own).is_ok());
        replace(&path, &b"new"[..]).expect("the folder is ours");

        assert_eq!(fs::read(&victim).expect("it is there"), b"own, and precious");
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
    }

    #[test]
    fn a_folder_is_followed_through_a_link_of_this_user_and_not_of_another() {
        let (dir, link) = place();
        symlink(dir.path(), &link).expect("the folder is ours");
        assert!(create_dir(&link).is_ok());

        // Only root can give a link away.
        if lchown(&link, Some(65_534), None).is_ok() {
            assert!(matches!(create_dir(&link), Err(OutfileError::Link(_))));
        }
    }
}
