//! Suspensions of one plugin: a circuit breaker for each caller and capability whose calls had faults.
//!
//! What one caller asks may be what breaks the plugin: a record, a mail, a question. So its faults suspend its own
//! calls for that capability, and nobody else's. A caller without faults is always tried.
//!
//! If the calls of several callers had faults and nobody's was answered in between, the plugin itself is to blame. It
//! is then suspended for everybody: one fault suspends a caller, in place of several. The first answer, whoever gets
//! it, ends that.
//!
//! Breakers are kept for a bounded number of callers. Of strangers with many addresses the oldest are forgotten. To
//! be forgotten is to be tried again, so nobody can harm another caller that way.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::breaker::{Breaker, BreakerTurn, Rules, Suspension, Transition};
use super::caller::{CallOrigin, CallerKey};

/// Breakers that are kept of one plugin.
const MOST: usize = 1_024;

/// The number of callers whose faults suspend a plugin for everybody.
const SEVERAL: usize = 3;

/// The circuit breakers of one plugin.
#[derive(Debug)]
pub(super) struct Suspensions {
    rules: Rules,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    breakers: HashMap<Option<CallOrigin>, Breaker>,
    /// The number of openings so far. Calls of an age before a breaker's last opening no longer count for it.
    age: u64,
    since_answer: Streak,
}

/// Faults since the last call, whoever's, that had none.
#[derive(Debug, Default)]
struct Streak {
    faults: u32,
    /// Callers that they came from, as many as matter.
    callers: Vec<CallerKey>,
}

/// The suspensions of a plugin at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SuspensionLoad {
    /// Callers whose calls are suspended, for one capability at least.
    pub callers: usize,
    /// The suspension that ends first, if none of the plugin's calls was answered since the faults began.
    pub nobody_answered: Option<Suspension>,
}

impl Suspensions {
    pub(super) fn new(rules: Rules) -> Self {
        Self { rules, state: Mutex::default() }
    }

    /// Returns a permit for one call.
    ///
    /// # Errors
    ///
    /// Fails if calls of this origin are suspended.
    pub(super) fn turn(self: &Arc<Self>, origin: CallOrigin, now: Instant) -> Result<BreakerPass, Suspension> {
        let key = self.key(origin);
        let mut state = self.state();
        let is_trial = state.breakers.get_mut(&key).map_or(Ok(false), |breaker| breaker.turn(now))?;
        let turn = BreakerTurn { age: state.age, is_trial };
        Ok(BreakerPass { suspensions: Arc::clone(self), caller: origin.caller, key, turn })
    }

    /// Returns the current suspensions.
    pub(super) fn load(&self, now: Instant) -> SuspensionLoad {
        let state = self.state();
        let open = || {
            let suspended = |(key, breaker): (&Option<CallOrigin>, &Breaker)| {
                Some((key.map(|origin| origin.caller), breaker.suspension(now, self.rules)?))
            };
            state.breakers.iter().filter_map(suspended)
        };
        let callers: HashSet<_> = open().map(|(caller, _)| caller).collect();
        let first = open().map(|(_, suspension)| suspension).min_by_key(|suspension| suspension.left);
        let nobody_answered = first.filter(|_| state.since_answer.faults >= self.rules.after);
        SuspensionLoad { callers: callers.len(), nobody_answered }
    }

    fn fault(&self, pass: &BreakerPass, now: Instant) -> Option<Transition> {
        let rules = self.rules;
        if rules.after == 0 {
            return None;
        }
        let mut state = self.state();
        state.since_answer.add(pass.caller);
        let after = if state.since_answer.is_of_several(rules) { 1 } else { rules.after };
        let next_age = state.age + 1;
        state.make_room(pass.key, now);
        let breaker = state.breakers.entry(pass.key).or_insert_with(|| Breaker::new(now));
        let transition = breaker.fault(pass.turn, now, rules, after, next_age);
        if matches!(transition, Some(Transition::Suspended(_))) {
            state.age = next_age;
        }
        transition
    }

    fn good(&self, pass: &BreakerPass, now: Instant) -> Option<Transition> {
        let mut state = self.state();
        state.since_answer = Streak::default();
        state.breakers.get_mut(&pass.key)?.good(pass.turn, now)
    }

    fn give_back(&self, pass: &BreakerPass, now: Instant) {
        if let Some(breaker) = self.state().breakers.get_mut(&pass.key) {
            breaker.give_back(now);
        }
    }

    /// Returns the key of the breaker for calls of `origin`.
    fn key(&self, origin: CallOrigin) -> Option<CallOrigin> {
        (!self.rules.whole_plugin).then_some(origin)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Forgets breakers if there are too many to add one for `key`: those whose faults are of long ago, else the one
    /// whose last fault is the oldest.
    fn make_room(&mut self, key: Option<CallOrigin>, now: Instant) {
        if self.breakers.len() < MOST || self.breakers.contains_key(&key) {
            return;
        }
        self.breakers.retain(|_, breaker| !breaker.is_idle(now));
        if self.breakers.len() < MOST {
            return;
        }
        let oldest = self.breakers.iter().min_by_key(|(_, breaker)| breaker.last_fault()).map(|(key, _)| *key);
        oldest.map(|key| self.breakers.remove(&key));
    }
}

impl Streak {
    fn add(&mut self, caller: CallerKey) {
        self.faults = self.faults.saturating_add(1);
        if self.callers.len() < SEVERAL && !self.callers.contains(&caller) {
            self.callers.push(caller);
        }
    }

    /// Returns whether the faults suspend the plugin for everybody.
    fn is_of_several(&self, rules: Rules) -> bool {
        self.callers.len() >= SEVERAL && self.faults >= rules.after
    }
}

/// A permit for one call. Dropping it without an outcome has no effect on its breaker.
#[derive(Debug)]
pub(super) struct BreakerPass {
    suspensions: Arc<Suspensions>,
    caller: CallerKey,
    key: Option<CallOrigin>,
    turn: BreakerTurn,
}

impl BreakerPass {
    /// Records a fault of the plugin's own.
    pub(super) fn fault(mut self, now: Instant) -> Option<Transition> {
        let change = self.suspensions.fault(&self, now);
        self.turn.is_trial = false;
        change
    }

    /// Records a call without a fault.
    pub(super) fn good(mut self, now: Instant) -> Option<Transition> {
        let change = self.suspensions.good(&self, now);
        self.turn.is_trial = false;
        change
    }
}

impl Drop for BreakerPass {
    fn drop(&mut self) {
        if self.turn.is_trial {
            self.suspensions.give_back(self, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests;
