//! Admission control of one plugin.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{debug, info, warn};

use super::adaptive_limit::{AdaptiveLimit, LateBlame, LimitStamp};
use super::breaker::Transition;
use super::caller::{CallOrigin, CallerKey};
use super::capacity::{CallSlots, Capacity, PluginNumber};
use super::median::Median;
use super::memory::{MemoryAccount, MemoryOwner};
use super::population::Presence;
use super::rate::{Limit, Rate};
use super::rejected::{Rejected, RejectionLog, Summary};
use super::shares::{ShareHolder, ShareRefusals, SharedResource};
use super::slots::{Sharing, Slots};
use super::suspensions::{BreakerPass, SuspensionLoad, Suspensions};
use contract::{Capability, Outcome};

/// The least concurrency limit of a plugin per guest thread, so that no thread is idle while a call waits.
const CALLS_FOR_A_THREAD: usize = 2;

/// The least concurrency limit of a plugin, on any machine.
const LEAST_CALLS: usize = 4;

/// Admission control of one version of a plugin.
#[derive(Clone)]
pub struct PluginAdmission {
    pub(super) capacity: Arc<Capacity>,
    pub(super) limits: Arc<PluginLimits>,
    pub(super) suspensions: Arc<Suspensions>,
    pub(super) share: Arc<PluginShare>,
}

/// The share of a plugin in the capacity of the host. It counts as loaded for as long as this lives.
pub(super) struct PluginShare {
    pub(super) number: PluginNumber,
    pub(super) memory: Arc<MemoryAccount>,
    pub(super) refusals: Arc<ShareRefusals>,
    pub(super) _presence: Presence,
}

/// Limits of a plugin that all its versions share.
pub(super) struct PluginLimits {
    plugin: Arc<str>,
    slots: Arc<Slots<CallerKey>>,
    adaptive: AdaptiveLimit,
    rate: Option<Limit>,
    wait: Duration,
    /// The median duration of its answers.
    answers: Median,
    refusals: RejectionLog,
    /// Suspensions of callers, for the log.
    suspended: Summary,
    /// Their ends.
    recovered: Summary,
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
    /// Set if the slots are shared fairly among callers.
    pub(super) is_fair: bool,
}

impl PluginLimits {
    pub(super) fn new(plugin: Arc<str>, terms: LimitSettings) -> Self {
        let LimitSettings { calls, threads, wait, rate, is_fair } = terms;
        let slots = Arc::new(Slots::new(calls, if is_fair { Sharing::Callers } else { Sharing::Free }));
        let adaptive = AdaptiveLimit::new(Arc::clone(&slots), LEAST_CALLS.max(CALLS_FOR_A_THREAD * threads));
        Self {
            plugin,
            slots,
            adaptive,
            rate: rate.map(Limit::new),
            wait,
            answers: Median::default(),
            refusals: RejectionLog::default(),
            suspended: Summary::default(),
            recovered: Summary::default(),
        }
    }

    /// Logs a change of a caller's suspension, or counts it for the next line: strangers have many addresses.
    fn log(&self, capability: Capability, last: Outcome, change: Transition) {
        let plugin = &self.plugin;
        match change {
            Transition::Suspended(pause) => {
                let (pause_ms, Some(callers)) = (pause.as_millis(), self.suspended.count()) else { return };
                warn!(%plugin, %capability, callers, %last, pause_ms, "plugin suspended for a caller after repeated faults");
            }
            Transition::StillSuspended(pause) => {
                let pause_ms = pause.as_millis();
                debug!(%plugin, %capability, %last, pause_ms, "plugin stays suspended for a caller: its trial failed");
            }
            Transition::Back => {
                let Some(callers) = self.recovered.count() else { return };
                info!(%plugin, %capability, callers, "plugin recovered for a caller: its trial succeeded");
            }
        }
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
    /// The suspensions of its callers.
    pub suspended: SuspensionLoad,
    /// Bytes that its calls hold.
    pub memory: u64,
}

impl PluginAdmission {
    /// Returns whether both share their limits and their breakers.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.limits, &other.limits) && Arc::ptr_eq(&self.suspensions, &other.suspensions)
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
            suspended: self.suspensions.load(Instant::now()),
            memory: self.share.memory.held(),
        }
    }

    /// Returns how often the plugin or one of its callers was refused more than a share.
    #[must_use]
    pub fn share_refusals(&self) -> &ShareRefusals {
        &self.share.refusals
    }

    /// Returns the owner of the memory of its calls for `caller`.
    #[must_use]
    pub fn memory(&self, caller: CallerKey) -> MemoryOwner {
        MemoryOwner::new(Arc::clone(&self.share.memory), caller)
    }

    /// Admits one call of this `origin`, of a request that has `left` time, to a plugin whose full time is `full`. May
    /// wait for a slot, but not for long.
    ///
    /// # Errors
    ///
    /// Fails at once if waiting could not help.
    pub async fn enter(
        &self,
        origin: CallOrigin,
        left: Duration,
        full: Duration,
    ) -> Result<(AdmittedCall, CallSlots), Rejected> {
        let entered = self.try_enter(origin, left, full).await;
        entered.inspect_err(|refused| {
            match refused {
                // Memory is counted where it is refused.
                Rejected::PluginShare(resource @ SharedResource::Slots) => {
                    self.share.refusals.count(*resource, ShareHolder::Plugin);
                }
                Rejected::CallerShare(resource @ SharedResource::Slots) => {
                    self.share.refusals.count(*resource, ShareHolder::Caller);
                }
                _ => {}
            }
            self.limits.refusals.tell(&self.limits.plugin, refused);
        })
    }

    async fn try_enter(
        &self,
        origin: CallOrigin,
        left: Duration,
        full: Duration,
    ) -> Result<(AdmittedCall, CallSlots), Rejected> {
        let (limits, caller) = (&self.limits, origin.caller);
        let now = Instant::now();
        let turn = self.suspensions.turn(origin, now).map_err(Rejected::Suspended)?;
        // A call with the full time is always admitted: otherwise a plugin that has become fast could never
        // prove it.
        let typical = self.typical(caller);
        if left < typical.min(full) {
            return Err(Rejected::TooLate { left, typical });
        }
        limits.rate.as_ref().map_or(Ok(()), Limit::check).map_err(Rejected::Rate)?;

        let until = now + limits.wait.min(left.saturating_sub(typical));
        let slot = limits.slots.enter(caller, until).await.map_err(|refused| match refused.by_share {
            true => Rejected::CallerShare(SharedResource::Slots),
            false => Rejected::Busy(limits.slots.taken()),
        })?;
        let admitted = self.capacity.admit(self.share.number, (caller, &self.share.memory), slot, until).await?;
        let stamp = limits.adaptive.stamp();
        Ok((AdmittedCall { turn, stamp, limits: Arc::clone(limits), origin }, admitted))
    }

    /// Returns the median time of the answers to `caller`, or to all callers if it had none: the questions of others
    /// may take longer than its own.
    fn typical(&self, caller: CallerKey) -> Duration {
        let own = self.limits.slots.answers_of(caller);
        if own.is_zero() { self.limits.answers.get() } else { own }
    }
}

/// The end of a call, as far as admission learns from it.
#[derive(Clone, Copy, Debug)]
pub struct Completion {
    /// The outcome.
    pub outcome: Outcome,
    /// Wall-clock time from the sandbox's beginning to its answer.
    pub time: Duration,
    /// True if the plugin crashed or exceeded a limit, and it alone is to blame.
    pub is_own_fault: bool,
}

/// An admitted call. Dropping it without an outcome has no effect.
pub struct AdmittedCall {
    turn: BreakerPass,
    stamp: LimitStamp,
    limits: Arc<PluginLimits>,
    origin: CallOrigin,
}

impl AdmittedCall {
    /// Learns from the outcome of the call.
    pub fn ended(self, completion: Completion) {
        let Self { turn, stamp, limits, origin } = self;
        let Completion { outcome, time, is_own_fault } = completion;
        let is_late = outcome == Outcome::DeadlineExceeded;
        if outcome == Outcome::Answered {
            limits.answers.add(time);
            limits.slots.answered(origin.caller, time);
        }
        let blame = if is_late { limits.adaptive.late(stamp, origin.caller) } else { LateBlame::Call };
        if !is_late {
            limits.adaptive.in_time(stamp, origin.caller);
        }

        let now = Instant::now();
        let change = match outcome {
            // Too many calls ran together. With fewer, the plugin shows whether the fault is its own.
            _ if blame == LateBlame::Crowd => None,
            _ if is_own_fault => turn.fault(now),
            // The plugin answered, if only not what it should: the data of one record may be the cause.
            Outcome::BadAnswer | Outcome::AnswerTooLarge => turn.good(now),
            // A fault of the host or of the caller.
            _ if outcome.is_fault() => None,
            _ => turn.good(now),
        };
        if let Some(change) = change {
            limits.log(origin.capability, outcome, change);
        }
    }
}

#[cfg(test)]
mod tests;
