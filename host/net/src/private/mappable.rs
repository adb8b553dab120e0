//! Files that may be mapped into memory as code.
//!
//! A mapping shows what is written to its file later, and a process that touches a page of it beyond the end of a file
//! that was cut is killed. Such a file is therefore written once, before it has its name, and by this user alone. Its
//! mode says so; it is verified on the descriptor, so nobody can put another file in its place.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, fstatfs, fstatvfs};

use crate::os::{FileId, is_private};

/// The mode of a file that is complete and on the disk.
const WRITTEN_ONCE: u32 = 0o400;

/// File systems whose files only this machine changes: ext4 (and its predecessors), XFS, Btrfs, F2FS, ZFS, bcachefs,
/// tmpfs, and overlayfs, on which containers write. On others, such as NFS, a page may be missing when it is needed.
const LOCAL: [u64; 8] =
    [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010, 0x2fc1_2fc1, 0xca45_1a4e, 0x0102_1994, 0x794c_7630];

/// A file of this user whose content stays as it is.
#[derive(Debug)]
pub struct MappableFile {
    file: File,
    path: PathBuf,
}

impl MappableFile {
    /// Returns a file of which this is certain; `None` for one that must be copied: it was not written by
    /// [`replace_for_good`](super::PrivateDir::replace_for_good), or its file system is remote or runs no programs.
    #[must_use]
    pub fn of(file: File) -> Option<Self> {
        Self::examine(file).ok().flatten()
    }

    fn examine(file: File) -> io::Result<Option<Self>> {
        let metadata = file.metadata()?;
        let is_written_once = metadata.permissions().mode() & 0o7777 == WRITTEN_ONCE;
        // One that another process has just replaced has no name any more.
        if !(metadata.is_file() && is_private(&metadata) && is_written_once && metadata.nlink() <= 1) {
            return Ok(None);
        }
        let kind = u64::try_from(fstatfs(&file)?.f_type).unwrap_or_default();
        if !LOCAL.contains(&kind) || fstatvfs(&file)?.f_flag.contains(StatVfsMountFlags::NOEXEC) {
            return Ok(None);
        }
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        // Without `/proc`, or with another process's, it leads nowhere or elsewhere.
        let is_same = FileId::from(&path.metadata()?) == FileId::from(&metadata);
        Ok(is_same.then_some(Self { file, path }))
    }

    /// Returns the file, open for reading.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Returns a path that leads to this very file, whatever has its name now, until this is dropped.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::io::Write;

    use tempfile::TempDir;

    use super::*;
    use crate::private::PrivateDir;

    /// A private directory with the file `code`, which may be mapped.
    fn folder() -> (TempDir, PrivateDir) {
        let root = TempDir::new().expect("there is room");
        let dir = PrivateDir::create(&root.path().join("ours")).expect("the folder above is ours");
        dir.replace_for_good("code", |file| file.write_all(b"first")).expect("it is ours");
        (root, dir)
    }

    fn mappable(dir: &PrivateDir, name: &str) -> Option<MappableFile> {
        MappableFile::of(dir.open_file(name).expect("it is a file").expect("it is there"))
    }

    #[test]
    fn the_path_of_a_file_that_was_replaced_or_removed_still_leads_to_it() {
        let (_root, dir) = folder();
        let first = mappable(&dir, "code").expect("it was written for good");

        dir.replace_for_good("code", |file| file.write_all(b"second")).expect("it is ours");
        let second = mappable(&dir, "code").expect("it was written for good");
        dir.remove("code");

        assert_eq!(fs::read(first.path()).expect("it is open"), b"first");
        assert_eq!(fs::read(second.path()).expect("it is open"), b"second");
    }

    #[test]
    fn files_that_somebody_may_write_or_others_may_read_are_not_mapped() {
        let (_root, dir) = folder();
        dir.replace("other", |file| file.write_all(b"text")).expect("it is ours");
        assert!(mappable(&dir, "other").is_none());

        for mode in [0o600, 0o440, 0o404, 0o500, 0o4400] {
            fs::set_permissions(dir.path_of("code"), Permissions::from_mode(mode)).expect("it is ours");
            assert!(mappable(&dir, "code").is_none(), "{mode:o}");
        }
    }

    #[test]
    fn a_file_with_a_second_name_is_not_mapped() {
        let (root, dir) = folder();
        let second = root.path().join("second");

        fs::hard_link(dir.path_of("code"), &second).expect("it is ours");
        assert!(mappable(&dir, "code").is_none());

        fs::remove_file(second).expect("it is ours");
        assert!(mappable(&dir, "code").is_some());
    }

    #[test]
    fn a_file_of_a_system_that_is_no_local_disk_is_not_mapped() {
        let file = File::open("/proc/self/auxv").expect("every process has it");
        let metadata = file.metadata().expect("it is open");

        assert_eq!((metadata.permissions().mode() & 0o7777, is_private(&metadata)), (WRITTEN_ONCE, true));
        assert!(MappableFile::of(file).is_none());
    }
}
