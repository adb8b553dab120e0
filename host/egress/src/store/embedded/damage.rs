//! Damage of the file: it is told from a disk that fails for a while, and a damaged file is moved aside.
//!
//! Entries are a cache. Losing them costs plugins time, and keeping a damaged file would cost them the store for ever.

use std::any::Any;
use std::error::Error;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::DatabaseError;

use net::telemetry::foreseeing_panics;

/// The ending of the name under which a damaged file is kept. It takes the place of an earlier one, so that damage that
/// comes again does not fill the disk.
const ENDING: &str = ".damaged";

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub(super) enum DatabaseFailure {
    /// Another process has the file open.
    #[error("another process has the file open")]
    InUse,
    /// The content of the file is damaged, or is none of a store.
    #[error("its content is damaged")]
    Damaged(#[source] Box<dyn Error + Send + Sync>),
    /// The file cannot be read or written now.
    #[error(transparent)]
    Disk(Box<dyn Error + Send + Sync>),
}

/// Reading a page of noise ended in a panic.
#[derive(Debug, thiserror::Error)]
#[error("a page makes no sense")]
struct SenselessPage;

impl DatabaseFailure {
    pub(super) fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged(_))
    }
}

impl From<redb::Error> for DatabaseFailure {
    fn from(error: redb::Error) -> Self {
        use redb::Error::{
            Corrupted, DatabaseAlreadyOpen, Io, TableIsMultimap, TableTypeMismatch, TypeDefinitionChanged,
            UpgradeRequired,
        };
        match error {
            DatabaseAlreadyOpen => Self::InUse,
            Io(error) if is_of_content(&error) => Self::Damaged(error.into()),
            Corrupted(_)
            | UpgradeRequired(_)
            | TableTypeMismatch { .. }
            | TableIsMultimap(_)
            | TypeDefinitionChanged { .. } => Self::Damaged(error.into()),
            error => Self::Disk(error.into()),
        }
    }
}

impl From<DatabaseError> for DatabaseFailure {
    fn from(error: DatabaseError) -> Self {
        redb::Error::from(error).into()
    }
}

/// Returns whether a file was read that is too short, or has other content.
fn is_of_content(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData)
}

/// Uses a database. It checks its pages only in part, so one of noise may end in a panic, which is damage too.
pub(super) fn guarded<T, E: Into<DatabaseFailure>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, DatabaseFailure> {
    let panicked = |_: Box<dyn Any + Send>| DatabaseFailure::Damaged(SenselessPage.into());
    // The database is closed after a failure, and not used again.
    catch_unwind(AssertUnwindSafe(|| foreseeing_panics(work))).map_err(panicked)?.map_err(Into::into)
}

/// Moves a damaged file aside, and returns its new path.
pub(super) fn move_aside(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(ENDING);
    let aside = PathBuf::from(name);
    std::fs::rename(path, &aside)?;
    Ok(aside)
}
