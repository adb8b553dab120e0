//! The file of the audit log. It is only appended to, and is reopened on request.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::{error, info};

use super::UNWRITTEN;
use crate::chain;
use crate::os::open_to_append;

/// A request to reopen the file.
pub(super) static REOPEN: AtomicBool = AtomicBool::new(false);

/// The error for an audit log that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to open the audit log {}; `audit.path` names a file in a folder that the host may write to", path.display())]
pub struct AuditError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// The file, written to in whole lines.
#[derive(Debug)]
pub struct AuditFile {
    path: PathBuf,
    file: File,
    /// Number of lines lost since one was last written. The last one may have been written in part.
    failed: u64,
}

impl AuditFile {
    /// Opens the file at `path`. Creates it, accessible to this user only, if it does not exist.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written to.
    pub fn open(path: &Path) -> Result<Self, AuditError> {
        let file = open_to_append(path).map_err(|source| AuditError { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), file, failed: 0 })
    }

    fn reopen(&mut self) {
        match open_to_append(&self.path) {
            Ok(file) => self.file = file,
            Err(error) => {
                error!(path = %self.path.display(), error = %chain(&error), "the audit log still uses its old file")
            }
        }
    }

    fn write_lines(&mut self, lines: &[u8]) -> io::Result<()> {
        // A full disk may have left a part of the line before, which must not run into this one.
        if self.failed > 0 {
            self.file.write_all(b"\n")?;
        }
        self.file.write_all(lines)
    }
}

/// Takes whole lines, and never fails: lines that cannot be written are counted.
impl Write for AuditFile {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        if REOPEN.swap(false, Ordering::Acquire) {
            self.reopen();
        }
        match self.write_lines(lines) {
            Ok(()) if self.failed > 0 => {
                info!(path = %self.path.display(), lost = self.failed, "the audit log can be written again");
                self.failed = 0;
            }
            Ok(()) => {}
            Err(error) => {
                // Logged once and not for each line, because the log may be on the same disk.
                if self.failed == 0 {
                    error!(path = %self.path.display(), error = %chain(&error), "the audit log cannot be written; its lines are lost");
                }
                let lost = lines.iter().filter(|byte| **byte == b'\n').count() as u64;
                self.failed += lost;
                UNWRITTEN.fetch_add(lost, Ordering::Relaxed);
            }
        }
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn lines_are_added_to_what_is_there_for_this_user_alone() {
        let dir = TempDir::new().expect("there is room");
        let path = dir.path().join("audit.log");

        for line in ["one\n", "two\n"] {
            let mut file = AuditFile::open(&path).expect("the folder is ours");
            file.write_all(line.as_bytes()).expect("it never fails");
        }

        assert_eq!(fs::read_to_string(&path).expect("it is there"), "one\ntwo\n");
        assert_eq!(fs::metadata(&path).expect("it is there").mode() & 0o777, 0o600);
    }

    #[test]
    fn a_full_disk_loses_lines_and_counts_them() {
        // Whatever is written there finds the disk full.
        let mut file = AuditFile::open(Path::new("/dev/full")).expect("Linux has it");
        let before = UNWRITTEN.load(Ordering::Relaxed);

        file.write_all(b"one\n").expect("it never fails");
        file.write_all(b"two\n").expect("it never fails");

        assert_eq!((file.failed, UNWRITTEN.load(Ordering::Relaxed) - before), (2, 2));
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_named_with_its_key() {
        let error = AuditFile::open(Path::new("/nowhere/audit.log")).expect_err("there is no such folder");

        assert!(error.to_string().contains("/nowhere/audit.log") && error.to_string().contains("`audit.path`"));
    }
}
