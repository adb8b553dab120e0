//! Key-value store with time to live, in a file or in Redis: values that one call keeps for later ones.
//!
//! It is a cache. An entry may vanish before it expires, so an operation never waits for a write to reach the
//! disk: that would cost each call milliseconds. An unavailable store costs its own timeout, never the call.

mod embedded;
mod entries;
mod health;
mod name;
mod redis;
mod settings;
mod shares;

use std::error::Error;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use self::embedded::Embedded;
pub use self::entries::Entries;
use self::health::Health;
use self::name::EntryName;
pub(super) use self::name::Space;
use self::redis::Redis;
pub use self::settings::{Settings, SpaceLimits, StoreLocation};
pub use self::shares::StoreShare;
use self::shares::StoreShares;

/// The shortest time to live.
const SHORTEST: Duration = Duration::from_secs(1);

/// The store cannot be opened. Every message names the setting to change.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The environment names no folder for a program's state.
    #[error("there is no folder to keep key-value entries in: set `path` in `[key-value]`")]
    NoPath,
    /// The file cannot be created or opened.
    #[error("failed to open {} for key-value entries: set `path` in `[key-value]` to a file of this user's", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The disk does not serve now, or is full.
    #[error("failed to read or write {}, where key-value entries are", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// The error.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Another process has the file open.
    #[error(
        "another process keeps key-value entries in {}: set `path` in `[key-value]` to a file of this host's own, \
         or `redis` to share one store",
        .0.display()
    )]
    InUse(PathBuf),
    /// The file's content is not a store, and it cannot be moved aside.
    #[error(
        "{} holds no key-value entries that can be read, and cannot be renamed: remove it, or set `path` in `[key-value]` to another file",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The database's error.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The URL of Redis is invalid. It is not repeated, as it may hold a password.
    #[error("`redis` in `[key-value]` is not a URL such as \"rediss://:password@redis.example:6379/0\"")]
    Redis,
    /// The writer's thread cannot be started.
    #[error("failed to start the thread that writes key-value entries")]
    Thread(#[source] io::Error),
}

/// The reason an operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The key or the value is too long.
    TooLong,
    /// The space is full.
    Full,
    /// The store did not answer in time or backs off after failures, or the call sent too many operations.
    Unavailable,
}

impl StoreError {
    /// Returns the name in traces.
    fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Full => "full",
            Self::Unavailable => "unavailable",
        }
    }
}

/// The reason a backend failed an operation.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the store is full")]
    Full,
    #[error("{0}")]
    Broken(Box<dyn Error + Send + Sync>),
}

impl Trouble {
    fn broken(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Broken(error.into())
    }
}

/// The store, opened when the first plugin is granted it. A failed attempt is repeated at every load.
pub(super) struct OnDemand {
    settings: Settings,
    opened: OnceLock<Arc<Store>>,
    /// Held while the store is opened, for as long as the disk takes.
    opening: Mutex<()>,
}

impl OnDemand {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, opened: OnceLock::new(), opening: Mutex::new(()) }
    }

    /// Returns the store. Opening it waits for the disk, and must run on a thread that may block.
    ///
    /// # Errors
    ///
    /// Fails with a message that names the setting to change.
    pub(super) fn open(&self) -> Result<Arc<Store>, OpenError> {
        let _opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = self.opened.get() {
            return Ok(Arc::clone(store));
        }
        let store = Arc::new(Store::open(&self.settings)?);
        Ok(Arc::clone(self.opened.get_or_init(|| store)))
    }

    /// Returns the number of failed operations, without waiting for a store that is being opened.
    pub(super) fn failures(&self) -> u64 {
        self.opened.get().map_or(0, |store| store.health.failures())
    }
}

/// The store of all plugins' entries.
pub(super) struct Store {
    backend: Backend,
    health: Health,
    time: Duration,
    time_to_live: Duration,
    bounds: SpaceLimits,
    shares: Arc<StoreShares>,
}

enum Backend {
    Embedded(Embedded),
    Redis(Redis),
}

impl Store {
    fn open(settings: &Settings) -> Result<Self, OpenError> {
        let Settings { location, time, time_to_live, bounds } = settings.clone();
        let shares: Arc<StoreShares> = Arc::default();
        let backend = match location {
            StoreLocation::File(path) => Backend::Embedded(Embedded::open(
                &path.ok_or(OpenError::NoPath)?,
                bounds,
                time_to_live,
                Arc::clone(&shares),
            )?),
            StoreLocation::Memory => Backend::Embedded(Embedded::in_memory(bounds, time_to_live, Arc::clone(&shares))?),
            StoreLocation::Redis(url) => {
                Backend::Redis(Redis::open(&url, time, bounds, time_to_live, Arc::clone(&shares))?)
            }
        };
        Ok(Self { backend, health: Health::new(), time, time_to_live, bounds, shares })
    }

    /// Returns the share of a plugin.
    pub(super) fn share(&self, plugin: &str) -> StoreShare {
        self.shares.get(plugin)
    }

    /// Returns the value of an entry that has not expired.
    async fn get(&self, name: EntryName, left: Duration) -> Result<Option<String>, StoreError> {
        let value = self.within(left, async {
            match &self.backend {
                Backend::Embedded(embedded) => embedded.get(name).await,
                Backend::Redis(redis) => redis.get(name).await,
            }
        });
        // Plugins store text only; anything else was written by another program.
        Ok(value.await?.and_then(|value| String::from_utf8(value).ok()))
    }

    /// Stores an entry. An entry of the same name is removed, even if the new one does not fit.
    async fn set(&self, name: EntryName, value: String, keep: Duration, left: Duration) -> Result<(), StoreError> {
        let keep = keep.max(SHORTEST).min(self.time_to_live);
        self.within(left, async {
            match &self.backend {
                Backend::Embedded(embedded) => embedded.set(name, value.into_bytes(), keep).await,
                Backend::Redis(redis) => redis.set(name, value.into_bytes(), keep).await,
            }
        })
        .await
    }

    /// Removes an entry, if there is one.
    async fn remove(&self, name: EntryName, left: Duration) -> Result<(), StoreError> {
        self.within(left, async {
            match &self.backend {
                Backend::Embedded(embedded) => embedded.remove(name).await,
                Backend::Redis(redis) => redis.remove(name).await,
            }
        })
        .await
    }

    /// Waits for `work`, for the store's own timeout or the call's remaining time if that is less.
    ///
    /// A timeout leaves nothing half done: the backends run each operation on threads of their own, as a whole
    /// or not at all.
    async fn within<T>(&self, left: Duration, work: impl Future<Output = Result<T, Trouble>>) -> Result<T, StoreError> {
        if !self.health.permits() {
            return Err(StoreError::Unavailable);
        }
        match timeout(self.time.min(left), work).await {
            Ok(Ok(done)) => {
                self.health.served();
                Ok(done)
            }
            Ok(Err(Trouble::Full)) => {
                self.health.served();
                Err(StoreError::Full)
            }
            Ok(Err(Trouble::Broken(error))) => {
                self.health.failed(&*error);
                Err(StoreError::Unavailable)
            }
            Err(elapsed) => {
                // A call near its deadline cannot tell whether the store is slow.
                if left >= self.time {
                    self.health.failed(&elapsed);
                }
                Err(StoreError::Unavailable)
            }
        }
    }
}

/// Returns whole milliseconds, the unit of time in both backends.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
