//! Tests of slots and of the shares in them.

use futures_util::FutureExt;
use tokio::test;

use super::*;
use crate::population::Presence;

const A: u32 = 0;
const B: u32 = 1;
const C: u32 = 2;

/// Slots that anybody may take, whose calls take no time.
fn slots(size: usize) -> Arc<Slots<u32>> {
    shared(size, Sharing::Free)
}

/// Slots of callers, whose calls take no time.
fn of_callers(size: usize) -> Arc<Slots<u32>> {
    shared(size, Sharing::Callers)
}

fn shared(size: usize, sharing: Sharing) -> Arc<Slots<u32>> {
    let slots = Slots::new(size, sharing);
    slots.stay.add(Duration::ZERO);
    Arc::new(slots)
}

fn in_a_minute() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

/// Takes a slot, unless that means to wait.
fn take(slots: &Arc<Slots<u32>>, member: u32) -> Option<Slot<u32>> {
    slots.enter(member, Instant::now()).now_or_never()?.ok()
}

/// Takes slots until there is none.
fn take_all(slots: &Arc<Slots<u32>>, member: u32) -> Vec<Slot<u32>> {
    std::iter::from_fn(|| take(slots, member)).collect()
}

/// Returns the error of a call that may wait for a minute, unless it waits.
fn refusal(slots: &Arc<Slots<u32>>, member: u32) -> Option<NoSlot> {
    slots.enter(member, in_a_minute()).now_or_never()?.err()
}

#[test]
async fn a_waiting_call_gets_the_slot_that_is_released() {
    let slots = slots(2);
    let mut held = take_all(&slots, A);

    let mut third = Box::pin(slots.enter(A, in_a_minute()));
    assert!(third.as_mut().now_or_never().is_none());
    assert_eq!((slots.taken(), slots.waiting()), (2, 1));
    held.pop();

    assert!(third.await.is_ok());
    assert_eq!((slots.taken(), slots.waiting()), (1, 0));
}

#[test]
async fn a_call_that_has_waited_long_enough_is_rejected() {
    let slots = slots(2);
    let _held = take_all(&slots, A);

    assert_eq!(slots.enter(A, Instant::now()).await.err(), Some(NoSlot { by_share: false }));
}

#[test]
async fn with_the_queue_full_the_next_call_is_rejected_without_a_wait() {
    let slots = slots(4);
    let _held = take_all(&slots, A);
    let mut waiting: Vec<_> = (0..2).map(|_| Box::pin(slots.enter(A, in_a_minute()))).collect();
    for one in &mut waiting {
        assert!(one.as_mut().now_or_never().is_none());
    }

    assert_eq!(refusal(&slots, A), Some(NoSlot { by_share: false }));

    drop(waiting);
    assert_eq!(slots.waiting(), 0);
}

#[test]
async fn nobody_waits_before_it_is_known_what_for() {
    let slots = Arc::new(Slots::new(2, Sharing::Free));
    let _held = take_all(&slots, A);

    assert!(refusal(&slots, A).is_some());
}

#[test]
async fn nobody_waits_where_held_are_taken_for_longer_than_that() {
    let slots = slots(2);
    let _held = take_all(&slots, A);
    (0..1_000).for_each(|_| slots.stay.add(Duration::from_secs(3_600)));

    assert!(refusal(&slots, A).is_some());
}

#[test]
async fn nobody_waits_where_nobody_has_come_or_gone_for_longer_than_that() {
    let slots = slots(2);
    let _held = take_all(&slots, A);
    let until = Instant::now() + Duration::from_millis(1);
    let still_for = || Instant::now().saturating_duration_since(slots.members().moved());

    while still_for() < Duration::from_millis(1) {}

    assert!(slots.enter(A, until).now_or_never().is_some_and(|entered| entered.is_err()));
}

#[test]
async fn a_waiter_that_gives_up_takes_no_slot() {
    let slots = slots(2);
    let held = take_all(&slots, A);
    let mut waiting = Box::pin(slots.enter(A, in_a_minute()));
    assert!(waiting.as_mut().now_or_never().is_none());

    drop(held);
    drop(waiting);

    assert_eq!((slots.taken(), slots.waiting()), (0, 0));
    assert_eq!(take_all(&slots, A).len(), 2);
}

#[test]
async fn a_slot_that_nobody_waits_for_any_more_goes_to_the_next() {
    let slots = slots(4);
    let mut held = take_all(&slots, A);
    let mut gone = Box::pin(slots.enter(A, in_a_minute()));
    let mut next = Box::pin(slots.enter(A, in_a_minute()));
    assert!(gone.as_mut().now_or_never().is_none() && next.as_mut().now_or_never().is_none());

    drop(gone);
    held.pop();

    assert!(next.now_or_never().is_some_and(|entered| entered.is_ok()));
}

#[test]
async fn slots_that_become_fewer_are_closed_as_they_are_released() {
    let slots = slots(3);
    let mut held = take_all(&slots, A);

    slots.resize(1);
    held.truncate(1);
    assert!(take(&slots, A).is_none(), "one is inside");
    held.clear();

    assert_eq!(take_all(&slots, A).len(), 1);
}

#[test]
async fn slots_that_become_more_again_are_as_many_as_before() {
    let slots = slots(3);
    let held = take_all(&slots, A);

    slots.resize(1);
    slots.resize(3);
    drop(held);

    assert_eq!(take_all(&slots, A).len(), 3);
}

#[test]
async fn a_caller_that_is_alone_takes_all_slots_but_an_eighth() {
    for (size, taken) in [(100, 88), (8, 7), (7, 7), (4, 4), (1, 1)] {
        assert_eq!(take_all(&of_callers(size), A).len(), taken, "of {size}");
    }
}

#[test]
async fn a_caller_that_floods_leaves_slots_for_one_that_comes_later() {
    let slots = of_callers(100);
    let flood = take_all(&slots, A);

    // One call after the other, each of which may still be ending when the next one comes.
    let mut before = take(&slots, B);
    for _ in 0..100 {
        let next = take(&slots, B);
        assert!(next.is_some());
        before = next;
    }

    assert_eq!(slots.enter(A, Instant::now()).await.err(), Some(NoSlot { by_share: true }));
    drop((before, flood));
}

#[test]
async fn callers_hold_equal_parts_and_leave_one_for_the_next() {
    let slots = of_callers(90);
    let mut held: [Vec<_>; 3] = [A, B, C].map(|member| take(&slots, member).into_iter().collect());

    for _ in 0..90 {
        for member in [A, B, C] {
            held[member as usize].extend(take(&slots, member));
        }
    }

    let parts = held.each_ref().map(Vec::len);
    assert!(parts.iter().all(|part| (22..=23).contains(part)), "{parts:?}");
    assert!(take(&slots, 3).is_some());
}

#[test]
async fn what_a_caller_beyond_its_share_releases_stays_free_for_others() {
    let slots = of_callers(4);
    let mut flood = take_all(&slots, A);
    assert!(take(&slots, B).is_none(), "too few slots for a reserve");

    flood.pop();

    assert!(take(&slots, A).is_none());
    assert!(take(&slots, B).is_some());
}

#[test]
async fn waiting_calls_have_turns_by_caller_and_not_by_arrival() {
    let slots = of_callers(16);
    let mut flood = take_all(&slots, A);
    flood.extend(take_all(&slots, B));
    let wait = |member| {
        let mut waiting = Box::pin(slots.enter(member, in_a_minute()));
        waiting.as_mut().now_or_never().is_none().then_some(waiting)
    };
    slots.resize(15);
    let first: Vec<_> = std::iter::from_fn(|| wait(A)).collect();
    let mut late = wait(C).expect("there is a place in the queue");
    assert!((2..8).contains(&first.len()), "{}", first.len());

    // Of its own slots, or by turns: the flood has more calls in the queue and does not come first.
    flood.truncate(flood.len() - 2);

    assert!(late.as_mut().now_or_never().is_some_and(|entered| entered.is_ok()));
}

#[test]
async fn the_only_plugin_takes_every_slot_and_one_of_two_takes_half() {
    let population = Arc::new(Population::default());
    let slots = shared(500, Sharing::Plugins(Arc::clone(&population)));
    let _first = Presence::new(Arc::clone(&population));
    assert_eq!(take_all(&slots, A).len(), 500);

    let second = Presence::new(Arc::clone(&population));
    assert_eq!(take_all(&slots, A).len(), 250);
    let _a = take_all(&slots, A);
    assert_eq!(take_all(&slots, B).len(), 125);

    population.set_fair(false);
    assert_eq!(take_all(&slots, B).len(), 250);
    drop(second);
}

#[test]
async fn however_many_sleep_there_is_a_slot_for_one_more_plugin() {
    let population = Arc::new(Population::default());
    let slots = shared(500, Sharing::Plugins(Arc::clone(&population)));
    let _present = [(); 41].map(|()| Presence::new(Arc::clone(&population)));

    let _asleep: Vec<_> = (0..40).flat_map(|plugin| take_all(&slots, plugin)).collect();

    assert!(take(&slots, 40).is_some());
}

#[test]
async fn members_who_are_gone_are_remembered_in_bounded_memory() {
    let slots = of_callers(8);
    let held = take(&slots, A);

    (1..100_000).for_each(|stranger| drop(take(&slots, stranger)));

    assert!(slots.members().known() < 1_100);
    drop(held);
    assert_eq!(slots.taken(), 0);
}
