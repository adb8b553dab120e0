//! Admission control of one plugin.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{debug, info, warn};

use super::adaptive_limit::{AdaptiveLimit, LateBlame, LimitStamp};
use super::breaker::{Breaker, BreakerPass, Suspension, Transition};
use super::capacity::{CallSlots, Capacity};
use super::median::Median;
use super::rate::{Limit, Rate};
use super::rejected::{Rejected, RejectionLog};
use super::slots::{NoSlot, Slots};
use contract::Outcome;

/// The least concurrency limit of a plugin per guest thread, so that no thread is idle while a call waits.
const CALLS_FOR_A_THREAD: usize = 2;

/// The least concurrency limit of a plugin, on any machine.
const LEAST_CALLS: usize = 4;

/// Admission control of one version of a plugin.
#[derive(Clone)]
pub struct PluginAdmission {
    capacity: Arc<Capacity>,
    limits: Arc<PluginLimits>,
    breaker: Arc<Breaker>,
}

/// Limits of a plugin that all its versions share.
pub(super) struct PluginLimits {
    plugin: Arc<str>,
    slots: Arc<Slots>,
    window: AdaptiveLimit,
    rate: Option<Limit>,
    wait: Duration,
    /// The median duration of its answers.
    answers: Median,
    refusals: RejectionLog,
}

/// The terms of a plugin's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LimitSettings {
    /// The most concurrent calls.
    pub(super) calls: usize,
    /// Threads that run guests.
    pub(super) threads: usize,
    /// The longest wait for a slot.
    pub(super) wait: Duration,
    /// The calls per second; unlimited if `None`.
    pub(super) rate: Option<Rate>,
}

impl PluginLimits {
    pub(super) fn new(plugin: Arc<str>, terms: LimitSettings) -> Self {
        let LimitSettings { calls, threads, wait, rate } = terms;
        let slots = Arc::new(Slots::new(calls));
        let window = AdaptiveLimit::new(Arc::clone(&slots), LEAST_CALLS.max(CALLS_FOR_A_THREAD * threads));
        let (answers, refusals) = (Median::default(), RejectionLog::default());
        Self { plugin, slots, window, rate: rate.map(Limit::new), wait, answers, refusals }
    }
}

/// The load of a plugin at one moment.
#[derive(Clone, Copy, Debug)]
pub struct PluginLoad {
    /// Calls in flight.
    pub calls: usize,
    /// Calls waiting for a slot.
    pub waiting: usize,
    /// The current concurrency limit. It falls while calls end too late, and then recovers.
    pub calls_at_once: usize,
    /// The median duration of its answers; zero before the first.
    pub median: Duration,
    /// The suspension, if the plugin is suspended.
    pub suspended: Option<Suspension>,
}

impl PluginAdmission {
    pub(super) fn new(capacity: Arc<Capacity>, limits: Arc<PluginLimits>, breaker: Arc<Breaker>) -> Self {
        Self { capacity, limits, breaker }
    }

    /// Returns whether both share their limits and their breaker.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.limits, &other.limits) && Arc::ptr_eq(&self.breaker, &other.breaker)
    }

    /// Returns the current load.
    #[must_use]
    pub fn load(&self) -> PluginLoad {
        let PluginLimits { slots, answers, .. } = &*self.limits;
        PluginLoad {
            calls: slots.taken(),
            waiting: slots.waiting(),
            calls_at_once: slots.size(),
            median: answers.get(),
            suspended: self.breaker.suspension(Instant::now()),
        }
    }

    /// Admits one call of a request that has `left` time, to a plugin whose full time is `full`. May wait for a
    /// slot, but not for long.
    ///
    /// # Errors
    ///
    /// Fails at once if waiting could not help.
    pub async fn enter(&self, left: Duration, full: Duration) -> Result<(AdmittedCall, CallSlots), Rejected> {
        let entered = self.try_enter(left, full).await;
        entered.inspect_err(|refused| self.limits.refusals.tell(&self.limits.plugin, refused))
    }

    async fn try_enter(&self, left: Duration, full: Duration) -> Result<(AdmittedCall, CallSlots), Rejected> {
        let limits = &self.limits;
        let now = Instant::now();
        let turn = self.breaker.turn(now).map_err(Rejected::Suspended)?;
        // A call with the full time is always admitted: otherwise a plugin that has become fast could never
        // prove it.
        let typical = limits.answers.get();
        if left < typical.min(full) {
            return Err(Rejected::TooLate { left, typical });
        }
        limits.rate.as_ref().map_or(Ok(()), Limit::check).map_err(Rejected::Rate)?;

        let until = now + limits.wait.min(left.saturating_sub(typical));
        let slot = limits.slots.enter(until).await.map_err(|NoSlot| Rejected::Busy(limits.slots.taken()))?;
        let admitted = self.capacity.admit(slot, until).await?;
        let stamp = limits.window.stamp();
        Ok((AdmittedCall { turn, stamp, limits: Arc::clone(limits) }, admitted))
    }
}

/// The end of a call, as far as admission learns from it.
#[derive(Clone, Copy, Debug)]
pub struct Completion {
    /// The outcome.
    pub outcome: Outcome,
    /// Wall-clock time from the sandbox's beginning to its answer.
    pub time: Duration,
    /// True if the plugin alone is to blame.
    pub is_own_fault: bool,
}

/// An admitted call. Dropping it without an outcome has no effect.
pub struct AdmittedCall {
    turn: BreakerPass,
    stamp: LimitStamp,
    limits: Arc<PluginLimits>,
}

impl AdmittedCall {
    /// Learns from the outcome of the call.
    pub fn ended(self, completion: Completion) {
        let Self { turn, stamp, limits } = self;
        let Completion { outcome, time, is_own_fault } = completion;
        let is_late = outcome == Outcome::DeadlineExceeded;
        if outcome == Outcome::Answered {
            limits.answers.add(time);
        }
        let blame = if is_late { limits.window.late(stamp) } else { LateBlame::Call };
        if !is_late {
            limits.window.in_time(stamp);
        }

        let now = Instant::now();
        let change = match outcome {
            // Too many calls ran together. With fewer, the plugin shows whether the fault is its own.
            _ if blame == LateBlame::Crowd => None,
            _ if is_own_fault => turn.fault(now),
            // A fault of the host or of the caller.
            _ if outcome.is_fault() => None,
            _ => turn.good(now),
        };
        if let Some(change) = change {
            tell(&limits.plugin, outcome, change);
        }
    }
}

fn tell(plugin: &str, outcome: Outcome, change: Transition) {
    match change {
        Transition::Suspended(pause) => {
            warn!(%plugin, last = %outcome, pause_ms = pause.as_millis(), "plugin suspended after repeated faults");
        }
        Transition::StillSuspended(pause) => {
            debug!(%plugin, last = %outcome, pause_ms = pause.as_millis(), "plugin stays suspended: its trial failed");
        }
        Transition::Back => info!(%plugin, "plugin recovered: its trial succeeded"),
    }
}

#[cfg(test)]
mod tests;
