//! The time that merged answers wait for a plugin, learned from the times of its calls.
//!
//! A merged answer waits for a plugin until its wait limit. The limit is halved by each answer that leaves without the
//! plugin, and doubled by each call that ends in time, so that a plugin that is always late soon costs little. If the
//! 90th percentile of its last calls is not below that, answers do not wait for it at all.
//!
//! The questions of one caller may be what takes long. So each caller has limits of its own, from the times of its own
//! calls. Until a caller has made enough calls, the last calls of several callers decide whether it waits, one call of
//! each.
//!
//! A call that is cut off tells little about its time. So one late call of each caller at a time runs on to its end after the
//! answer has left: the *probe*, by which a plugin that is fast again proves it and no caller waits for.

mod recent;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Deserialize;

use self::recent::RecentCalls;
use admission::{CallOrigin, CallerKey};
use contract::Capability;
use contract::values::{Time, duration};

/// Callers of one capability whose times are remembered. Beyond them, the one whose last call is the oldest is forgotten,
/// one without a running probe if possible.
const MOST_CALLERS: usize = 256;

/// Settings of merged answers, for all plugins alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct MergeSettings {
    /// The longest time that an answer waits for a plugin, once another plugin has answered.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub wait_limit: Duration,
    /// The time that plugins have which are not waited for, after all others have ended.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub grace: Duration,
}

/// A wait well below the agent's five seconds, so that sellers see the fast answers soon.
impl Default for MergeSettings {
    fn default() -> Self {
        Self { wait_limit: Duration::from_secs(2), grace: Duration::from_millis(100) }
    }
}

/// The terms on which merged answers wait for one plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WaitTerms {
    /// The wait limit; `None` if the plugin is required.
    pub(crate) limit: Option<Duration>,
    /// The time after all others have ended.
    pub(crate) grace: Duration,
}

/// The wait for one plugin in one merged answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    /// The time from the beginning of the call; zero if the plugin is not waited for.
    pub(crate) time: Duration,
    /// The time after all others have ended.
    pub(crate) grace: Duration,
}

/// The times of a plugin's calls, by capability.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    capabilities: [Mutex<CapabilityPace>; Capability::ALL.len()],
}

/// The times of the calls of one capability.
#[derive(Debug, Default)]
struct CapabilityPace {
    callers: HashMap<CallerKey, CallerPace>,
    /// The last call of each of the last callers.
    all: RecentCalls,
}

/// The times of the calls for one caller.
#[derive(Debug)]
struct CallerPace {
    recent: RecentCalls,
    /// Set while a late call runs on.
    is_probed: bool,
    seen: Instant,
}

/// A late call that runs on to its end. Each caller has one at a time; dropping this makes room for another.
pub(crate) struct LateProbe {
    pace: Arc<Pace>,
    origin: CallOrigin,
}

impl Pace {
    fn with<T>(&self, capability: Capability, act: impl FnOnce(&mut CapabilityPace) -> T) -> T {
        act(&mut self.capabilities[capability as usize].lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the wait for the next call.
    pub(crate) fn wait(&self, origin: CallOrigin, terms: WaitTerms) -> Wait {
        let wait = |limit| self.with(origin.capability, |pace| pace.wait(origin.caller, limit));
        Wait { time: terms.limit.map_or(Duration::MAX, wait), grace: terms.grace }
    }

    /// Learns from a call that ran to its end in this time.
    pub(crate) fn ended(&self, origin: CallOrigin, time: Duration, terms: WaitTerms) {
        let Some(limit) = terms.limit else { return };
        self.with(origin.capability, |pace| {
            pace.all.forget(origin.caller);
            pace.all.ended(origin.caller, time, limit);
            pace.caller(origin.caller).recent.ended(origin.caller, time, limit);
        });
    }

    /// Learns that a merged answer waited in vain, and left after this time.
    pub(crate) fn missed(&self, origin: CallOrigin, after: Duration) {
        self.with(origin.capability, |pace| {
            pace.all.forget(origin.caller);
            pace.all.missed(origin.caller, after);
            pace.caller(origin.caller).recent.missed(origin.caller, after);
        });
    }

    /// Returns the permission to let a late call run on, unless another one of the caller's still does.
    pub(crate) fn probe(self: &Arc<Self>, origin: CallOrigin) -> Option<LateProbe> {
        let is_free =
            self.with(origin.capability, |pace| !std::mem::replace(&mut pace.caller(origin.caller).is_probed, true));
        is_free.then(|| LateProbe { pace: Arc::clone(self), origin })
    }

    /// Returns the capabilities for which merged answers do not wait now, at least for half of the callers.
    pub(crate) fn late(&self, terms: WaitTerms) -> Vec<Capability> {
        let Some(limit) = terms.limit else { return Vec::new() };
        let is_late = |capability: &Capability| self.with(*capability, |pace| pace.is_late(limit));
        Capability::ALL.into_iter().filter(is_late).collect()
    }
}

impl CapabilityPace {
    fn wait(&self, caller: CallerKey, limit: Duration) -> Duration {
        let own = self.callers.get(&caller).map(|pace| &pace.recent);
        match own {
            Some(own) if own.is_known() => own.wait(limit),
            _ if self.all.is_late(limit) => Duration::ZERO,
            own => own.map_or(limit, |own| own.wait(limit)),
        }
    }

    fn is_late(&self, limit: Duration) -> bool {
        let known = || self.callers.values().filter(|pace| pace.recent.is_known());
        let late = known().filter(|pace| pace.recent.wait(limit).is_zero()).count();
        self.all.is_late(limit) || (late > 0 && late * 2 >= known().count())
    }

    /// Returns what is remembered of a caller, whose call has ended now.
    fn caller(&mut self, caller: CallerKey) -> &mut CallerPace {
        let now = Instant::now();
        if self.callers.len() >= MOST_CALLERS && !self.callers.contains_key(&caller) {
            let oldest =
                self.callers.iter().min_by_key(|(_, pace)| (pace.is_probed, pace.seen)).map(|(caller, _)| *caller);
            oldest.map(|oldest| self.callers.remove(&oldest));
        }
        let new = || CallerPace { recent: RecentCalls::default(), is_probed: false, seen: now };
        let pace = self.callers.entry(caller).or_insert_with(new);
        pace.seen = now;
        pace
    }
}

impl Drop for LateProbe {
    fn drop(&mut self) {
        let caller = self.origin.caller;
        self.pace.with(self.origin.capability, |pace| {
            if let Some(pace) = pace.callers.get_mut(&caller) {
                pace.is_probed = false;
            }
        });
    }
}

#[cfg(test)]
mod tests;
