//! Tests of shrinking, recovery and the callers to blame.

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
fn who_was_in_time_in_an_earlier_round_excuses_nobody_now() {
    let limit = limit();
    let slots = fill(&limit);
    for _ in 0..slots.len() {
        limit.in_time(limit.stamp(), OTHER);
    }

    let stamp = limit.stamp();
    for _ in &slots {
        limit.late(stamp, ONE);
    }

    assert_eq!(limit.slots.size(), MOST / 2);
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
