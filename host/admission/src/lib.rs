//! Whether a call may begin now: what stands before each plugin, so that no more is asked of it
//! than it and the host can bear.
//!
//! In this order, the cheapest first: it must not be suspended, there must be time enough for it to
//! answer, its rate must allow the call, and there must be room, among its own calls first and then
//! among all. So what waits for one plugin holds nothing that another could use.

mod breaker;
mod capacity;
mod gate;
mod median;
mod memory;
mod overload;
mod rate;
mod refused;
mod slots;
mod window;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

pub use self::breaker::Suspension;
use self::breaker::{Breaker, Rules};
pub use self::capacity::{Admitted, Capacity, Crowded, Usage};
pub use self::gate::{Completion, Gate, Load};
use self::gate::{Lane, Terms};
pub use self::memory::{Held, SharedMemory};
pub use self::overload::Overload;
pub use self::rate::Rate;
pub use self::rate::{CallerKey, CallerLimit};
use contract::values::{Time, duration};

/// Of the host's calls at once, the part that one plugin may have unless set otherwise.
const SHARE: usize = 5;

/// Calls at once of one plugin, however small its share is, as far as the host makes so many.
const LEAST_SHARE: usize = 32;

/// How load is kept within bounds, for every plugin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Calls of one plugin at once. By default a fifth of the host's, but not below 32.
    pub plugin_calls_at_once: Option<NonZeroUsize>,
    /// The longest that a call waits for room.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub wait: Duration,
    /// Faults in a row that suspend a plugin; zero suspends none.
    pub suspend_after: u32,
    /// The longest pause before a suspended plugin is tried again.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub suspend_at_most: Duration,
    /// Requests per second of each caller. The server applies it to whole requests, and reads it at start.
    pub caller_rate: Option<Rate>,
}

/// What the operator's settings say about the load of one plugin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PluginSettings {
    /// Its calls at once, in place of what holds for every plugin.
    pub calls_at_once: Option<NonZeroUsize>,
    /// Its calls in a second; any number, if nothing is said.
    pub rate: Option<Rate>,
}

/// 5 ms of waiting, so that who is refused learns it at once; five faults in a row suspend, for a minute at most.
impl Default for Settings {
    fn default() -> Self {
        Self {
            plugin_calls_at_once: None,
            wait: Duration::from_millis(5),
            suspend_after: 5,
            suspend_at_most: Duration::from_secs(60),
            caller_rate: None,
        }
    }
}

impl Settings {
    /// Calls of one plugin at once, on a host that makes `all` in all.
    fn calls_at_once(&self, plugin: PluginSettings, all: usize) -> usize {
        let stated = plugin.calls_at_once.or(self.plugin_calls_at_once).map(NonZeroUsize::get);
        stated.unwrap_or_else(|| (all / SHARE).max(LEAST_SHARE)).min(all)
    }
}

/// What stands before the plugins of a host, by name: it outlives their reloads.
pub struct Gates {
    capacity: Arc<Capacity>,
    known: Mutex<HashMap<String, Known>>,
}

struct Known {
    /// And what it was made by.
    lane: (Terms, Arc<Lane>),
    /// Of the version that is served, known by its digest, and of the rules that hold.
    breaker: ((String, Rules), Arc<Breaker>),
}

impl Gates {
    /// Admission of plugins that share `capacity`.
    #[must_use]
    pub fn new(capacity: Arc<Capacity>) -> Self {
        Self { capacity, known: Mutex::default() }
    }

    /// The capacity that they share.
    #[must_use]
    pub fn capacity(&self) -> &Arc<Capacity> {
        &self.capacity
    }

    /// What stands before the plugin `name` in the version of this `digest`.
    ///
    /// Whether it is suspended is the version's: a new one starts clean, and the same one loaded
    /// again does not. It is not shared with a plugin of another name that happens to be the same
    /// component, whose settings and backend may well be others. Settings that have changed make
    /// new what they are about; calls in flight end where they began.
    pub fn gate(&self, name: &str, digest: &str, settings: Settings, plugin: PluginSettings) -> Gate {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let terms = Terms {
            calls: settings.calls_at_once(plugin, self.capacity.calls()),
            threads: self.capacity.threads(),
            wait: settings.wait,
            rate: plugin.rate,
        };
        let rules = Rules { after: settings.suspend_after, at_most: settings.suspend_at_most };
        let version = (digest.to_owned(), rules);
        let lane = || (terms, Arc::new(Lane::new(name.into(), terms)));
        let breaker = || (version.clone(), Arc::new(Breaker::new(rules)));
        let known = known.entry(name.to_owned()).or_insert_with(|| Known { lane: lane(), breaker: breaker() });
        if known.lane.0 != terms {
            known.lane = lane();
        }
        if known.breaker.0 != version {
            known.breaker = breaker();
        }
        Gate::new(Arc::clone(&self.capacity), Arc::clone(&known.lane.1), Arc::clone(&known.breaker.1))
    }
}

/// A number from 0 to 1 that nobody foresees.
fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

/// Whole seconds for a `Retry-After`: rounded up, and at least one.
pub fn whole_seconds(time: Duration) -> u32 {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    u32::try_from(seconds).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_has_a_fifth_of_all_calls_and_not_too_few() {
        let calls = |all| Settings::default().calls_at_once(PluginSettings::default(), all);

        assert_eq!([calls(500), calls(100), calls(2_000), calls(8)], [100, 32, 400, 8]);
    }

    #[test]
    fn the_plugins_own_table_prevails() {
        let settings = Settings { plugin_calls_at_once: NonZeroUsize::new(10), ..Settings::default() };
        let plugin = PluginSettings { calls_at_once: NonZeroUsize::new(3), ..PluginSettings::default() };

        assert_eq!(settings.calls_at_once(PluginSettings::default(), 500), 10);
        assert_eq!(settings.calls_at_once(plugin, 500), 3);
        assert_eq!(settings.calls_at_once(plugin, 2), 2);
    }
}
