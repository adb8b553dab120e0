//! Key-value with time to live: what one call leaves for later ones, in a file or in Redis.
//!
//! It is a cache. An entry may vanish before its time, so nothing here waits for a disk to have
//! written, and a store that is slow or gone costs its own timeout and never a call.

mod embedded;
mod entries;
mod health;
mod name;
mod redis;
mod settings;

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
use self::name::Name;
pub(super) use self::name::Space;
use self::redis::Redis;
pub use self::settings::{Bounds, Place, Settings};

/// The shortest that an entry may be kept.
const SHORTEST: Duration = Duration::from_secs(1);

/// The store cannot be opened. Every message names the setting to change.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The environment does not say where a program keeps its state.
    #[error("there is no folder to keep key-value entries in: set `path` in `[key-value]`")]
    NoPath,
    /// The file cannot be made or opened.
    #[error("failed to open {} for key-value entries: set `path` in `[key-value]` to a file of this user's", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Another process has it open.
    #[error(
        "another process keeps key-value entries in {}: set `path` in `[key-value]` to a file of this host's own, \
         or `redis` to share one store",
        .0.display()
    )]
    InUse(PathBuf),
    /// What is in the file is no store.
    #[error(
        "{} holds no key-value entries that can be read: remove it, or set `path` in `[key-value]` to another file",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// How it is damaged.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The URL of Redis is none. It is not repeated, as it may hold a password.
    #[error("`redis` in `[key-value]` is no URL such as \"rediss://:password@redis.example:6379/0\"")]
    Redis,
    /// There is no thread to write with.
    #[error("failed to start the thread that writes key-value entries")]
    Thread(#[source] io::Error),
}

/// Why an operation did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The key or the value is longer than it may be.
    TooLong,
    /// The space holds as much as it may.
    Full,
    /// The store did not answer in time, or answers nothing lately; or the call asked too often.
    Unavailable,
}

impl StoreError {
    /// Its name in traces.
    fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Full => "full",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Why a backend did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("there is no room")]
    Full,
    #[error("{0}")]
    Broken(Box<dyn Error + Send + Sync>),
}

impl Trouble {
    fn broken(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Broken(error.into())
    }
}

/// The store, opened when the first plugin is granted it, and tried again at every load until it opens.
pub(super) struct OnDemand {
    settings: Settings,
    opened: OnceLock<Arc<Store>>,
    /// Held by who opens it, for as long as the disk takes.
    opening: Mutex<()>,
}

impl OnDemand {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, opened: OnceLock::new(), opening: Mutex::new(()) }
    }

    /// The store. Opening it waits for the disk, and belongs on a thread of the runtime that may.
    ///
    /// # Errors
    ///
    /// Fails with the setting to change.
    pub(super) fn open(&self) -> Result<Arc<Store>, OpenError> {
        let _opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = self.opened.get() {
            return Ok(Arc::clone(store));
        }
        let store = Arc::new(Store::open(&self.settings)?);
        Ok(Arc::clone(self.opened.get_or_init(|| store)))
    }

    /// Operations that it did not do, or not in time. Waits for nobody who opens it.
    pub(super) fn failures(&self) -> u64 {
        self.opened.get().map_or(0, |store| store.health.failures())
    }
}

/// Where all plugins' entries are.
pub(super) struct Store {
    backend: Backend,
    health: Health,
    time: Duration,
    time_to_live: Duration,
    bounds: Bounds,
}

enum Backend {
    Embedded(Embedded),
    Redis(Redis),
}

impl Store {
    fn open(settings: &Settings) -> Result<Self, OpenError> {
        let Settings { place, time, time_to_live, bounds } = settings.clone();
        let backend = match place {
            Place::File(path) => {
                Backend::Embedded(Embedded::open(&path.ok_or(OpenError::NoPath)?, bounds, time_to_live)?)
            }
            Place::Redis(url) => Backend::Redis(Redis::open(&url, time, bounds, time_to_live)?),
        };
        Ok(Self { backend, health: Health::new(), time, time_to_live, bounds })
    }

    /// The value of an entry, if there is one that has not expired.
    async fn get(&self, name: Name, left: Duration) -> Result<Option<String>, StoreError> {
        let value = self.within(left, async {
            match &self.backend {
                Backend::Embedded(embedded) => embedded.get(name).await,
                Backend::Redis(redis) => redis.get(name).await,
            }
        });
        // Only texts go in; what somebody else has put there is not ours.
        Ok(value.await?.and_then(|value| String::from_utf8(value).ok()))
    }

    /// Keeps an entry. One of the same name gives way to it, even if there is no room for the new one.
    async fn set(&self, name: Name, value: String, keep: Duration, left: Duration) -> Result<(), StoreError> {
        let keep = keep.max(SHORTEST).min(self.time_to_live);
        self.within(left, async {
            match &self.backend {
                Backend::Embedded(embedded) => embedded.set(name, value.into_bytes(), keep).await,
                Backend::Redis(redis) => redis.set(name, value.into_bytes(), keep).await,
            }
        })
        .await
    }

    /// Forgets an entry, if it is there.
    async fn remove(&self, name: Name, left: Duration) -> Result<(), StoreError> {
        self.within(left, async {
            match &self.backend {
                Backend::Embedded(embedded) => embedded.remove(name).await,
                Backend::Redis(redis) => redis.remove(name).await,
            }
        })
        .await
    }

    /// Waits for `work`, for the store's own time or for what is left of the call if that is less.
    ///
    /// Whoever stops waiting leaves nothing half done: the backends do each operation whole, or not
    /// at all, on threads of their own.
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
                // A call that comes at the end of its time says nothing about the store.
                if left >= self.time {
                    self.health.failed(&elapsed);
                }
                Err(StoreError::Unavailable)
            }
        }
    }
}

/// Milliseconds, as both backends count time.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
