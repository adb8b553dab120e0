//! Admission control: limits on the calls of each plugin, so that no plugin overloads itself or the host.
//!
//! The checks run in this order, the cheapest first: the circuit breaker must be closed, the remaining time
//! must suffice for an answer, the plugin's rate limit must permit the call, and there must be a free slot
//! among the plugin's concurrent calls and then among the host's.
//!
//! A plugin's slot is taken before the host's, so that a call waiting for a slow plugin holds nothing that
//! another plugin needs. Rejection is fast: a call waits only if a slot is likely to be free in half of its
//! time.

mod adaptive_limit;
mod breaker;
mod capacity;
mod median;
mod memory;
mod overload;
mod plugin_admission;
mod rate;
mod rejected;
mod slots;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

pub use self::breaker::Suspension;
use self::breaker::{Breaker, Rules};
pub use self::capacity::{AtCapacity, CallSlots, Capacity, Usage};
pub use self::memory::{Held, SharedMemory};
pub use self::overload::Overload;
pub use self::plugin_admission::{Completion, PluginAdmission, PluginLoad};
use self::plugin_admission::{LimitSettings, PluginLimits};
pub use self::rate::{CallerKey, CallerLimit, Rate};
use contract::values::{Time, duration};

/// The divisor of the host's concurrent calls that gives the default limit of one plugin.
const SHARE: usize = 5;

/// The least default limit on one plugin's concurrent calls, unless the host's own is lower.
const LEAST_SHARE: usize = 32;

/// Limits on load, for every plugin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The most concurrent calls of one plugin. By default a fifth of the host's, but at least 32.
    pub plugin_calls_at_once: Option<NonZeroUsize>,
    /// The longest wait for a slot.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub wait: Duration,
    /// The number of consecutive faults that suspends a plugin; zero suspends none.
    pub suspend_after: u32,
    /// The longest pause before a suspended plugin is tried again.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub suspend_at_most: Duration,
    /// Requests per second of each caller. The server applies it to whole requests, and reads it at start.
    pub caller_rate: Option<Rate>,
    /// The longest wait of a start for plugins that are still loading. The server reads it at start.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub start_wait: Duration,
}

/// The operator's settings for the load of one plugin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PluginSettings {
    /// The most concurrent calls, in place of the setting for every plugin.
    pub calls_at_once: Option<NonZeroUsize>,
    /// The calls per second; unlimited if `None`.
    pub rate: Option<Rate>,
}

/// The defaults: 5 ms of waiting, so that rejection is fast; five consecutive faults suspend, for a minute at
/// most.
impl Default for Settings {
    fn default() -> Self {
        Self {
            plugin_calls_at_once: None,
            wait: Duration::from_millis(5),
            suspend_after: 5,
            suspend_at_most: Duration::from_secs(60),
            caller_rate: None,
            start_wait: Duration::from_secs(5),
        }
    }
}

impl Settings {
    /// Returns the limit on one plugin's concurrent calls, on a host that runs `all` calls in total.
    fn calls_at_once(&self, plugin: PluginSettings, all: usize) -> usize {
        let stated = plugin.calls_at_once.or(self.plugin_calls_at_once).map(NonZeroUsize::get);
        stated.unwrap_or_else(|| (all / SHARE).max(LEAST_SHARE)).min(all)
    }
}

/// Admission control of a host's plugins by name, which outlives their reloads.
pub struct Admission {
    capacity: Arc<Capacity>,
    known: Mutex<HashMap<String, Known>>,
}

struct Known {
    /// The plugin's limits, and the terms they were built with.
    limits: (LimitSettings, Arc<PluginLimits>),
    /// The circuit breaker of the current version, and the digest and rules it was built with.
    breaker: ((String, Rules), Arc<Breaker>),
}

impl Admission {
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

    /// Returns the admission control of the plugin `name` in the version with this `digest`.
    ///
    /// A circuit breaker belongs to a name and a digest. A new version starts with a closed one, and reloading
    /// the same version does not reset it. The same component under another name has another breaker, as its
    /// settings and backend may differ. Changed settings rebuild only the part they concern; calls in flight
    /// end where they began.
    pub fn plugin_admission(
        &self,
        name: &str,
        digest: &str,
        settings: Settings,
        plugin: PluginSettings,
    ) -> PluginAdmission {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let terms = LimitSettings {
            calls: settings.calls_at_once(plugin, self.capacity.calls()),
            threads: self.capacity.threads(),
            wait: settings.wait,
            rate: plugin.rate,
        };
        let rules = Rules { after: settings.suspend_after, at_most: settings.suspend_at_most };
        let version = (digest.to_owned(), rules);
        let limits = || (terms, Arc::new(PluginLimits::new(name.into(), terms)));
        let breaker = || (version.clone(), Arc::new(Breaker::new(rules)));
        let known = known.entry(name.to_owned()).or_insert_with(|| Known { limits: limits(), breaker: breaker() });
        if known.limits.0 != terms {
            known.limits = limits();
        }
        if known.breaker.0 != version {
            known.breaker = breaker();
        }
        PluginAdmission::new(Arc::clone(&self.capacity), Arc::clone(&known.limits.1), Arc::clone(&known.breaker.1))
    }
}

/// Returns an unpredictable number from 0 to 1.
fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

/// Returns whole seconds for a `Retry-After`: rounded up, and at least one.
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
