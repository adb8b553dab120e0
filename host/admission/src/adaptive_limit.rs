//! Adaptive concurrency limit of one plugin: it falls if calls end too late together, and recovers like TCP's
//! congestion limit.
//!
//! Guests share the processor's cores, so too many concurrent calls all end too late, and none of them is of
//! use. At ten times the load that two cores could do, with 160 ms of work per call, useful work stayed at 84 %
//! of capacity; without the limit, at 17 %. A late call among a few is a fault of the plugin's own, and counts
//! towards its suspension.

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
    /// Set if any call was in time since it shrank.
    any_in_time: bool,
}

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
        let state = State { size: most, proven: most, shrunk: 0, ended: 0, late: 0, any_in_time: false };
        Self { slots, least: least.min(most), most, state: Mutex::new(state) }
    }

    /// Returns the stamp of a call that begins now.
    pub(super) fn stamp(&self) -> LimitStamp {
        let state = self.state();
        LimitStamp { shrunk: state.shrunk, in_crowd: self.is_crowd(), is_used: self.is_used(&state) }
    }

    /// Records a call that ended in time.
    pub(super) fn in_time(&self, stamp: LimitStamp) {
        let mut state = self.state();
        if stamp.shrunk != state.shrunk {
            return;
        }
        state.any_in_time = true;
        let round_is_over = state.end_one();
        // An unused limit proves nothing, so it does not grow.
        let is_used = stamp.is_used || self.is_used(&state);
        if is_used && state.size < self.most && (state.size < state.proven || round_is_over) {
            state.size += 1;
            self.slots.resize(state.size);
        }
    }

    /// Records a call that reached its deadline.
    pub(super) fn late(&self, stamp: LimitStamp) -> LateBlame {
        if !stamp.in_crowd && !self.is_crowd() {
            return LateBlame::Call;
        }
        let mut state = self.state();
        if stamp.shrunk == state.shrunk {
            state.late += 1;
            if state.late * LATE > state.size {
                self.shrink(&mut state);
            } else {
                state.end_one();
            }
        }
        LateBlame::Crowd
    }

    fn shrink(&self, state: &mut State) {
        let half = (state.size / 2).max(self.least);
        let size = if state.any_in_time { half } else { self.least };
        *state = State { size, proven: half, shrunk: state.shrunk + 1, ended: 0, late: 0, any_in_time: false };
        self.slots.resize(size);
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
    /// Counts a call's end, and returns whether it was the last of a round.
    fn end_one(&mut self) -> bool {
        self.ended += 1;
        let is_over = self.ended >= self.size;
        if is_over {
            (self.ended, self.late) = (0, 0);
        }
        is_over
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

    fn limit() -> AdaptiveLimit {
        AdaptiveLimit::new(Arc::new(Slots::new(MOST, Sharing::Free)), LEAST)
    }

    /// Takes every slot.
    fn fill(limit: &AdaptiveLimit) -> Vec<Slot<CallerKey>> {
        let enter = |_| limit.slots.enter(CallerKey::Host, Instant::now()).now_or_never()?.ok();
        (0..limit.slots.size()).filter_map(enter).collect()
    }

    /// Ends every call of a full limit, and returns their number.
    fn round(limit: &AdaptiveLimit, is_late: bool) -> usize {
        let slots = fill(limit);
        let stamp = limit.stamp();
        for _ in &slots {
            if is_late {
                assert_eq!(limit.late(stamp), LateBlame::Crowd);
            } else {
                limit.in_time(stamp);
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

        limit.in_time(stamp);
        for _ in &slots[1..] {
            limit.late(stamp);
        }

        assert_eq!(limit.slots.size(), MOST / 2);
    }

    #[test]
    fn a_few_late_calls_among_many_shrink_nothing() {
        let limit = limit();

        for _ in 0..20 {
            let slots = fill(&limit);
            let stamp = limit.stamp();
            for number in 0..slots.len() {
                if number % 16 == 0 { _ = limit.late(stamp) } else { limit.in_time(stamp) }
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
            limit.in_time(limit.stamp());
        }

        assert_eq!(limit.slots.size(), LEAST);
    }

    #[test]
    fn a_call_that_is_late_among_few_has_itself_to_blame() {
        let limit = limit();
        let _slots: Vec<_> = fill(&limit).into_iter().take(LEAST).collect();
        let stamp = limit.stamp();

        for _ in 0..MOST {
            assert_eq!(limit.late(stamp), LateBlame::Call);
        }

        assert_eq!(limit.slots.size(), MOST);
    }
}
