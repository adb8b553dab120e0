//! Circuit breaker of one caller's calls for one capability: stops them after repeated faults, and retries with
//! exponential backoff.
//!
//! It is our own. The crate `failsafe` lets any number of calls through when half open, does not report the
//! length of a pause, and makes its first jittered second zero. It also weighs faults by time: after a quiet
//! period, two faults in thirty-two calls open it. What would remain of it is smaller than the code to correct
//! it.

use std::time::{Duration, Instant};

use super::chance;

/// The first pause; each failed trial doubles it.
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The least part of a pause that jitter leaves: what failed together is not tried together.
pub(super) const SHORTEST: f64 = 0.75;

/// The least number of recent calls for which the share of faults counts.
const ENOUGH_CALLS: u32 = 20;

/// The period of the share of faults. Calls are discarded in halves of it.
pub(super) const WINDOW: Duration = Duration::from_secs(30);

/// The conditions and the duration of a suspension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// Consecutive faults that suspend; zero disables suspension. The share of faults counts too: half of at least
    /// twenty calls within half a minute.
    pub(super) after: u32,
    /// The longest pause.
    pub(super) at_most: Duration,
    /// Set if faults count for the plugin as a whole, whoever caused them.
    pub(super) whole_plugin: bool,
}

/// A circuit breaker with the usual three states: closed, open and half open.
///
/// In addition, exactly one call is the trial, a trial that is dropped lets the next call be the trial, and a
/// call that was in flight when the breaker opened no longer counts.
#[derive(Debug)]
pub(super) struct Breaker {
    phase: BreakerPhase,
    /// The age of the calls that count: those that began before it do not.
    counts_from: u64,
    /// Failed trials since the breaker was last closed.
    trials: u32,
    in_a_row: u32,
    recent: Recent,
    last_fault: Instant,
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
    /// The breaker opens for this long.
    Suspended(Duration),
    /// The trial failed; the breaker stays open for this long.
    StillSuspended(Duration),
    /// The trial succeeded.
    Back,
}

/// A call, as far as its breaker knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct BreakerTurn {
    /// The age in which it began. Ages are counted by whoever owns the breakers; each opening begins another.
    pub(super) age: u64,
    pub(super) is_trial: bool,
}

impl Breaker {
    /// Creates a closed breaker.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            phase: BreakerPhase::Well,
            counts_from: 0,
            trials: 0,
            in_a_row: 0,
            recent: Recent::default(),
            last_fault: now,
        }
    }

    /// Returns whether a call that begins now is the trial.
    ///
    /// # Errors
    ///
    /// Fails if the breaker is open.
    pub(super) fn turn(&mut self, now: Instant) -> Result<bool, Suspension> {
        match self.phase {
            BreakerPhase::Well => Ok(false),
            BreakerPhase::Suspended(until) if until <= now => {
                self.phase = BreakerPhase::Trial;
                Ok(true)
            }
            BreakerPhase::Suspended(until) => {
                Err(Suspension { left: until.saturating_duration_since(now), trials: self.trials })
            }
            BreakerPhase::Trial => Err(Suspension { left: Duration::ZERO, trials: self.trials }),
        }
    }

    /// Returns the suspension, if the breaker is open and its calls have not ceased since.
    pub(super) fn suspension(&self, now: Instant, rules: Rules) -> Option<Suspension> {
        let left = match self.phase {
            BreakerPhase::Well => return None,
            BreakerPhase::Suspended(until) if until + rules.at_most <= now => return None,
            BreakerPhase::Suspended(until) => until.saturating_duration_since(now),
            BreakerPhase::Trial => Duration::ZERO,
        };
        Some(Suspension { left, trials: self.trials })
    }

    /// Records a fault. `after` consecutive ones open the breaker; `age` is the age that begins then.
    pub(super) fn fault(
        &mut self,
        turn: BreakerTurn,
        now: Instant,
        rules: Rules,
        after: u32,
        age: u64,
    ) -> Option<Transition> {
        self.last_fault = now;
        if turn.is_trial {
            self.trials += 1;
            let pause = pause_after(self.trials, rules);
            self.phase = BreakerPhase::Suspended(now + pause);
            return Some(Transition::StillSuspended(pause));
        }
        if !self.counts(turn) {
            return None;
        }
        self.in_a_row += 1;
        let too_many = self.recent.add(now, true);
        if self.in_a_row < after && !too_many {
            return None;
        }
        let pause = pause_after(0, rules);
        self.phase = BreakerPhase::Suspended(now + pause);
        self.counts_from = age;
        Some(Transition::Suspended(pause))
    }

    /// Records a call without a fault.
    pub(super) fn good(&mut self, turn: BreakerTurn, now: Instant) -> Option<Transition> {
        if turn.is_trial {
            *self = Self { counts_from: self.counts_from, last_fault: self.last_fault, ..Self::new(now) };
            return Some(Transition::Back);
        }
        if self.counts(turn) {
            self.in_a_row = 0;
            self.recent.add(now, false);
        }
        None
    }

    /// Lets the next call be the trial in place of one that was given up.
    pub(super) fn give_back(&mut self, now: Instant) {
        self.phase = BreakerPhase::Suspended(now);
    }

    /// Returns the instant of the last fault.
    pub(super) fn last_fault(&self) -> Instant {
        self.last_fault
    }

    /// Returns whether the breaker is closed and its faults are of long ago.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        matches!(self.phase, BreakerPhase::Well) && now.saturating_duration_since(self.last_fault) >= WINDOW
    }

    /// Returns whether the outcome of a call still counts.
    fn counts(&self, turn: BreakerTurn) -> bool {
        matches!(self.phase, BreakerPhase::Well) && turn.age >= self.counts_from
    }
}

/// Returns the pause after so many failed trials: doubled each time, with jitter.
fn pause_after(trials: u32, rules: Rules) -> Duration {
    let whole = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(trials)).min(rules.at_most);
    whole.mul_f64(SHORTEST + (1.0 - SHORTEST) * chance())
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
