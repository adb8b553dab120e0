//! Whether a plugin that failed again and again is asked at all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::chance;

/// The first pause; each one after a failed trial is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// What is left of a pause at least, where chance shortens it: so that what failed together is not
/// tried together.
const SHORTEST: f64 = 0.75;

/// Calls that must have ended, besides, before their share of faults counts.
const ENOUGH_CALLS: u32 = 20;

/// Calls are forgotten half of this after half of this.
const WINDOW: Duration = Duration::from_secs(30);

/// When a plugin is suspended, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// Faults in a row that suspend it; zero if nothing does. The share of faults counts too: half
    /// of at least twenty calls within half a minute.
    pub(super) after: u32,
    /// The longest pause.
    pub(super) at_most: Duration,
}

/// Stops asking a plugin that fails again and again, and tries it at growing intervals.
///
/// Three states, as every circuit breaker has them. What it adds to those to be had: exactly one
/// call is the trial; one that is given up gives the turn back; and calls that were under way when
/// it was suspended count no more, whatever comes of them.
#[derive(Debug)]
pub(super) struct Breaker {
    rules: Rules,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Suspensions so far. Calls of an earlier count are out of date.
    generation: u64,
    /// Trials that failed since it was last well.
    trials: u32,
    in_a_row: u32,
    recent: Recent,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Every call may go.
    Well,
    /// None may, until this instant; then one.
    Suspended(Instant),
    /// One is under way.
    Trial,
}

/// What a plugin's breaker says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// The time until it is tried again; zero if that is due or under way.
    pub left: Duration,
    /// Trials that have failed since it was last well.
    pub trials: u32,
}

/// What changed with the end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It is suspended for so long.
    Suspended(Duration),
    /// Its trial failed; it stays suspended for so long.
    StillSuspended(Duration),
    /// Its trial went well.
    Back,
}

impl Breaker {
    pub(super) fn new(rules: Rules) -> Self {
        let state = State { phase: Phase::Well, generation: 0, trials: 0, in_a_row: 0, recent: Recent::default() };
        Self { rules, state: Mutex::new(state) }
    }

    /// The right to ask once, unless it is suspended.
    pub(super) fn turn(self: &Arc<Self>, now: Instant) -> Result<Turn, Suspension> {
        let mut state = self.state();
        let is_trial = match state.phase {
            Phase::Well => false,
            Phase::Suspended(until) if until <= now => {
                state.phase = Phase::Trial;
                true
            }
            Phase::Suspended(_) | Phase::Trial => return Err(state.suspension(now).expect("it is not well")),
        };
        Ok(Turn { breaker: Arc::clone(self), generation: state.generation, is_trial })
    }

    /// How it is suspended, if it is.
    pub(super) fn suspension(&self, now: Instant) -> Option<Suspension> {
        self.state().suspension(now)
    }

    fn fault(&self, turn: &Turn, now: Instant) -> Option<Change> {
        let mut state = self.state();
        if turn.is_trial {
            state.trials += 1;
            let pause = self.pause_after(state.trials);
            state.phase = Phase::Suspended(now + pause);
            return Some(Change::StillSuspended(pause));
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
        state.phase = Phase::Suspended(now + pause);
        state.generation += 1;
        Some(Change::Suspended(pause))
    }

    fn good(&self, turn: &Turn, now: Instant) -> Option<Change> {
        let mut state = self.state();
        if turn.is_trial {
            let generation = state.generation;
            *state = State { phase: Phase::Well, generation, trials: 0, in_a_row: 0, recent: Recent::default() };
            return Some(Change::Back);
        }
        if state.counts(turn) {
            state.in_a_row = 0;
            state.recent.add(now, false);
        }
        None
    }

    /// Lets the next call be the trial that this one was to be.
    fn give_back(&self, now: Instant) {
        self.state().phase = Phase::Suspended(now);
    }

    /// Twice as long after each trial, less what chance takes away.
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
            Phase::Well => return None,
            Phase::Suspended(until) => until.saturating_duration_since(now),
            Phase::Trial => Duration::ZERO,
        };
        Some(Suspension { left, trials: self.trials })
    }

    /// Whether what comes of a call still tells something.
    fn counts(&self, turn: &Turn) -> bool {
        matches!(self.phase, Phase::Well) && turn.generation == self.generation
    }
}

/// The right to ask a plugin once. Dropped without a word on what came of it, it is as if it had
/// never been taken.
#[derive(Debug)]
pub(super) struct Turn {
    breaker: Arc<Breaker>,
    generation: u64,
    is_trial: bool,
}

impl Turn {
    /// The call ended by a fault of the plugin's own.
    pub(super) fn fault(mut self, now: Instant) -> Option<Change> {
        let change = self.breaker.fault(&self, now);
        self.is_trial = false;
        change
    }

    /// The call ended as the plugin wanted.
    pub(super) fn good(mut self, now: Instant) -> Option<Change> {
        let change = self.breaker.good(&self, now);
        self.is_trial = false;
        change
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.is_trial {
            self.breaker.give_back(Instant::now());
        }
    }
}

/// Calls and faults of the last while, in two halves, of which the older one is dropped whole.
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
    /// Takes a call in, and says whether too many were faults.
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
