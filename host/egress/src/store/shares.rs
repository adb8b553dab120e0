//! The shares that plugins have of the store: the bytes of each, and how many of its entries were evicted.

use std::borrow::Cow;
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
    /// Records the bytes of all plugins that use any.
    pub(super) fn hold<'a>(&self, used: impl Iterator<Item = (Cow<'a, str>, u64)>) {
        let mut shares = self.shares();
        shares.values_mut().for_each(|told| told.share.bytes = 0);
        for (plugin, bytes) in used {
            known(&mut shares, plugin).share.bytes = bytes;
        }
    }

    /// Records the bytes of a plugin, and further evictions of its entries.
    pub(super) fn record(&self, plugin: &str, bytes: u64, evicted: u64) {
        let mut shares = self.shares();
        let told = known(&mut shares, plugin.into());
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

/// Returns what is known of a plugin. No name is allocated for one that is known already.
fn known<'a>(shares: &'a mut HashMap<String, Told>, plugin: Cow<'_, str>) -> &'a mut Told {
    if !shares.contains_key(&*plugin) {
        return shares.entry(plugin.into_owned()).or_default();
    }
    shares.get_mut(&*plugin).expect("it is there")
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

    #[test]
    fn a_plugin_that_is_not_among_those_with_entries_has_no_bytes() {
        let shares = StoreShares::default();
        shares.record("hub", 300, 2);

        shares.hold([("care".into(), 100)].into_iter());

        assert_eq!(shares.get("hub"), StoreShare { bytes: 0, evicted: 2 });
        assert_eq!(shares.get("care").bytes, 100);
    }
}
