//! Circuit breaker of one plugin: stops calls after repeated faults, and retries with exponential backoff.
//!
//! It is our own. The crate `failsafe` lets any number of calls through when half open, does not report the
//! length of a pause, and makes its first jittered second zero. It also weighs faults by time: after a quiet
//! period, two faults in thirty-two calls open it. What would remain of it is smaller than the code to correct
//! it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::chance;

/// The first pause; each failed trial doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The least part of a pause that jitter leaves: plugins that failed together are not tried together.
const SHORTEST: f64 = 0.75;

/// The least number of recent calls for which the share of faults counts.
const ENOUGH_CALLS: u32 = 20;

/// The period of the share of faults. Calls are discarded in halves of it.
const WINDOW: Duration = Duration::from_secs(30);

/// The conditions and the duration of a suspension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// Consecutive faults that suspend a plugin; zero disables suspension. The share of faults counts too: half
    /// of at least twenty calls within half a minute.
    pub(super) after: u32,
    /// The longest pause.
    pub(super) at_most: Duration,
}

/// A circuit breaker with the usual three states: closed, open and half open.
///
/// In addition, exactly one call is the trial, a trial that is dropped lets the next call be the trial, and a
/// call that was in flight when the plugin was suspended no longer counts.
#[derive(Debug)]
pub(super) struct Breaker {
    rules: Rules,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: BreakerPhase,
    /// The number of suspensions so far. Calls of an earlier generation no longer count.
    generation: u64,
    /// Failed trials since the breaker was last closed.
    trials: u32,
    in_a_row: u32,
    recent: Recent,
}

#[derive(Clone, Copy, Debug)]
enum BreakerPhase {
    /// Closed: every call may proceed.
    Well,
    /// Open until this instant; then one call may proceed.
    Suspended(Instant),
    /// Half open: the trial is in flight.
    Trial,
}

/// The state of an open or half-open breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// The time until the next trial; zero if it is due or in flight.
    pub left: Duration,
    /// Failed trials since the breaker was last closed.
    pub trials: u32,
}

/// A change of state at the end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transition {
    /// The plugin is suspended for this long.
    Suspended(Duration),
    /// The trial failed; the plugin stays suspended for this long.
    StillSuspended(Duration),
    /// The trial succeeded.
    Back,
}

impl Breaker {
    pub(super) fn new(rules: Rules) -> Self {
        let state =
            State { phase: BreakerPhase::Well, generation: 0, trials: 0, in_a_row: 0, recent: Recent::default() };
        Self { rules, state: Mutex::new(state) }
    }

    /// Returns a permit for one call, unless the plugin is suspended.
    pub(super) fn turn(self: &Arc<Self>, now: Instant) -> Result<BreakerPass, Suspension> {
        let mut state = self.state();
        let is_trial = match state.phase {
            BreakerPhase::Well => false,
            BreakerPhase::Suspended(until) if until <= now => {
                state.phase = BreakerPhase::Trial;
                true
            }
            BreakerPhase::Suspended(_) | BreakerPhase::Trial => {
                return Err(state.suspension(now).expect("it is not well"));
            }
        };
        Ok(BreakerPass { breaker: Arc::clone(self), generation: state.generation, is_trial })
    }

    /// Returns the suspension, if the plugin is suspended.
    pub(super) fn suspension(&self, now: Instant) -> Option<Suspension> {
        self.state().suspension(now)
    }

    fn fault(&self, turn: &BreakerPass, now: Instant) -> Option<Transition> {
        let mut state = self.state();
        if turn.is_trial {
            state.trials += 1;
            let pause = self.pause_after(state.trials);
            state.phase = BreakerPhase::Suspended(now + pause);
            return Some(Transition::StillSuspended(pause));
        }
        if self.rules.after == 0 || !state.counts(turn) {
            return None;
        }
        state.in_a_row += 1;
        let too_many = state.recent.add(now, true);
        if state.in_a_row < self.rules.after && !too_many {
            return None;
        }
        let pause = self.pause_after(0);
        state.phase = BreakerPhase::Suspended(now + pause);
        state.generation += 1;
        Some(Transition::Suspended(pause))
    }

    fn good(&self, turn: &BreakerPass, now: Instant) -> Option<Transition> {
        let mut state = self.state();
        if turn.is_trial {
            let generation = state.generation;
            *state = State { phase: BreakerPhase::Well, generation, trials: 0, in_a_row: 0, recent: Recent::default() };
            return Some(Transition::Back);
        }
        if state.counts(turn) {
            state.in_a_row = 0;
            state.recent.add(now, false);
        }
        None
    }

    /// Lets the next call be the trial in place of this one.
    fn give_back(&self, now: Instant) {
        self.state().phase = BreakerPhase::Suspended(now);
    }

    /// Returns the pause after so many failed trials: doubled each time, with jitter.
    fn pause_after(&self, trials: u32) -> Duration {
        let whole = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(trials)).min(self.rules.at_most);
        whole.mul_f64(SHORTEST + (1.0 - SHORTEST) * chance())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn suspension(&self, now: Instant) -> Option<Suspension> {
        let left = match self.phase {
            BreakerPhase::Well => return None,
            BreakerPhase::Suspended(until) => until.saturating_duration_since(now),
            BreakerPhase::Trial => Duration::ZERO,
        };
        Some(Suspension { left, trials: self.trials })
    }

    /// Returns whether the outcome of a call still counts.
    fn counts(&self, turn: &BreakerPass) -> bool {
        matches!(self.phase, BreakerPhase::Well) && turn.generation == self.generation
    }
}

/// A permit for one call. Dropping it without an outcome has no effect on the breaker.
#[derive(Debug)]
pub(super) struct BreakerPass {
    breaker: Arc<Breaker>,
    generation: u64,
    is_trial: bool,
}

impl BreakerPass {
    /// Records a fault of the plugin's own.
    pub(super) fn fault(mut self, now: Instant) -> Option<Transition> {
        let change = self.breaker.fault(&self, now);
        self.is_trial = false;
        change
    }

    /// Records a success.
    pub(super) fn good(mut self, now: Instant) -> Option<Transition> {
        let change = self.breaker.good(&self, now);
        self.is_trial = false;
        change
    }
}

impl Drop for BreakerPass {
    fn drop(&mut self) {
        if self.is_trial {
            self.breaker.give_back(Instant::now());
        }
    }
}

/// Recent calls and faults in two halves; the older one is discarded as a whole.
#[derive(Debug, Default)]
struct Recent {
    since: Option<Instant>,
    halves: [Tally; 2],
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    calls: u32,
    faults: u32,
}

impl Recent {
    /// Counts a call, and returns whether too many were faults.
    fn add(&mut self, now: Instant, is_fault: bool) -> bool {
        let age = now.saturating_duration_since(*self.since.get_or_insert(now));
        if age >= WINDOW / 2 {
            let older = if age < WINDOW { self.halves[1] } else { Tally::default() };
            *self = Self { since: Some(now), halves: [older, Tally::default()] };
        }
        let [older, newer] = &mut self.halves;
        newer.calls += 1;
        newer.faults += u32::from(is_fault);
        let (calls, faults) = (older.calls + newer.calls, older.faults + newer.faults);
        calls >= ENOUGH_CALLS && faults * 2 >= calls
    }
}

#[cfg(test)]
mod tests;
