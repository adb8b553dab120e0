//! The open database file, and reopening it after an error: the database does no more work after one.
//!
//! A disk that fails, or is full, leaves the file closed until it serves again. A damaged file is moved aside, and an
//! empty one takes its place.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;
use redb::Database;
use tracing::warn;

use super::CACHE;
use super::clock::StoreClock;
use super::damage::{DatabaseFailure, guarded, move_aside};
use super::ledger::{self, StoreUsage};
use crate::store::OpenError;
use net::chain;
use net::private::open_or_create;

/// A way to open a database, and to discard a damaged one.
pub(super) trait Medium: Send + Sync {
    /// Opens the database, or creates an empty one.
    fn open(&self) -> Result<Database, MediumError>;

    /// Takes a damaged database away, so that the next one that is opened is empty.
    fn discard(&self, damage: &DatabaseFailure) -> io::Result<()>;
}

/// A database cannot be opened.
pub(super) enum MediumError {
    /// The file itself cannot be opened.
    File(io::Error),
    /// The file is not a database, or cannot be read.
    Database(DatabaseFailure),
}

/// A file of this user.
pub(super) struct DatabaseFile(pub(super) PathBuf);

impl Medium for DatabaseFile {
    fn open(&self) -> Result<Database, MediumError> {
        // Nobody else may read it: it holds values that plugins take for secret.
        let file = open_or_create(&self.0).map_err(MediumError::File)?;
        let opened = guarded(|| Database::builder().set_cache_size(CACHE).create_file(file));
        opened.map_err(MediumError::Database)
    }

    fn discard(&self, damage: &DatabaseFailure) -> io::Result<()> {
        let moved_to = move_aside(&self.0)?;
        let (file, moved_to) = (self.0.display(), moved_to.display());
        warn!(
            %file,
            %moved_to,
            error = %chain(damage),
            "key-value entries lost: their file is damaged, and an empty one takes its place"
        );
        Ok(())
    }
}

/// An open database and its clock.
pub(super) struct OpenDatabase {
    /// Taken only when it is dropped.
    database: Option<Database>,
    pub(super) clock: StoreClock,
}

impl OpenDatabase {
    pub(super) fn database(&self) -> &Database {
        self.database.as_ref().expect("only Drop takes it")
    }
}

/// Closes the database. One that is damaged may panic as it is closed, which must not end the thread.
impl Drop for OpenDatabase {
    fn drop(&mut self) {
        let database = self.database.take();
        let _ = guarded(|| {
            drop(database);
            Ok::<_, DatabaseFailure>(())
        });
    }
}

/// A database, absent between its failure and its reopening.
pub(super) struct OpenFile {
    path: PathBuf,
    medium: Box<dyn Medium>,
    open: ArcSwapOption<OpenDatabase>,
    /// The damage of a closed file, if it is damaged.
    damage: Mutex<Option<String>>,
}

impl OpenFile {
    /// Opens the file, and returns the bytes that it holds. If the disk fails, it is left closed until it serves again.
    pub(super) fn new(path: &Path, medium: Box<dyn Medium>) -> Result<(Self, StoreUsage), OpenError> {
        let file = Self { path: path.to_owned(), medium, open: ArcSwapOption::const_empty(), damage: Mutex::default() };
        let usage = match file.reopen() {
            Ok(usage) => usage.unwrap_or_default(),
            Err(OpenError::Disk { source, .. }) => {
                let file = path.display();
                warn!(
                    %file,
                    error = %chain(&*source),
                    "key-value entries unavailable: their file is opened when the disk serves"
                );
                StoreUsage::default()
            }
            Err(error) => return Err(error),
        };
        Ok((file, usage))
    }

    /// Returns the database; `None` while it is closed.
    pub(super) fn database(&self) -> Option<Arc<OpenDatabase>> {
        self.open.load_full()
    }

    /// Closes a failed database when its last reader is done. Loses nothing that it would still have written.
    pub(super) fn close(&self, failed: &Arc<OpenDatabase>, failure: &DatabaseFailure) {
        let before = self.open.compare_and_swap(&Some(Arc::clone(failed)), None);
        // Another failure may have closed it, and it may be open again.
        if failure.is_damage() && before.as_ref().is_some_and(|before| Arc::ptr_eq(before, failed)) {
            *self.damage() = Some(failure.source().map_or_else(|| failure.to_string(), chain));
        }
    }

    /// Reopens the file if it is closed, and then returns the bytes that it holds. One thread at a time may do so.
    pub(super) fn reopen(&self) -> Result<Option<StoreUsage>, OpenError> {
        if self.open.load().is_some() {
            return Ok(None);
        }
        let damage = self.damage().clone();
        if let Some(damage) = damage {
            self.discard(DatabaseFailure::Damaged(damage.into()))?;
        }
        let (opened, usage) = match self.try_open() {
            Err(MediumError::Database(damage)) if damage.is_damage() => {
                self.discard(damage)?;
                self.try_open()
            }
            opened => opened,
        }
        .map_err(|error| self.error(error))?;
        self.open.store(Some(Arc::new(opened)));
        Ok(Some(usage))
    }

    fn damage(&self) -> MutexGuard<'_, Option<String>> {
        // A panic leaves nothing half done here.
        self.damage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn discard(&self, damage: DatabaseFailure) -> Result<(), OpenError> {
        match self.medium.discard(&damage) {
            Ok(()) => {
                *self.damage() = None;
                Ok(())
            }
            Err(_) => Err(self.error(MediumError::Database(damage))),
        }
    }

    fn try_open(&self) -> Result<(OpenDatabase, StoreUsage), MediumError> {
        let database = self.medium.open()?;
        let mut opened = OpenDatabase { database: Some(database), clock: StoreClock::resume(None) };
        let prepared = guarded(|| ledger::prepare(opened.database())).map_err(MediumError::Database)?;
        opened.clock = StoreClock::resume(prepared.readings);
        Ok((opened, prepared.usage))
    }

    fn error(&self, error: MediumError) -> OpenError {
        let path = self.path.clone();
        match error {
            MediumError::File(source) if is_permanent(&source) => OpenError::File { path, source },
            MediumError::File(source) => OpenError::Disk { path, source: source.into() },
            MediumError::Database(DatabaseFailure::InUse) => OpenError::InUse(path),
            MediumError::Database(DatabaseFailure::Damaged(source)) => OpenError::Damaged { path, source },
            MediumError::Database(DatabaseFailure::Disk(source)) => OpenError::Disk { path, source },
        }
    }
}

/// Returns whether opening a file fails for a reason that the operator has to remove, such as a missing permission.
fn is_permanent(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    let of_path = matches!(error.kind(), Kind::AlreadyExists | Kind::IsADirectory | Kind::NotADirectory);
    let of_rights = matches!(error.kind(), Kind::PermissionDenied | Kind::ReadOnlyFilesystem);
    of_path || of_rights || matches!(error.kind(), Kind::InvalidData | Kind::InvalidInput)
}
