//! Entries in a file of this host's own.

mod file;
mod ledger;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redb::{Database, DatabaseError};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use self::file::{Open, OpenFile};
use self::ledger::StoreUsage;
use self::writer::{WriteOp, Writer};
use super::name::EntryName;
use super::shares::StoreShares;
use super::{OpenError, SpaceLimits, Trouble, millis};
use net::private::open_or_create;

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
        let path = path.to_owned();
        let open = move || {
            // Nobody else may read it: it holds values that plugins take for secret.
            let file = open_or_create(&path).map_err(|source| OpenError::File { path: path.clone(), source })?;
            prepare(&path, Database::builder().set_cache_size(CACHE).create_file(file))
        };
        Self::over(Box::new(open), bounds, time_to_live, shares)
    }

    fn over(
        open: Box<Open>,
        bounds: SpaceLimits,
        time_to_live: Duration,
        shares: Arc<StoreShares>,
    ) -> Result<Self, OpenError> {
        let (file, usage) = OpenFile::new(open)?;
        let file = Arc::new(file);
        let writer = Writer::start(Arc::clone(&file), bounds, usage, shares).map_err(OpenError::Thread)?;
        Ok(Self { writer, file, reads: Arc::new(Semaphore::new(READS)), threads: Handle::current(), time_to_live })
    }

    pub(super) async fn get(&self, name: EntryName) -> Result<Option<Vec<u8>>, Trouble> {
        let turn = Arc::clone(&self.reads).acquire_owned().await.map_err(Trouble::broken)?;
        let (file, longest) = (Arc::clone(&self.file), self.time_to_live);
        let read = self.threads.spawn_blocking(move || {
            let database = file.database().ok_or_else(|| Trouble::broken("the file is closed after an error"))?;
            let found = ledger::read(&database, name.bytes(), now(), longest);
            drop(turn);
            found.map_err(|error| {
                file.close(database);
                Trouble::broken(error)
            })
        });
        read.await.map_err(Trouble::broken)?
    }

    pub(super) async fn set(&self, name: EntryName, value: Vec<u8>, keep: Duration) -> Result<(), Trouble> {
        self.writer.write(WriteOp::Set { name, value, expires: now() + millis(keep) }).await
    }

    pub(super) async fn remove(&self, name: EntryName) -> Result<(), Trouble> {
        self.writer.write(WriteOp::Remove { name }).await
    }
}

/// Creates the tables of an opened database, and counts the bytes that it holds.
fn prepare(path: &Path, opened: Result<Database, DatabaseError>) -> Result<(Database, StoreUsage), OpenError> {
    let damaged = |source| OpenError::Damaged { path: path.to_owned(), source };
    let database = match opened {
        Ok(database) => database,
        Err(DatabaseError::DatabaseAlreadyOpen) => return Err(OpenError::InUse(path.to_owned())),
        Err(error) => return Err(damaged(error.into())),
    };
    let usage = ledger::prepare(&database).map_err(|error| damaged(error.into()))?;
    Ok((database, usage))
}

/// Returns milliseconds since 1970, which stay comparable after a restart.
fn now() -> u64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

#[cfg(test)]
mod tests;
