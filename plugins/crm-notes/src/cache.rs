//! The cache of the backend's answers, which the host keeps for each tenant.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use insight_sdk::{CrmRecord, key_value, log};
use serde::{Deserialize, Serialize};

use crate::entry::{Entry, Kind};
use crate::settings;

/// The cached lists of a record.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Known([Option<List>; Kind::ALL.len()]);

/// A list, and the time at which it was received.
#[derive(Deserialize, Serialize)]
struct List {
    /// The time, in seconds since 1970.
    at: u64,
    entries: Vec<Entry>,
}

impl Known {
    /// Reads the cached lists of a record. A cache that fails counts as empty.
    pub(crate) fn of(about: &CrmRecord) -> Self {
        match key_value::get(&key(about)) {
            Ok(text) => text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
            Err(error) => {
                log::debug!("doing without the cache", error = format!("{error:?}"));
                Self::default()
            }
        }
    }

    /// Stores the lists for as long as they may be shown.
    pub(crate) fn keep(&self, about: &CrmRecord) {
        let text = serde_json::to_string(self).expect("texts and numbers serialise");
        if let Err(error) = key_value::set(&key(about), &text, settings::stale()) {
            log::debug!("not kept in the cache", error = format!("{error:?}"));
        }
    }

    /// Sets the list of a kind.
    pub(crate) fn learn(&mut self, kind: Kind, entries: Vec<Entry>) {
        self.0[kind as usize] = Some(List { at: now(), entries });
    }

    /// Removes the list of a kind, which the backend no longer has.
    pub(crate) fn forget(&mut self, kind: Kind) {
        self.0[kind as usize] = None;
    }

    /// Returns whether the list of this kind is fresh enough to save a request.
    pub(crate) fn is_fresh(&self, kind: Kind) -> bool {
        self.0[kind as usize].as_ref().is_some_and(|list| list.age() < settings::fresh())
    }

    /// Takes out the list of a kind, unless it is too old to be shown.
    pub(crate) fn take(&mut self, kind: Kind) -> Option<Vec<Entry>> {
        let list = self.0[kind as usize].take().filter(|list| list.age() < settings::stale())?;
        Some(list.entries)
    }
}

impl List {
    fn age(&self) -> Duration {
        Duration::from_secs(now().saturating_sub(self.at))
    }
}

/// Returns the key of a record, which does not depend on the letter case of its identifier.
fn key(about: &CrmRecord) -> String {
    format!("{}/{}", about.record_type, about.record_id.to_ascii_lowercase())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
