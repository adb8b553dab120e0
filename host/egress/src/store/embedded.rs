//! Entries in a file of this host's own.

mod clock;
mod damage;
mod file;
mod ledger;
mod memory;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use self::clock::Expiry;
use self::damage::guarded;
use self::file::{DatabaseFile, Medium, OpenFile};
use self::memory::DatabaseInMemory;
use self::writer::{WriteOp, Writer};
use super::name::EntryName;
use super::shares::StoreShares;
use super::{OpenError, SpaceLimits, Trouble};

/// Bytes of the file that are cached in memory.
const CACHE: usize = 32 << 20;

/// The most concurrent reads; further ones wait. Each runs on a thread that may block on the disk.
const READS: usize = 16;

/// A file of entries.
pub(super) struct Embedded {
    /// Declared above the database, so that it writes the last changes before the database is closed.
    writer: Writer,
    file: Arc<OpenFile>,
    reads: Arc<Semaphore>,
    threads: Handle,
    time_to_live: Duration,
}

impl Embedded {
    /// Opens or creates the file. Waits for the disk. Reads run on the blocking threads of the current runtime.
    pub(super) fn open(
        path: &Path,
        bounds: SpaceLimits,
        time_to_live: Duration,
        shares: Arc<StoreShares>,
    ) -> Result<Self, OpenError> {
        Self::over(path, Box::new(DatabaseFile(path.to_owned())), bounds, time_to_live, shares)
    }

    /// Creates entries in memory, which end with it.
    pub(super) fn in_memory(
        bounds: SpaceLimits,
        time_to_live: Duration,
        shares: Arc<StoreShares>,
    ) -> Result<Self, OpenError> {
        Self::over(Path::new("memory"), Box::new(DatabaseInMemory), bounds, time_to_live, shares)
    }

    fn over(
        path: &Path,
        medium: Box<dyn Medium>,
        bounds: SpaceLimits,
        time_to_live: Duration,
        shares: Arc<StoreShares>,
    ) -> Result<Self, OpenError> {
        let (file, usage) = OpenFile::new(path, medium)?;
        let file = Arc::new(file);
        let writer = Writer::start(Arc::clone(&file), bounds, time_to_live, usage, shares);
        let writer = writer.map_err(OpenError::Thread)?;
        Ok(Self { writer, file, reads: Arc::new(Semaphore::new(READS)), threads: Handle::current(), time_to_live })
    }

    pub(super) async fn get(&self, name: EntryName) -> Result<Option<Vec<u8>>, Trouble> {
        let turn = Arc::clone(&self.reads).acquire_owned().await.map_err(Trouble::broken)?;
        let (file, longest) = (Arc::clone(&self.file), self.time_to_live);
        let read = self.threads.spawn_blocking(move || {
            let open = file.database().ok_or_else(|| Trouble::broken("the file is closed after an error"))?;
            let expiry = Expiry::at(open.clock.now(), longest);
            let found = guarded(|| ledger::read(open.database(), name.bytes(), expiry));
            drop(turn);
            found.map_err(|failure| {
                file.close(&open, &failure);
                Trouble::broken(failure)
            })
        });
        read.await.map_err(Trouble::broken)?
    }

    pub(super) async fn set(&self, name: EntryName, value: Vec<u8>, keep: Duration) -> Result<(), Trouble> {
        self.writer.write(WriteOp::Set { name, value, keep }).await
    }

    pub(super) async fn remove(&self, name: EntryName) -> Result<(), Trouble> {
        self.writer.write(WriteOp::Remove { name }).await
    }
}

#[cfg(test)]
mod tests;
