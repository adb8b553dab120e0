//! Entries in Redis, which several hosts may share. Redis expires them; scripts count the entries and bytes of
//! each space and plugin, and evict entries of the largest user when the store is full.
//!
//! Every operation is a task of the runtime that the store was opened in: guests' threads do no I/O, and an
//! operation completes even if its caller has stopped waiting.

use std::future::Future;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, RedisResult, Script};
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;

use super::name::{EntryName, plugin_name, plugin_of};
use super::shares::StoreShares;
use super::{OpenError, SpaceLimits, Trouble, millis};

/// The prefix of all keys, for other users of the same database.
const PREFIX: &[u8] = b"insight-host:key-value:1:";

/// The longest time for connecting, look-up and TLS included. Calls wait for their own timeout only.
const CONNECTING: Duration = Duration::from_secs(2);

static SET: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/set.lua")));
static REMOVE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/remove.lua")));

/// A connection to Redis.
pub(super) struct Redis {
    line: Arc<SharedConnection>,
    threads: Handle,
    bounds: SpaceLimits,
    time_to_live: Duration,
    shares: Arc<StoreShares>,
}

/// The most entries that are evicted for one: Redis does nothing else meanwhile.
const MOST_EVICTED: usize = 5_000;

/// The end of a change: whether the entry fits; for each plugin concerned, its part of names, its bytes, and how many
/// of its entries were evicted.
type Stored = (bool, Vec<(Vec<u8>, u64, u64)>);

/// The connection that all calls share, opened by the first that needs it.
struct SharedConnection {
    client: Client,
    config: ConnectionManagerConfig,
    manager: ArcSwap<ConnectionManager>,
}

impl Redis {
    /// Parses the URL without connecting: a host starts even if its Redis is down.
    pub(super) fn open(
        url: &SecretString,
        time: Duration,
        bounds: SpaceLimits,
        time_to_live: Duration,
        shares: Arc<StoreShares>,
    ) -> Result<Self, OpenError> {
        let client = Client::open(url.expose_secret()).map_err(|_may_hold_the_url| OpenError::Redis)?;
        // A single attempt: `Health` decides about further ones.
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(CONNECTING))
            .set_response_timeout(Some(time));
        let manager = ConnectionManager::new_lazy_with_config(client.clone(), config.clone());
        let manager = ArcSwap::from_pointee(manager.map_err(|_may_hold_the_url| OpenError::Redis)?);
        let line = Arc::new(SharedConnection { client, config, manager });
        Ok(Self { line, threads: Handle::current(), bounds, time_to_live, shares })
    }

    pub(super) async fn get(&self, name: EntryName) -> Result<Option<Vec<u8>>, Trouble> {
        let (key, longest) = (Keys::of(&name).entry, millis(self.time_to_live));
        let both = self.run(async move |mut redis| redis::pipe().get(&key).pttl(&key).query_async(&mut redis).await);
        let (value, left): (Option<Vec<u8>>, i64) = both.await?;
        // An entry that would live longer than any may was written while the clock of Redis was ahead.
        let is_alive = u64::try_from(left).is_ok_and(|left| left <= longest);
        Ok(value.filter(|_| is_alive))
    }

    pub(super) async fn set(&self, name: EntryName, value: Vec<u8>, keep: Duration) -> Result<(), Trouble> {
        let (keys, bounds, longest) = (Keys::of(&name), self.bounds, self.time_to_live);
        let size = name.bytes().len() + value.len();
        let (fits, concerned): Stored = self
            .run(async move |mut redis| {
                let mut call = SET.prepare_invoke();
                call.key(keys.entry).key(keys.expiries).key(keys.sizes).key(keys.plugins).key(keys.spaces);
                call.arg(name.key()).arg(value).arg(millis(keep)).arg(size);
                call.arg(bounds.entries).arg(bounds.space.as_u64()).arg(millis(longest));
                call.arg(bounds.store.as_u64()).arg(MOST_EVICTED);
                call.arg(PREFIX).arg(plugin_of(name.space())).arg(name.space());
                call.invoke_async(&mut redis).await
            })
            .await?;
        for (plugin, bytes, evicted) in concerned {
            self.shares.record(&plugin_name(&plugin), bytes, evicted);
        }
        if fits { Ok(()) } else { Err(Trouble::Full) }
    }

    pub(super) async fn remove(&self, name: EntryName) -> Result<(), Trouble> {
        let keys = Keys::of(&name);
        self.run(async move |mut redis| {
            let mut call = REMOVE.prepare_invoke();
            call.key(keys.entry).key(keys.expiries).key(keys.sizes).key(keys.plugins).key(keys.spaces);
            call.arg(name.key()).arg(plugin_of(name.space())).arg(name.space());
            call.invoke_async(&mut redis).await
        })
        .await
    }

    /// Does `work` over the connection. A failure replaces the connection for later work.
    async fn run<T, F>(&self, work: impl FnOnce(ConnectionManager) -> F) -> Result<T, Trouble>
    where
        T: Send + 'static,
        F: Future<Output = RedisResult<T>> + Send + 'static,
    {
        let line = Arc::clone(&self.line);
        let manager = line.manager.load_full();
        let work = work(ConnectionManager::clone(&manager));
        let done = self.threads.spawn(async move {
            let done = work.await;
            if done.as_ref().is_err_and(|error| !is_out_of_memory(error)) {
                line.renew(&manager);
            }
            done
        });
        let done = done.await.map_err(Trouble::broken)?;
        done.map_err(|error| if is_out_of_memory(&error) { Trouble::Full } else { Trouble::broken(error) })
    }
}

impl SharedConnection {
    /// Replaces a failed connection, unless that has already happened. The manager by itself would keep a
    /// connection whose peer is silent, and remember a rejected login for ever.
    fn renew(&self, failed: &Arc<ConnectionManager>) {
        if let Ok(manager) = ConnectionManager::new_lazy_with_config(self.client.clone(), self.config.clone()) {
            self.manager.compare_and_swap(failed, Arc::new(manager));
        }
    }
}

/// Returns whether Redis has reached its `maxmemory`, and may not evict.
fn is_out_of_memory(error: &RedisError) -> bool {
    error.code() == Some("OOM")
}

/// The Redis keys that an entry uses.
struct Keys {
    /// Its value, which Redis expires.
    entry: Vec<u8>,
    /// The expiry times of its space's entries.
    expiries: Vec<u8>,
    /// The sizes in bytes of its space's entries.
    sizes: Vec<u8>,
    /// The bytes of each plugin.
    plugins: Vec<u8>,
    /// The bytes of each space of its plugin.
    spaces: Vec<u8>,
}

impl Keys {
    fn of(name: &EntryName) -> Self {
        let key = |kind: &[u8], rest: &[u8]| [PREFIX, kind, rest].concat();
        Self {
            entry: key(b"n", name.bytes()),
            expiries: key(b"e", name.space()),
            sizes: key(b"s", name.space()),
            plugins: key(b"p", b""),
            spaces: key(b"q", plugin_of(name.space())),
        }
    }
}
