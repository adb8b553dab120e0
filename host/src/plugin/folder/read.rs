//! Reads a file that others may be writing.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytesize::ByteSize;

use super::FileStamp;
use net::descriptors::is_exhaustion;
use net::os::{kind_of_special, open_without_waiting};

/// The result of reading a file once.
pub(super) enum Reading {
    /// The file is complete, and was not written to meanwhile.
    Whole(Vec<u8>),
    /// The file was not written to meanwhile, and is incomplete.
    Incomplete { bytes: Vec<u8>, stamp: FileStamp },
    /// The file is the one that need not be read again.
    Unchanged,
    /// The file was written to, so the bytes may mix two versions.
    Changing,
}

/// A plugin's file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read", path.display())]
pub(crate) struct ReadError {
    path: PathBuf,
    #[source]
    problem: ReadProblem,
}

#[derive(Debug, thiserror::Error)]
enum ReadProblem {
    #[error(transparent)]
    Io(io::Error),
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    #[error("it has {size}, more than the {limit} it may have")]
    TooLarge { size: ByteSize, limit: ByteSize },
    #[error("it is written to without pause: write to another name, and rename it when it is complete")]
    Restless,
}

impl ReadError {
    pub(super) fn restless(path: PathBuf) -> Self {
        Self { path, problem: ReadProblem::Restless }
    }

    /// Returns whether the host had no means to read the file, which may pass.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(&self.problem, ReadProblem::Io(error) if is_exhaustion(error))
    }

    /// Returns whether there is no such file, nor a link in its place.
    pub(super) fn is_missing(&self) -> bool {
        matches!(&self.problem, ReadProblem::Io(error) if error.kind() == io::ErrorKind::NotFound)
            && self.path.symlink_metadata().is_err()
    }
}

/// Reads the whole file without mapping it: the process would be killed if a mapped file were truncated. A file with the
/// stamp `unchanged` is not read.
///
/// A file that is replaced instead of changed in place counts as not written to: the opened version is read to its end.
pub(super) fn read_unless(
    path: &Path,
    limit: ByteSize,
    unchanged: Option<FileStamp>,
    is_whole: fn(&[u8]) -> bool,
) -> Result<Reading, ReadError> {
    let failed = |problem| ReadError { path: path.to_owned(), problem };
    let io = |error| failed(ReadProblem::Io(error));
    // Checked before it is opened, since opening a device may have effects.
    refuse_all_but_files(&path.metadata().map_err(io)?).map_err(failed)?;
    // Does not block if a pipe has taken the file's place by now.
    let mut file = open_without_waiting(path).map_err(io)?;
    let before = file.metadata().map_err(io)?;
    refuse_all_but_files(&before).map_err(failed)?;
    if before.len() > limit.as_u64() {
        return Err(failed(ReadProblem::TooLarge { size: ByteSize(before.len()), limit }));
    }

    let stamp = FileStamp::from(&before);
    if unchanged == Some(stamp) {
        return Ok(Reading::Unchanged);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(before.len()).unwrap_or_default());
    (&mut file).take(limit.as_u64() + 1).read_to_end(&mut bytes).map_err(io)?;
    let after = file.metadata().map_err(io)?;

    let is_steady = FileStamp::from(&after).is_unwritten_since(&stamp) && bytes.len() as u64 == before.len();
    if !is_steady {
        return Ok(Reading::Changing);
    }
    Ok(if is_whole(&bytes) { Reading::Whole(bytes) } else { Reading::Incomplete { bytes, stamp } })
}

fn refuse_all_but_files(metadata: &std::fs::Metadata) -> Result<(), ReadProblem> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    Err(ReadProblem::NotAFile(if kind.is_dir() { "a folder" } else { kind_of_special(kind) }))
}
