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
    lane: Arc<PluginLimits>,
    breaker: Arc<Breaker>,
}

/// Limits of a plugin that all its versions share.
pub(super) struct PluginLimits {
    plugin: Arc<str>,
    room: Arc<Slots>,
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
        let room = Arc::new(Slots::new(calls));
        let window = AdaptiveLimit::new(Arc::clone(&room), LEAST_CALLS.max(CALLS_FOR_A_THREAD * threads));
        let (answers, refusals) = (Median::default(), RejectionLog::default());
        Self { plugin, room, window, rate: rate.map(Limit::new), wait, answers, refusals }
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
    pub(super) fn new(capacity: Arc<Capacity>, lane: Arc<PluginLimits>, breaker: Arc<Breaker>) -> Self {
        Self { capacity, lane, breaker }
    }

    /// Returns whether both share their limits and their breaker.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.lane, &other.lane) && Arc::ptr_eq(&self.breaker, &other.breaker)
    }

    /// Returns the current load.
    #[must_use]
    pub fn load(&self) -> PluginLoad {
        let PluginLimits { room, answers, .. } = &*self.lane;
        PluginLoad {
            calls: room.taken(),
            waiting: room.waiting(),
            calls_at_once: room.size(),
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
        entered.inspect_err(|refused| self.lane.refusals.tell(&self.lane.plugin, refused))
    }

    async fn try_enter(&self, left: Duration, full: Duration) -> Result<(AdmittedCall, CallSlots), Rejected> {
        let lane = &self.lane;
        let now = Instant::now();
        let turn = self.breaker.turn(now).map_err(Rejected::Suspended)?;
        // A call with the full time is always admitted: otherwise a plugin that has become fast could never
        // prove it.
        let typical = lane.answers.get();
        if left < typical.min(full) {
            return Err(Rejected::TooLate { left, typical });
        }
        lane.rate.as_ref().map_or(Ok(()), Limit::check).map_err(Rejected::Rate)?;

        let until = now + lane.wait.min(left.saturating_sub(typical));
        let place = lane.room.enter(until).await.map_err(|NoSlot| Rejected::Busy(lane.room.taken()))?;
        let admitted = self.capacity.admit(place, until).await?;
        let stamp = lane.window.stamp();
        Ok((AdmittedCall { turn, stamp, lane: Arc::clone(lane) }, admitted))
    }
}

/// The end of a call, as far as admission learns from it.
#[derive(Clone, Copy, Debug)]
pub struct Completion {
    /// The outcome.
    pub outcome: Outcome,
    /// Wall-clock time from the sandbox's beginning to its answer.
    pub time: Duration,
    /// Whether the plugin alone is to blame.
    pub is_own_fault: bool,
}

/// An admitted call. Dropping it without an outcome has no effect.
pub struct AdmittedCall {
    turn: BreakerPass,
    stamp: LimitStamp,
    lane: Arc<PluginLimits>,
}

impl AdmittedCall {
    /// Learns from the outcome of the call.
    pub fn ended(self, completion: Completion) {
        let Self { turn, stamp, lane } = self;
        let Completion { outcome, time, is_own_fault } = completion;
        let is_late = outcome == Outcome::DeadlineExceeded;
        if outcome == Outcome::Answered {
            lane.answers.add(time);
        }
        let blame = if is_late { lane.window.late(stamp) } else { LateBlame::Call };
        if !is_late {
            lane.window.in_time(stamp);
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
            tell(&lane.plugin, outcome, change);
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
mod tests {
    use bytesize::ByteSize;
    use futures_util::FutureExt;
    use tokio::test;

    use super::*;
    use crate::breaker::Rules;
    use crate::capacity::AtCapacity;
    use crate::memory::SharedMemory;

    const SECOND: Duration = Duration::from_secs(1);

    /// A host that makes so many calls concurrently.
    fn capacity(calls: usize) -> Arc<Capacity> {
        Arc::new(Capacity::new(calls, 1, SharedMemory::new(ByteSize::mib(64)), 1 << 20))
    }

    /// A gate for so many calls, which suspends after two faults.
    fn gate(host: &Arc<Capacity>, calls: usize) -> PluginAdmission {
        let rules = Rules { after: 2, at_most: 60 * SECOND };
        let lane = PluginLimits::new("it".into(), LimitSettings { calls, threads: 1, wait: SECOND / 10, rate: None });
        PluginAdmission::new(Arc::clone(host), Arc::new(lane), Arc::new(Breaker::new(rules)))
    }

    /// The end of a call with this outcome.
    fn ended(outcome: Outcome, is_own_fault: bool) -> Completion {
        Completion { outcome, time: Duration::ZERO, is_own_fault }
    }

    async fn enter(gate: &PluginAdmission) -> Result<(AdmittedCall, CallSlots), Rejected> {
        gate.enter(4 * SECOND, 4 * SECOND).await
    }

    #[test]
    async fn what_cannot_be_done_in_time_is_not_begun() {
        let gate = gate(&capacity(4), 4);
        gate.lane.answers.add(2 * SECOND);

        let refused = gate.enter(SECOND, 4 * SECOND).now_or_never().expect("at once").err();

        assert_eq!(refused, Some(Rejected::TooLate { left: SECOND, typical: 2 * SECOND }));
        assert!(gate.enter(3 * SECOND, 4 * SECOND).await.is_ok());
        // The plugin's full time may have become shorter since.
        assert!(gate.enter(SECOND, SECOND).await.is_ok());
    }

    #[test]
    async fn a_plugin_that_is_full_holds_nothing_that_others_could_use() {
        let host = capacity(2);
        let (full, other) = (gate(&host, 1), gate(&host, 1));
        let _first = enter(&full).await.expect("there is room");

        let mut waiting = Box::pin(enter(&full));
        assert_eq!(waiting.as_mut().now_or_never().map(|entered| entered.err()), Some(Some(Rejected::Busy(1))));

        assert!(enter(&other).await.is_ok());
    }

    #[test]
    async fn a_host_that_is_full_refuses_and_keeps_no_place_of_the_plugins() {
        let host = capacity(1);
        let (first, second) = (gate(&host, 1), gate(&host, 1));
        let admitted = enter(&first).await.expect("there is room");

        assert!(matches!(enter(&second).await, Err(Rejected::Crowded(AtCapacity::Calls))));

        assert_eq!(second.load().calls, 0);
        drop(admitted);
        assert!(enter(&second).await.is_ok());
    }

    #[test]
    async fn faults_of_the_plugins_own_suspend_it() {
        let gate = gate(&capacity(4), 4);

        for _ in 0..2 {
            let (pass, _) = enter(&gate).await.expect("there is room");
            pass.ended(ended(Outcome::Trapped, true));
        }

        let Err(refused) = enter(&gate).await else { panic!("it is suspended") };
        assert_eq!(refused.outcome(), Outcome::Suspended);
        assert!(refused.retry_after().is_some_and(|seconds| (1..=3).contains(&seconds)));
        assert!(gate.load().suspended.is_some());
    }

    #[test]
    async fn faults_of_the_hosts_and_words_of_the_plugins_suspend_nothing() {
        let gate = gate(&capacity(4), 4);

        for outcome in Outcome::ALL {
            for _ in 0..2 {
                let (pass, _) = enter(&gate).await.expect("there is room");
                pass.ended(ended(outcome, false));
            }
        }

        assert_eq!(gate.load().suspended, None);
    }

    #[test]
    async fn calls_that_are_late_in_a_crowd_make_it_smaller_and_suspend_nothing() {
        let gate = gate(&capacity(64), 64);
        let mut calls = Vec::new();
        for _ in 0..64 {
            calls.push(enter(&gate).await.expect("there is room"));
        }

        for (pass, _admitted) in calls {
            pass.ended(ended(Outcome::DeadlineExceeded, true));
        }

        let load = gate.load();
        assert_eq!((load.calls_at_once, load.calls, load.suspended), (LEAST_CALLS, 0, None));
    }

    #[test]
    async fn a_call_that_is_given_up_leaves_no_trace() {
        let gate = gate(&capacity(4), 4);

        for _ in 0..100 {
            drop(enter(&gate).await.expect("there is room"));
        }

        let load = gate.load();
        assert_eq!((load.calls, load.waiting, load.calls_at_once, load.suspended), (0, 0, 4, None));
    }
}
