//! Permissions by which users other than the owner may replace files that decide what the host does: those of the
//! files, of their folder, and of the folders above it.
//!
//! Write access to a folder is enough to replace what is in it, unless the folder is sticky and somebody else owns the
//! file. Below a folder that others may not enter, permissions do not matter.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A file or folder that others may write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// Its path.
    pub path: PathBuf,
    /// A description of those who may write to it.
    pub writers: String,
}

/// Permission of all users to write.
const ALL_WRITE: u32 = 0o002;

/// Permission of the group to write.
const GROUP_WRITE: u32 = 0o020;

/// Permission of anybody but the owner to enter a folder.
const OTHERS_ENTER: u32 = 0o011;

/// Permission to remove files of others is withheld.
const STICKY: u32 = 0o1000;

/// Returns the folders, from the root to `dir`, that others may write to; and whether others may enter `dir`.
///
/// # Errors
///
/// Fails if one of them cannot be looked at.
pub fn of_folders(dir: &Path) -> io::Result<(Vec<Exposed>, bool)> {
    let dir = fs::canonicalize(dir)?;
    let mut way: Vec<&Path> = dir.ancestors().collect();
    way.reverse();
    let mut found = Vec::new();
    for folder in way {
        let metadata = fs::metadata(folder)?;
        let mode = metadata.mode();
        if mode & OTHERS_ENTER == 0 {
            // Nobody else gets here, whatever the permissions of this folder and of what is in it.
            return Ok((found, false));
        }
        let is_guarded = mode & STICKY != 0 && folder != dir;
        let writers = writers(mode, metadata.gid()).filter(|_| !is_guarded);
        found.extend(writers.map(|writers| Exposed { path: folder.to_owned(), writers }));
    }
    Ok((found, true))
}

/// Returns the file `path`, and the folders above it, if others may write to them.
///
/// # Errors
///
/// Fails if one of them cannot be looked at.
pub fn of_file(path: &Path) -> io::Result<Vec<Exposed>> {
    let path = fs::canonicalize(path)?;
    let (mut found, others_may_enter) = of_folders(path.parent().unwrap_or(Path::new("/")))?;
    let metadata = fs::metadata(&path)?;
    let writers = writers(metadata.mode(), metadata.gid()).filter(|_| others_may_enter);
    found.extend(writers.map(|writers| Exposed { path, writers }));
    Ok(found)
}

/// Returns who may write to a file with this mode and group, besides its owner and root. The group of this process does
/// not count: many systems give each user a group of its own, and let it write.
#[must_use]
pub fn writers(mode: u32, group: u32) -> Option<String> {
    if mode & ALL_WRITE != 0 {
        return Some("every user of this machine".to_owned());
    }
    let is_others = group != 0 && group != rustix::process::getegid().as_raw();
    (mode & GROUP_WRITE != 0 && is_others).then(|| format!("every member of group {group}"))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::*;

    /// Returns a folder of these modes within each other, the last of which is the plugin folder.
    fn folders<const N: usize>(modes: [u32; N]) -> (TempDir, PathBuf) {
        let root = TempDir::new().expect("there is room for a temporary folder");
        let mut dir = root.path().to_owned();
        fs::set_permissions(&dir, Permissions::from_mode(0o755)).expect("it is ours");
        for (depth, mode) in modes.into_iter().enumerate() {
            dir.push(depth.to_string());
            fs::create_dir(&dir).expect("the folder is ours");
            fs::set_permissions(&dir, Permissions::from_mode(mode)).expect("it is ours");
        }
        (root, dir)
    }

    fn found(dir: &Path) -> (usize, bool) {
        let (exposed, is_reachable) = of_folders(dir).expect("it is there");
        (exposed.len(), is_reachable)
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_named_and_so_is_one_above_it() {
        for (modes, exposed) in [([0o755, 0o755], 0), ([0o755, 0o777], 1), ([0o777, 0o755], 1), ([0o777, 0o777], 2)] {
            let (_root, dir) = folders(modes);
            assert_eq!(found(&dir), (exposed, true), "{modes:?}");
        }
    }

    #[test]
    fn a_sticky_folder_above_guards_what_is_in_it_and_a_sticky_plugin_folder_takes_new_files() {
        let (_root, above) = folders([0o1777, 0o755]);
        let (_other, itself) = folders([0o755, 0o1777]);

        assert_eq!((found(&above), found(&itself)), ((0, true), (1, true)));
    }

    #[test]
    fn permissions_below_a_folder_that_others_may_not_enter_do_not_matter() {
        let (_root, dir) = folders([0o700, 0o777]);

        assert_eq!(found(&dir), (0, false));
    }

    #[test]
    fn a_group_other_than_that_of_the_process_counts() {
        let own = rustix::process::getegid().as_raw();

        assert_eq!(writers(0o664, own), None);
        assert!(writers(0o664, own + 4_711).is_some_and(|writers| writers.contains("group")));
        assert_eq!(writers(0o644, own + 4_711), None);
    }

    #[test]
    fn a_file_counts_with_the_folders_above_it() {
        let (_root, dir) = folders([0o777]);
        let file = dir.join("settings.toml");
        fs::write(&file, "").expect("the folder is ours");
        fs::set_permissions(&file, Permissions::from_mode(0o666)).expect("it is ours");

        let exposed = of_file(&file).expect("it is there");

        assert_eq!(exposed.iter().map(|exposed| &exposed.path).collect::<Vec<_>>(), [&dir, &file]);
    }
}
