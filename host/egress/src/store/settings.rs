//! What the operator says of the store.

use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use secrecy::SecretString;

/// Where entries are kept, for how long, and how many.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where they are.
    pub place: Place,
    /// The longest that one operation may take. Then it is `unavailable`.
    pub time: Duration,
    /// The longest that an entry is kept, whatever its plugin asks for.
    pub time_to_live: Duration,
    /// How much is kept.
    pub bounds: Bounds,
}

/// Where entries are kept.
#[derive(Clone, Debug)]
pub enum Place {
    /// In this file, which one process uses at a time. Without one there is no store.
    File(Option<PathBuf>),
    /// In the Redis of this URL, `redis://` or `rediss://`, which several hosts may share. It may
    /// hold a password.
    Redis(SecretString),
}

/// How much is kept. A space is what one plugin keeps for one tenant, or for all of them.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of a key. A longer one is `too-long`.
    pub key: ByteSize,
    /// Bytes of a value. A longer one is `too-long`.
    pub value: ByteSize,
    /// Entries of one space that have not expired. One more is `full`.
    pub entries: u64,
    /// Bytes of one space's names and values. More is `full`.
    pub space: ByteSize,
    /// Bytes of all names and values in the file. What is over it pushes out what expires soonest.
    /// Redis has its own `maxmemory` in place of it.
    pub store: ByteSize,
}

/// No file, 100 ms, a day.
impl Default for Settings {
    fn default() -> Self {
        Self {
            place: Place::File(None),
            time: Duration::from_millis(100),
            time_to_live: Duration::from_secs(24 * 60 * 60),
            bounds: Bounds::default(),
        }
    }
}

/// 512 bytes, 64 KiB; 1,000 entries and 4 MiB of a space; 256 MiB in all.
impl Default for Bounds {
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
