//! The file of the audit log: it only grows, and makes way for another when it is told to.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::OFlags;
use tracing::{error, info};

use super::UNWRITTEN;

/// Whether the file is to be opened anew.
pub(super) static REOPEN: AtomicBool = AtomicBool::new(false);

/// The audit log cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to open the audit log {}; `audit.path` names a file in a folder that the host may write to", path.display())]
pub(crate) struct AuditError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// The file, written to line by line.
#[derive(Debug)]
pub(crate) struct AuditFile {
    path: PathBuf,
    file: File,
    /// Lines lost since one was written; the last may be there in part.
    failed: u64,
}

impl AuditFile {
    /// Opens the file at `path`, and makes it, for this user alone, if need be.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written to.
    pub(crate) fn open(path: &Path) -> Result<Self, AuditError> {
        let file = open(path).map_err(|source| AuditError { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), file, failed: 0 })
    }

    fn reopen(&mut self) {
        match open(&self.path) {
            Ok(file) => self.file = file,
            Err(error) => error!(path = %self.path.display(), %error, "the audit log goes on in its old file"),
        }
    }

    fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        // What a full disk left of the line before shall not run into this one.
        if self.failed > 0 {
            self.file.write_all(b"\n")?;
        }
        self.file.write_all(line)
    }
}

/// Takes whole lines, and never fails: what cannot be written is counted.
impl Write for AuditFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if REOPEN.swap(false, Ordering::Acquire) {
            self.reopen();
        }
        match self.write_line(line) {
            Ok(()) if self.failed > 0 => {
                info!(path = %self.path.display(), lost = self.failed, "the audit log is written again");
                self.failed = 0;
            }
            Ok(()) => {}
            Err(error) => {
                // Once, not for each line: the log may be on the same disk.
                if self.failed == 0 {
                    error!(path = %self.path.display(), %error, "the audit log cannot be written; its lines are lost");
                }
                self.failed += 1;
                UNWRITTEN.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<File> {
    // A pipe without a reader is an error, and not a reason to wait.
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(flags).open(path)
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
