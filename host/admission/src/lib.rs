//! Admission control: limits on the calls of each plugin, so that no plugin overloads itself or the host.
//!
//! The checks run in this order, the cheapest first: the circuit breaker of the caller and the capability must be
//! closed, the remaining time must suffice for an answer, the plugin's rate limit must permit the call, and there must
//! be a free slot among the plugin's concurrent calls, memory to begin, and a free slot among the host's.
//!
//! Of slots and of memory no plugin, and within a plugin no caller, may hold more than is still free (`slots`,
//! `memory`). Faults suspend the caller and the capability that had them (`suspensions`).
//!
//! A plugin's slot is taken before the host's, so that a call waiting for a slow plugin holds nothing that
//! another plugin needs. Rejection is fast: a call waits only if a slot is likely to be free in half of its
//! time.

mod adaptive_limit;
mod backend_breaker;
mod breaker;
mod caller;
mod capacity;
mod company;
mod median;
mod memory;
mod overload;
mod permits;
mod plugin_admission;
mod population;
mod rate;
mod rejected;
mod shares;
mod slots;
mod suspensions;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

pub use self::backend_breaker::{BackendBreaker, BackendChange, BackendEnd, BackendTurn};
use self::breaker::Rules;
pub use self::breaker::Suspension;
pub use self::caller::{CallOrigin, CallerKey};
use self::capacity::PluginNumber;
pub use self::capacity::{AtCapacity, CallSlots, Capacity, Usage};
pub use self::memory::{Held, MemoryAccount, MemoryOwner, NoMemory, SharedMemory};
pub use self::overload::Overload;
pub use self::permits::{FairPermit, FairPermits};
pub use self::plugin_admission::{Completion, PluginAdmission, PluginLoad};
use self::plugin_admission::{LimitSettings, PluginLimits, PluginShare};
pub use self::rate::{CallerLimit, Rate};
pub use self::shares::{ShareHolder, ShareRefusals, SharedResource};
pub use self::suspensions::SuspensionLoad;
use self::suspensions::Suspensions;
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
    /// Set if no plugin, and within a plugin no caller, may hold more slots or memory than are still free.
    pub fair_shares: bool,
    /// The number of consecutive faults that suspends a plugin for the caller and the capability that had them; zero
    /// suspends none.
    pub suspend_after: u32,
    /// Set if faults count for the plugin as a whole, whoever caused them.
    pub suspend_whole_plugin: bool,
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
            fair_shares: true,
            suspend_after: 5,
            suspend_whole_plugin: false,
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
    number: PluginNumber,
    refusals: Arc<ShareRefusals>,
    /// The plugin's memory, which calls of a version before may still hold.
    memory: Arc<MemoryAccount>,
    /// Its share, as long as a version of it is loaded.
    share: Weak<PluginShare>,
    /// The plugin's limits, and the terms they were built with.
    limits: (LimitSettings, Arc<PluginLimits>),
    /// The circuit breakers of the current version, and the digest and rules they were built with.
    suspensions: ((String, Rules), Arc<Suspensions>),
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
    /// Circuit breakers belong to a name and a digest. A new version starts with closed ones, and reloading
    /// the same version does not reset them. The same component under another name has others, as its
    /// settings and backend may differ. Changed settings rebuild only the part they concern; calls in flight
    /// end where they began.
    pub fn plugin_admission(
        &self,
        name: &str,
        digest: &str,
        settings: Settings,
        plugin: PluginSettings,
    ) -> PluginAdmission {
        self.capacity.set_fair(settings.fair_shares);
        let terms = LimitSettings {
            calls: settings.calls_at_once(plugin, self.capacity.calls()),
            threads: self.capacity.threads(),
            wait: settings.wait,
            rate: plugin.rate,
            is_fair: settings.fair_shares,
        };
        let Settings { suspend_after: after, suspend_at_most: at_most, suspend_whole_plugin: whole_plugin, .. } =
            settings;
        let version = (digest.to_owned(), Rules { after, at_most, whole_plugin });

        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let number = all.len();
        let limits = || (terms, Arc::new(PluginLimits::new(name.into(), terms)));
        let suspensions = || (version.clone(), Arc::new(Suspensions::new(version.1)));
        let known = all.entry(name.to_owned()).or_insert_with(|| {
            let refusals = Arc::new(ShareRefusals::default());
            let memory = self.capacity.account(Arc::clone(&refusals));
            Known { number, refusals, memory, share: Weak::new(), limits: limits(), suspensions: suspensions() }
        });
        if known.limits.0 != terms {
            known.limits = limits();
        }
        if known.suspensions.0 != version {
            known.suspensions = suspensions();
        }
        PluginAdmission {
            capacity: Arc::clone(&self.capacity),
            limits: Arc::clone(&known.limits.1),
            suspensions: Arc::clone(&known.suspensions.1),
            share: known.share(&self.capacity),
        }
    }
}

impl Known {
    /// Returns the plugin's share, which all its versions have in common.
    fn share(&mut self, capacity: &Capacity) -> Arc<PluginShare> {
        if let Some(share) = self.share.upgrade() {
            return share;
        }
        let share = Arc::new(PluginShare {
            number: self.number,
            memory: Arc::clone(&self.memory),
            refusals: Arc::clone(&self.refusals),
            _presence: capacity.presence(),
        });
        self.share = Arc::downgrade(&share);
        share
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
