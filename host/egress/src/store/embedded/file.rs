//! The open database file, and reopening it after a disk error: the database does no more work after one.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use redb::Database;

use super::ledger::StoreUsage;
use crate::store::OpenError;

/// Opens a database, and counts the bytes that it holds.
pub(super) type Open = dyn Fn() -> Result<(Database, StoreUsage), OpenError> + Send + Sync;

/// A database, absent between its failure and its reopening.
pub(super) struct OpenFile {
    open: Box<Open>,
    database: ArcSwapOption<Database>,
}

impl OpenFile {
    /// Opens the file, and returns the bytes that it holds.
    pub(super) fn new(open: Box<Open>) -> Result<(Self, StoreUsage), OpenError> {
        let (database, usage) = open()?;
        Ok((Self { open, database: ArcSwapOption::from_pointee(database) }, usage))
    }

    /// Returns the database; `None` while it is closed.
    pub(super) fn database(&self) -> Option<Arc<Database>> {
        self.database.load_full()
    }

    /// Closes a failed database when its last reader is done. Loses nothing that it would still have written.
    pub(super) fn close(&self, failed: Arc<Database>) {
        self.database.compare_and_swap(&Some(failed), None);
    }

    /// Reopens the file if it is closed, and then returns the bytes that it holds. For the writer's thread only.
    pub(super) fn reopen(&self) -> Result<Option<StoreUsage>, OpenError> {
        if self.database.load().is_some() {
            return Ok(None);
        }
        let (database, usage) = (self.open)()?;
        self.database.store(Some(Arc::new(database)));
        Ok(Some(usage))
    }
}
