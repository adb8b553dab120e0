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
    /// The callers with calls in time since it shrank.
    callers_in_time: FewCallers,
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
        let state = self.state();
        LimitStamp { shrunk: state.shrunk, in_crowd: self.is_crowd(), is_used: self.is_used(&state) }
    }

    /// Records a call of `caller` that ended in time.
    pub(super) fn in_time(&self, stamp: LimitStamp, caller: CallerKey) {
        let mut state = self.state();
        if stamp.shrunk != state.shrunk {
            return;
        }
        self.slots.relax(caller);
        state.callers_in_time.add(caller);
        let round_is_over = state.end_one();
        // An unused limit proves nothing, so it does not grow.
        let is_used = stamp.is_used || self.is_used(&state);
        if is_used && state.size < self.most && (state.size < state.proven || round_is_over) {
            state.size += 1;
            self.slots.resize(state.size);
        }
    }

    /// Records a call of `caller` that reached its deadline.
    pub(super) fn late(&self, stamp: LimitStamp, caller: CallerKey) -> LateBlame {
        if !stamp.in_crowd && !self.is_crowd() {
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
        let size = if state.callers_in_time.0.is_empty() { self.least } else { half };
        *state = State::new(size, half, state.shrunk + 1);
        self.slots.resize(size);
    }

    /// Halves what each caller with late calls may hold.
    fn restrict(&self, state: &mut State) {
        state.late_callers.0.iter().for_each(|caller| self.slots.restrict(*caller, self.least));
        *state = State::new(state.size, state.proven, state.shrunk + 1);
    }

    /// Returns whether half of the slots are taken, which is the share of one caller among several.
    fn is_used(&self, state: &State) -> bool {
        self.slots.taken() * 2 >= state.size
    }

    fn is_crowd(&self) -> bool {
        self.slots.taken() > self.least
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(size: usize, proven: usize, shrunk: u64) -> Self {
        let (late_callers, callers_in_time) = <(FewCallers, FewCallers)>::default();
        Self { size, proven, shrunk, ended: 0, late: 0, late_callers, callers_in_time }
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
            self.late_callers = FewCallers::default();
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
mod tests {
    use std::time::Instant;

    use futures_util::FutureExt;

    use super::*;
    use crate::slots::{Sharing, Slot};

    const MOST: usize = 64;
    const LEAST: usize = 4;
    const ONE: CallerKey = CallerKey::Known(1);
    const OTHER: CallerKey = CallerKey::Known(2);

    fn limit() -> AdaptiveLimit {
        AdaptiveLimit::new(Arc::new(Slots::new(MOST, Sharing::Free)), LEAST)
    }

    /// Takes every slot.
    fn fill(limit: &AdaptiveLimit) -> Vec<Slot<CallerKey>> {
        let enter = |_| limit.slots.enter(ONE, Instant::now()).now_or_never()?.ok();
        (0..limit.slots.size()).filter_map(enter).collect()
    }

    /// Ends every call of a full limit, and returns their number.
    fn round(limit: &AdaptiveLimit, is_late: bool) -> usize {
        let slots = fill(limit);
        let stamp = limit.stamp();
        for _ in &slots {
            if is_late {
                assert_eq!(limit.late(stamp, ONE), LateBlame::Crowd);
            } else {
                limit.in_time(stamp, ONE);
            }
        }
        slots.len()
    }

    #[test]
    fn a_limit_of_which_nothing_is_in_time_starts_over() {
        let limit = limit();

        assert_eq!(round(&limit, true), MOST);

        assert_eq!(limit.slots.size(), LEAST);
    }

    #[test]
    fn a_limit_of_which_some_is_late_is_halved_once() {
        let limit = limit();
        let slots = fill(&limit);
        let stamp = limit.stamp();

        limit.in_time(stamp, ONE);
        for _ in &slots[1..] {
            limit.late(stamp, ONE);
        }

        assert_eq!(limit.slots.size(), MOST / 2);
    }

    #[test]
    fn a_caller_whose_calls_are_late_beside_others_in_time_is_restricted_in_place_of_all() {
        let limit = limit();
        let slots = fill(&limit);
        for _ in 0..3 {
            let stamp = limit.stamp();
            limit.in_time(stamp, OTHER);
            for _ in &slots {
                limit.late(stamp, ONE);
            }
        }
        drop(slots);

        assert_eq!(limit.slots.size(), MOST);
        assert_eq!(fill(&limit).len(), MOST / 8);
    }

    #[test]
    fn a_restricted_caller_recovers_with_calls_in_time() {
        let limit = limit();
        let slots = fill(&limit);
        let stamp = limit.stamp();
        limit.in_time(stamp, OTHER);
        for _ in &slots {
            limit.late(stamp, ONE);
        }
        drop(slots);
        assert_eq!(fill(&limit).len(), MOST / 2);

        for _ in 0..MOST {
            limit.in_time(limit.stamp(), ONE);
        }

        assert_eq!(fill(&limit).len(), MOST);
    }

    #[test]
    fn a_few_late_calls_among_many_shrink_nothing() {
        let limit = limit();

        for _ in 0..20 {
            let slots = fill(&limit);
            let stamp = limit.stamp();
            for number in 0..slots.len() {
                if number % 16 == 0 { _ = limit.late(stamp, ONE) } else { limit.in_time(stamp, ONE) }
            }
        }

        assert_eq!(limit.slots.size(), MOST);
    }

    #[test]
    fn it_doubles_up_to_half_of_where_it_failed_and_grows_by_one_from_there() {
        let limit = limit();
        round(&limit, true);

        let sizes: Vec<usize> = (0..6).map(|_| round(&limit, false)).collect();

        assert_eq!(sizes, [4, 8, 16, 32, 33, 34]);
    }

    #[test]
    fn a_limit_that_is_not_used_does_not_grow() {
        let limit = limit();
        round(&limit, true);

        for _ in 0..MOST {
            limit.in_time(limit.stamp(), ONE);
        }

        assert_eq!(limit.slots.size(), LEAST);
    }

    #[test]
    fn a_call_that_is_late_among_few_has_itself_to_blame() {
        let limit = limit();
        let _slots: Vec<_> = fill(&limit).into_iter().take(LEAST).collect();
        let stamp = limit.stamp();

        for _ in 0..MOST {
            assert_eq!(limit.late(stamp, ONE), LateBlame::Call);
        }

        assert_eq!(limit.slots.size(), MOST);
    }
}
