//! The open file, and its being opened again: after an error of the disk, what is open does nothing more.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use redb::Database;

use crate::store::OpenError;

/// Opens a database, and counts the bytes that it holds.
pub(super) type Open = dyn Fn() -> Result<(Database, u64), OpenError> + Send + Sync;

/// A database, unless it has failed and is not opened again yet.
pub(super) struct OpenFile {
    open: Box<Open>,
    database: ArcSwapOption<Database>,
}

impl OpenFile {
    /// Opens it, and says how many bytes it holds.
    pub(super) fn new(open: Box<Open>) -> Result<(Self, u64), OpenError> {
        let (database, held) = open()?;
        Ok((Self { open, database: ArcSwapOption::from_pointee(database) }, held))
    }

    /// The database; nothing while it is closed.
    pub(super) fn database(&self) -> Option<Arc<Database>> {
        self.database.load_full()
    }

    /// Closes a database that has failed, when the last who reads in it is done. Nothing is lost that it would still do.
    pub(super) fn close(&self, failed: Arc<Database>) {
        self.database.compare_and_swap(&Some(failed), None);
    }

    /// Opens it again if it is closed, and then says how many bytes it holds. For the one thread that writes.
    pub(super) fn reopen(&self) -> Result<Option<u64>, OpenError> {
        if self.database.load().is_some() {
            return Ok(None);
        }
        let (database, held) = (self.open)()?;
        self.database.store(Some(Arc::new(database)));
        Ok(Some(held))
    }
}
