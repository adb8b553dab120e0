//! The shares that plugins have of the store: the bytes of each, and how many of its entries were evicted.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::warn;

/// The shortest time between two reports of a plugin's evictions.
const BETWEEN_REPORTS: Duration = Duration::from_secs(60);

/// A plugin's share of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreShare {
    /// Bytes of its names and values, for all tenants. With Redis, as of this host's last change.
    pub bytes: u64,
    /// Its entries that were evicted to make room for others, since the host started.
    pub evicted: u64,
}

/// The shares of all plugins that use the store.
#[derive(Default)]
pub(super) struct StoreShares(Mutex<HashMap<String, Told>>);

#[derive(Default)]
struct Told {
    share: StoreShare,
    /// Evictions that the log has told.
    told: u64,
    at: Option<Instant>,
}

impl StoreShares {
    /// Records the bytes of a plugin, and further evictions of its entries.
    pub(super) fn record(&self, plugin: &str, bytes: u64, evicted: u64) {
        let mut shares = self.shares();
        // No name is allocated for a plugin that is known.
        if !shares.contains_key(plugin) {
            shares.insert(plugin.to_owned(), Told::default());
        }
        let Some(told) = shares.get_mut(plugin) else { return };
        told.share.bytes = bytes;
        told.share.evicted += evicted;
        let untold = told.share.evicted - told.told;
        if untold > 0 && told.at.is_none_or(|at| at.elapsed() >= BETWEEN_REPORTS) {
            (told.told, told.at) = (told.share.evicted, Some(Instant::now()));
            drop(shares);
            warn!(plugin, entries = untold, bytes, "key-value entries of the plugin were evicted: the store is full");
        }
    }

    /// Returns the share of a plugin.
    pub(super) fn get(&self, plugin: &str) -> StoreShare {
        self.shares().get(plugin).map(|told| told.share).unwrap_or_default()
    }

    fn shares(&self) -> MutexGuard<'_, HashMap<String, Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evictions_are_summed_and_bytes_are_the_last() {
        let shares = StoreShares::default();

        shares.record("hub", 300, 2);
        shares.record("hub", 200, 1);
        shares.record("care", 100, 0);

        assert_eq!(shares.get("hub"), StoreShare { bytes: 200, evicted: 3 });
        assert_eq!(shares.get("care"), StoreShare { bytes: 100, evicted: 0 });
        assert_eq!(shares.get("other"), StoreShare::default());
    }
}
