//! Settings of the key-value store.

use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use secrecy::SecretString;

/// The location of the store, its timeouts and its limits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The location of the store.
    pub location: StoreLocation,
    /// The longest time of one operation. After it, the operation is `unavailable`.
    pub time: Duration,
    /// The longest time to live, whatever a plugin requests.
    pub time_to_live: Duration,
    /// Limits on the stored data.
    pub bounds: SpaceLimits,
}

/// The location of the store.
#[derive(Clone, Debug)]
pub enum StoreLocation {
    /// A file, which one process uses at a time. Without a path there is no store.
    File(Option<PathBuf>),
    /// The memory of this process, for commands that leave nothing behind.
    Memory,
    /// A Redis with a URL of `redis://` or `rediss://`, which several hosts may share. The URL may hold a
    /// password.
    Redis(SecretString),
}

/// Limits on the stored data. A space holds one plugin's entries for one tenant, or for all of them.
#[derive(Clone, Copy, Debug)]
pub struct SpaceLimits {
    /// Bytes of a key. A longer one is `too-long`.
    pub key: ByteSize,
    /// Bytes of a value. A longer one is `too-long`.
    pub value: ByteSize,
    /// Live entries of one space. A further one is `full`.
    pub entries: u64,
    /// Bytes of one space's names and values. More is `full`.
    pub space: ByteSize,
    /// Bytes of all names and values. An entry beyond them evicts those of the plugin that uses most, of which those
    /// that expire soonest go first.
    pub store: ByteSize,
}

/// The defaults: no file, 100 ms, one day.
impl Default for Settings {
    fn default() -> Self {
        Self {
            location: StoreLocation::File(None),
            time: Duration::from_millis(100),
            time_to_live: Duration::from_secs(24 * 60 * 60),
            bounds: SpaceLimits::default(),
        }
    }
}

/// The defaults: 512 bytes, 64 KiB; 1,000 entries and 4 MiB per space; 256 MiB in all.
impl Default for SpaceLimits {
    fn default() -> Self {
        Self {
            key: ByteSize::b(512),
            value: ByteSize::kib(64),
            entries: 1_000,
            space: ByteSize::mib(4),
            store: ByteSize::mib(256),
        }
    }
}
