//! The time that merged answers wait for a plugin, learned from the times of its calls.
//!
//! A merged answer waits for a plugin until its wait limit. The limit is halved by each answer that leaves without the
//! plugin, and doubled by each call that ends in time, so that a plugin that is always late soon costs little. If the
//! 90th percentile of its last calls is not below that, answers do not wait for it at all.
//!
//! A call that is cut off tells little about its time. So one late call at a time runs on to its end after the answer
//! has left: the *probe*, by which a plugin that is fast again proves it and no caller waits for.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use contract::Capability;
use contract::values::{Time, duration};

/// Number of calls that the 90th percentile is computed from: one slow call in ten is forgiven.
const WINDOW: usize = 10;

/// Number of calls in time, one after the other, by which a plugin that was late is as good as new.
const RECOVERED: usize = 5;

/// The most halvings of a wait limit.
const MOST_HALVINGS: u32 = 5;

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
    recent: [Mutex<RecentCalls>; Capability::ALL.len()],
}

/// A late call that runs on to its end. There is one at a time; dropping this makes room for another.
pub(crate) struct LateProbe {
    pace: Arc<Pace>,
    capability: Capability,
}

impl Pace {
    fn with<T>(&self, capability: Capability, act: impl FnOnce(&mut RecentCalls) -> T) -> T {
        act(&mut self.recent[capability as usize].lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the wait for the next call.
    pub(crate) fn wait(&self, capability: Capability, terms: WaitTerms) -> Wait {
        let time = terms.limit.map_or(Duration::MAX, |limit| self.with(capability, |recent| recent.wait(limit)));
        Wait { time, grace: terms.grace }
    }

    /// Learns from a call that ran to its end in this time.
    pub(crate) fn ended(&self, capability: Capability, time: Duration, terms: WaitTerms) {
        if let Some(limit) = terms.limit {
            self.with(capability, |recent| recent.ended(time, limit));
        }
    }

    /// Learns that a merged answer waited in vain, and left after this time.
    pub(crate) fn missed(&self, capability: Capability, after: Duration) {
        self.with(capability, |recent| recent.missed(after));
    }

    /// Returns the permission to let a late call run on, unless another one still does.
    pub(crate) fn probe(self: &Arc<Self>, capability: Capability) -> Option<LateProbe> {
        let is_free = self.with(capability, |recent| !std::mem::replace(&mut recent.is_probed, true));
        is_free.then(|| LateProbe { pace: Arc::clone(self), capability })
    }

    /// Returns the capabilities for which merged answers do not wait now.
    pub(crate) fn late(&self, terms: WaitTerms) -> Vec<Capability> {
        Capability::ALL.into_iter().filter(|capability| self.wait(*capability, terms).time.is_zero()).collect()
    }
}

impl Drop for LateProbe {
    fn drop(&mut self) {
        self.pace.with(self.capability, |recent| recent.is_probed = false);
    }
}

/// The last calls of one capability.
#[derive(Debug, Default)]
struct RecentCalls {
    /// Their times, or the times after which answers left without them. The newest is the last.
    times: VecDeque<Duration>,
    halvings: u32,
    /// Number of calls in time since the last one that was not.
    in_time: usize,
    is_probed: bool,
}

impl RecentCalls {
    fn wait(&self, limit: Duration) -> Duration {
        let wait = limit / 2_u32.pow(self.halvings);
        match self.p90() {
            Some(p90) if p90 >= wait => Duration::ZERO,
            _ => wait,
        }
    }

    /// The time that nine in ten of the last calls did not exceed. `None` if there are too few to judge by.
    fn p90(&self) -> Option<Duration> {
        if self.times.len() < WINDOW {
            return None;
        }
        let mut sorted: Vec<Duration> = self.times.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(WINDOW * 9 / 10 - 1).copied()
    }

    fn ended(&mut self, time: Duration, limit: Duration) {
        let was_late = self.wait(limit).is_zero();
        self.add(time);
        if time >= limit {
            self.in_time = 0;
            return;
        }
        self.halvings = self.halvings.saturating_sub(1);
        self.in_time += 1;
        if was_late && self.in_time >= RECOVERED {
            self.times.clear();
        }
    }

    fn missed(&mut self, after: Duration) {
        self.halvings = (self.halvings + 1).min(MOST_HALVINGS);
        self.in_time = 0;
        self.add(after);
    }

    fn add(&mut self, time: Duration) {
        if self.times.len() == WINDOW {
            self.times.pop_front();
        }
        self.times.push_back(time);
    }
}

#[cfg(test)]
mod tests;
