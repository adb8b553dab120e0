//! The writer's thread: applies changes one by one, many per transaction. Reads have threads of their own.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{io, iter, thread};

use redb::Durability;
use tokio::sync::oneshot;
use tracing::{debug, warn};

use super::clock::Expiry;
use super::damage::guarded;
use super::file::{OpenDatabase, OpenFile};
use super::ledger::{self, Ledger, StoreUsage};
use crate::store::name::{EntryName, plugin_name};
use crate::store::shares::StoreShares;
use crate::store::{SpaceLimits, Trouble};
use net::chain;

/// The most changes that wait; further ones fail at once.
const WAITING: usize = 1_024;

/// The most changes per transaction.
const BATCH: usize = 64;

/// The most expired entries removed per transaction: more than it can add.
const SWEPT: usize = 100;

/// The interval at which changes are flushed to the disk. A crash loses later ones, as a cache may.
const FLUSH: Duration = Duration::from_secs(1);

/// The time that shutdown waits for the last flush.
const LAST_FLUSH: Duration = Duration::from_secs(2);

/// A change to write.
pub(super) enum WriteOp {
    Set {
        name: EntryName,
        value: Vec<u8>,
        /// The time to live.
        keep: Duration,
    },
    Remove {
        name: EntryName,
    },
}

struct Job {
    change: WriteOp,
    done: oneshot::Sender<Result<(), Trouble>>,
}

/// A handle of the thread. Dropping it makes the thread write the remaining changes.
pub(super) struct Writer {
    jobs: Option<SyncSender<Job>>,
    /// Closed when the thread has ended.
    ended: Mutex<Receiver<()>>,
}

impl Writer {
    /// Starts the thread over a file that is used so.
    pub(super) fn start(
        file: Arc<OpenFile>,
        bounds: SpaceLimits,
        longest: Duration,
        usage: StoreUsage,
        shares: Arc<StoreShares>,
    ) -> io::Result<Self> {
        let (jobs, queue) = sync_channel(WAITING);
        let (until_the_end, ended) = sync_channel(0);
        let mut desk = Desk { file, bounds, longest, usage, shares, flushed: Instant::now(), is_dirty: false };
        desk.record(&BTreeMap::new());
        thread::Builder::new().name("key-value".into()).spawn(move || {
            desk.work(&queue);
            drop((desk, until_the_end));
        })?;
        Ok(Self { jobs: Some(jobs), ended: Mutex::new(ended) })
    }

    /// Writes a change: completely, or not at all if the caller has stopped waiting before its turn.
    pub(super) async fn write(&self, change: WriteOp) -> Result<(), Trouble> {
        let (done, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().expect("only Drop takes it");
        jobs.try_send(Job { change, done }).map_err(|error| match error {
            TrySendError::Full(_) => Trouble::broken("too many changes wait to be written"),
            TrySendError::Disconnected(_) => Trouble::broken("the writer's thread has ended"),
        })?;
        answer.await.map_err(Trouble::broken)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(LAST_FLUSH) == Err(RecvTimeoutError::Timeout) {
            warn!("the last key-value entries may be lost: the disk did not respond in time");
        }
    }
}

/// The state of the thread.
struct Desk {
    file: Arc<OpenFile>,
    bounds: SpaceLimits,
    /// The longest time to live.
    longest: Duration,
    usage: StoreUsage,
    /// What others see of the use.
    shares: Arc<StoreShares>,
    flushed: Instant,
    /// Set if there are changes since the last flush.
    is_dirty: bool,
}

impl Desk {
    /// Works until the last handle is dropped.
    fn work(&mut self, queue: &Receiver<Job>) {
        loop {
            match queue.recv_timeout(FLUSH.saturating_sub(self.flushed.elapsed())) {
                Ok(first) => self.write(iter::once(first).chain(queue.try_iter()).take(BATCH).collect()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.flush(),
            }
            if self.flushed.elapsed() >= FLUSH {
                self.flush();
            }
        }
    }

    fn write(&mut self, jobs: Vec<Job>) {
        // A caller that stopped waiting took the change for failed, and may have sent another since.
        let jobs: Vec<Job> = jobs.into_iter().filter(|job| !job.done.is_closed()).collect();
        let written = self.transact(Durability::None, |ledger| {
            jobs.iter().map(|job| apply(ledger, &job.change)).collect::<Result<Vec<_>, _>>()
        });
        match written {
            Ok(done) => jobs.into_iter().zip(done).for_each(|(job, done)| drop(job.done.send(done))),
            Err(error) => {
                let error = chain(&error);
                jobs.into_iter().for_each(|job| drop(job.done.send(Err(Trouble::broken(error.as_str())))));
            }
        }
    }

    /// Flushes changes to the disk, and removes expired entries. Reopens a file that has failed.
    fn flush(&mut self) {
        self.flushed = Instant::now();
        let open = match self.database() {
            Ok(open) => open,
            Err(error) => return debug!(error = %chain(&error), "failed to reopen the file of key-value entries"),
        };
        let expiry = Expiry::at(open.clock.now(), self.longest);
        let any_expired = || guarded(|| ledger::any_expired(open.database(), expiry)).unwrap_or_default();
        if !self.is_dirty && !open.clock.has_stepped() && !any_expired() {
            return;
        }
        drop(open);
        // The next change fails as well, and reports it.
        if let Err(error) = self.transact(Durability::Immediate, |_| Ok(())) {
            debug!(error = %chain(&error), "failed to flush key-value entries to the disk");
        }
    }

    /// Returns the database, after reopening it if it has failed.
    fn database(&mut self) -> Result<Arc<OpenDatabase>, Trouble> {
        if let Some(usage) = self.file.reopen().map_err(Trouble::broken)? {
            // Changes that had not reached the disk are lost.
            (self.usage, self.is_dirty) = (usage, false);
        }
        self.file.database().ok_or_else(|| Trouble::broken("the file was closed again after a failed read"))
    }

    /// Runs `work` in one transaction: all of it, or nothing.
    fn transact<T>(
        &mut self,
        durability: Durability,
        work: impl FnOnce(&mut Ledger<'_>) -> Result<T, redb::StorageError>,
    ) -> Result<T, Trouble> {
        let open = self.database()?;
        guarded(|| self.transact_in(&open, durability, work)).map_err(|failure| {
            self.file.close(&open, &failure);
            Trouble::broken(failure)
        })
    }

    fn transact_in<T>(
        &mut self,
        open: &OpenDatabase,
        durability: Durability,
        work: impl FnOnce(&mut Ledger<'_>) -> Result<T, redb::StorageError>,
    ) -> Result<T, redb::Error> {
        let is_flush = matches!(durability, Durability::Immediate);
        let mut transaction = open.database().begin_write()?;
        transaction.set_durability(durability)?;
        // Makes the file usable immediately after a crash, whatever its size.
        transaction.set_quick_repair(is_flush);
        let readings = open.clock.readings();
        let expiry = Expiry::at(readings.store, self.longest);
        let mut ledger = Ledger::open(&transaction, self.bounds, expiry, &mut self.usage)?;
        ledger.forget_expired(SWEPT)?;
        let done = work(&mut ledger)?;
        let evicted = ledger.end();
        if is_flush {
            ledger::save(&transaction, readings)?;
        }
        transaction.commit()?;
        if is_flush {
            open.clock.saved(readings);
        }
        self.is_dirty = !is_flush;
        self.record(&evicted);
        Ok(done)
    }

    /// Shows others the use of the store, after so many evictions of each plugin.
    fn record(&self, evicted: &BTreeMap<Box<[u8]>, u64>) {
        self.shares.hold(self.usage.plugins().map(|(plugin, bytes)| (plugin_name(plugin), bytes)));
        for (plugin, entries) in evicted {
            let name = plugin_name(plugin);
            self.shares.record(&name, self.shares.get(&name).bytes, *entries);
        }
    }
}

fn apply(ledger: &mut Ledger<'_>, change: &WriteOp) -> Result<Result<(), Trouble>, redb::StorageError> {
    match change {
        WriteOp::Set { name, value, keep } => {
            let fits = ledger.set(name, value, *keep)?;
            Ok(if fits { Ok(()) } else { Err(Trouble::Full) })
        }
        WriteOp::Remove { name } => ledger.remove(name.bytes()).map(Ok),
    }
}
