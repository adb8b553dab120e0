//! Adaptive concurrency limit of one plugin: it falls if calls end too late together, and recovers like TCP's
//! congestion limit.
//!
//! Guests share the processor's cores, so too many concurrent calls all end too late, and none of them is of
//! use. At ten times the load that two cores could do, with 160 ms of work per call, useful work stayed at 84 %
//! of capacity; without the limit, at 17 %. A late call among a few is a fault of the plugin's own, and counts
//! towards its suspension.
//!
//! If the calls of some callers are late and those of as many others are in time, then the questions of the former are
//! to blame, and not the number of calls. In place of the limit, those callers then have smaller ones of their own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::caller::CallerKey;
use super::slots::Slots;

/// The limit shrinks if more than one in this many calls is late.
const LATE: usize = 8;

/// An adaptive limit on the concurrent calls of one plugin.
///
/// A hundred calls of 200 ms on two cores take ten seconds each, and all end at their deadlines without an
/// answer. So the limit shrinks when calls are late, and grows as they are answered. After shrinking it doubles
/// in each round up to half of the size at which it failed, and then grows by one per round.
///
/// A plugin that is late with few concurrent calls has a fault of its own, which leaves the limit unchanged.
#[derive(Debug)]
pub(super) struct AdaptiveLimit {
    slots: Arc<Slots<CallerKey>>,
    least: usize,
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    size: usize,
    /// The size up to which the limit doubles.
    proven: usize,
    /// The number of times it shrank. Calls from before the last time no longer count.
    shrunk: u64,
    /// Calls that ended in this round.
    ended: usize,
    /// Calls of this round that were late.
    late: usize,
    /// The callers of those.
    late_callers: FewCallers,
    /// The callers with calls of this round in time.
    callers_in_time: FewCallers,
    /// Set if any call was in time since it shrank.
    any_in_time: bool,
}

/// The callers seen, as many as matter.
#[derive(Debug, Default)]
struct FewCallers(Vec<CallerKey>);

/// The state of the limit when a call began.
#[derive(Clone, Copy, Debug)]
pub(super) struct LimitStamp {
    shrunk: u64,
    in_crowd: bool,
    /// Set if the call made the limit used.
    is_used: bool,
}

/// The attribution of a late call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LateBlame {
    /// Too many concurrent calls.
    Crowd,
    /// The plugin itself: hardly any other call ran.
    Call,
}

impl AdaptiveLimit {
    /// Creates a limit for `slots`, of their number at first and never less than `least`.
    pub(super) fn new(slots: Arc<Slots<CallerKey>>, least: usize) -> Self {
        let most = slots.size();
        let state = State::new(most, most, 0);
        Self { slots, least: least.min(most), most, state: Mutex::new(state) }
    }

    /// Returns the stamp of a call that begins now.
    pub(super) fn stamp(&self) -> LimitStamp {
        let (state, taken) = (self.state(), self.slots.taken());
        LimitStamp { shrunk: state.shrunk, in_crowd: taken > self.least, is_used: state.is_used_by(taken) }
    }

    /// Records a call of `caller` that ended in time.
    pub(super) fn in_time(&self, stamp: LimitStamp, caller: CallerKey) {
        let mut state = self.state();
        if stamp.shrunk != state.shrunk {
            return;
        }
        self.slots.relax(caller);
        state.any_in_time = true;
        state.callers_in_time.add(caller);
        let round_is_over = state.end_one();
        // An unused limit proves nothing, so it does not grow.
        let may_grow = state.size < self.most && (state.size < state.proven || round_is_over);
        if may_grow && (stamp.is_used || state.is_used_by(self.slots.taken())) {
            state.size += 1;
            self.slots.resize(state.size);
        }
    }

    /// Records a call of `caller` that reached its deadline.
    pub(super) fn late(&self, stamp: LimitStamp, caller: CallerKey) -> LateBlame {
        if !stamp.in_crowd && self.slots.taken() <= self.least {
            return LateBlame::Call;
        }
        let mut state = self.state();
        if stamp.shrunk == state.shrunk {
            state.late += 1;
            state.late_callers.add(caller);
            if state.late * LATE <= state.size {
                state.end_one();
            } else if state.is_of_few_callers() {
                self.restrict(&mut state);
            } else {
                self.shrink(&mut state);
            }
        }
        LateBlame::Crowd
    }

    fn shrink(&self, state: &mut State) {
        let half = (state.size / 2).max(self.least);
        let size = if state.any_in_time { half } else { self.least };
        *state = State::new(size, half, state.shrunk + 1);
        self.slots.resize(size);
    }

    /// Halves what each caller with late calls may hold.
    fn restrict(&self, state: &mut State) {
        state.late_callers.0.iter().for_each(|caller| self.slots.restrict(*caller, self.least));
        *state = State::new(state.size, state.proven, state.shrunk + 1);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(size: usize, proven: usize, shrunk: u64) -> Self {
        let (late_callers, callers_in_time) = <(FewCallers, FewCallers)>::default();
        Self { size, proven, shrunk, ended: 0, late: 0, late_callers, callers_in_time, any_in_time: false }
    }

    /// Returns whether half of the slots are taken, which is the share of one caller among several.
    fn is_used_by(&self, taken: usize) -> bool {
        taken * 2 >= self.size
    }

    /// Returns whether at least as many other callers have calls in time as callers have late ones.
    fn is_of_few_callers(&self) -> bool {
        let FewCallers(late) = &self.late_callers;
        let others = self.callers_in_time.0.iter().filter(|caller| !late.contains(caller)).count();
        others > 0 && others >= late.len()
    }

    /// Counts a call's end, and returns whether it was the last of a round.
    fn end_one(&mut self) -> bool {
        self.ended += 1;
        let is_over = self.ended >= self.size;
        if is_over {
            (self.ended, self.late) = (0, 0);
            (self.late_callers, self.callers_in_time) = Default::default();
        }
        is_over
    }
}

impl FewCallers {
    /// The most callers that are told apart.
    const MOST: usize = 16;

    fn add(&mut self, caller: CallerKey) {
        let Self(callers) = self;
        if callers.len() < Self::MOST && !callers.contains(&caller) {
            callers.push(caller);
        }
    }
}

#[cfg(test)]
mod tests;
