//! Slots for a limited number of concurrent calls, and a short queue for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

use super::median::Median;

/// The number of slots per waiting call.
const SLOTS_PER_WAITER: usize = 2;

/// A waiting call must be likely, from the durations of earlier calls, to get a slot within this fraction of
/// its time. So hardly any call waits in vain, and rejection is fast.
const CERTAINTY: u32 = 2;

/// Slots for calls, taken in the order of arrival.
///
/// Their number may change while they are in use; if it shrinks, slots are closed as they are released.
#[derive(Debug)]
pub(crate) struct Slots {
    permits: Arc<Semaphore>,
    /// The number of slots, taken or free.
    size: AtomicUsize,
    /// The number of slots to close when they are released.
    closing: AtomicUsize,
    taken: AtomicUsize,
    waiting: AtomicUsize,
    /// The median time for which slots are taken.
    stay: Median,
    opened: Instant,
    /// The time at which a slot was last taken or released, in microseconds since `opened`.
    moved: AtomicU64,
}

/// No slot is free, and none will be in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoSlot;

impl Slots {
    /// Creates `size` slots.
    pub(crate) fn new(size: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(size)),
            size: AtomicUsize::new(size),
            closing: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            stay: Median::default(),
            opened: Instant::now(),
            moved: AtomicU64::new(0),
        }
    }

    /// Takes a slot. Waits for one until `until`, if that is likely to be long enough.
    ///
    /// # Errors
    ///
    /// Fails at once if too many calls wait already.
    pub(crate) async fn enter(self: &Arc<Self>, until: Instant) -> Result<Slot, NoSlot> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_taken) => self.wait(until).await?,
        };
        self.taken.fetch_add(1, Ordering::Relaxed);
        self.note_move();
        Ok(Slot { slots: Arc::clone(self), permit: Some(permit), since: Instant::now() })
    }

    async fn wait(&self, until: Instant) -> Result<OwnedSemaphorePermit, NoSlot> {
        let waiter = self.join_queue(until).ok_or(NoSlot)?;
        let slot = timeout_at(until.into(), Arc::clone(&self.permits).acquire_owned()).await;
        drop(waiter);
        slot.map_err(|_elapsed| NoSlot).map(|permit| permit.expect("the semaphore is never closed"))
    }

    /// Counts a waiting call, if the queue is not full and the wait is likely to be long enough.
    fn join_queue(&self, until: Instant) -> Option<Waiter<'_>> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiter = Waiter(&self.waiting);
        let patience = until.saturating_duration_since(Instant::now()) / CERTAINTY;
        let is_free = before < self.size() / SLOTS_PER_WAITER;
        let is_worth_it = self.expected_wait(before + 1).is_some_and(|wait| wait <= patience);
        (is_free && is_worth_it).then_some(waiter)
    }

    /// Estimates the time until so many slots are released, from the durations of earlier calls. Returns `None`
    /// before the first has ended.
    fn expected_wait(&self, slots: usize) -> Option<Duration> {
        let stay = self.stay.get();
        let wait = stay.mul_f64(slots as f64 / self.size().max(1) as f64);
        // The current calls may be slower than any before.
        (!stay.is_zero()).then(|| wait.max(self.still_for()))
    }

    /// Returns the time since a slot was last taken or released.
    fn still_for(&self) -> Duration {
        self.opened.elapsed().saturating_sub(Duration::from_micros(self.moved.load(Ordering::Relaxed)))
    }

    fn note_move(&self) {
        let now = u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.moved.store(now, Ordering::Relaxed);
    }

    /// Returns the number of slots.
    pub(crate) fn size(&self) -> usize {
        self.size.load(Ordering::Relaxed)
    }

    /// Returns the number of taken slots. May exceed the number of slots for a while after that has shrunk.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns the number of waiting calls.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Changes the number of slots.
    pub(crate) fn resize(&self, size: usize) {
        let before = self.size.swap(size, Ordering::Relaxed);
        if let Some(fewer) = before.checked_sub(size) {
            let closed = self.permits.forget_permits(fewer);
            self.closing.fetch_add(fewer - closed, Ordering::Relaxed);
            return;
        }
        let opened = (before..size).filter(|_| !self.close_one()).count();
        self.permits.add_permits(opened);
    }

    /// Returns whether a slot was to be closed, and counts it as closed.
    fn close_one(&self) -> bool {
        self.closing.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |closing| closing.checked_sub(1)).is_ok()
    }
}

/// A waiting call, counted until this is dropped.
struct Waiter<'a>(&'a AtomicUsize);

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A taken slot, released on drop.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Arc<Slots>,
    /// `None` only during the drop.
    permit: Option<OwnedSemaphorePermit>,
    since: Instant,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.stay.add(self.since.elapsed());
        self.slots.note_move();
        self.slots.taken.fetch_sub(1, Ordering::Relaxed);
        let permit = self.permit.take();
        if self.slots.close_one() {
            permit.into_iter().for_each(OwnedSemaphorePermit::forget);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::test;

    use super::*;

    /// Slots whose calls take no time.
    fn slots(size: usize) -> Arc<Slots> {
        let slots = Slots::new(size);
        slots.stay.add(Duration::ZERO);
        Arc::new(slots)
    }

    fn in_a_minute() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[test]
    async fn a_waiting_call_gets_the_slot_that_is_released() {
        let slots = slots(2);
        let first = slots.enter(Instant::now()).await.expect("it is empty");
        let _second = slots.enter(Instant::now()).await.expect("one slot is left");

        let mut third = Box::pin(slots.enter(in_a_minute()));
        assert!(third.as_mut().now_or_never().is_none());
        assert_eq!((slots.taken(), slots.waiting()), (2, 1));
        drop(first);

        assert!(third.await.is_ok());
        assert_eq!(slots.waiting(), 0);
    }

    #[test]
    async fn a_call_that_has_waited_long_enough_is_rejected() {
        let slots = slots(2);
        let _held = (slots.enter(Instant::now()).await, slots.enter(Instant::now()).await);

        assert_eq!(slots.enter(Instant::now()).await.err(), Some(NoSlot));
    }

    #[test]
    async fn with_the_queue_full_the_next_call_is_rejected_without_a_wait() {
        let slots = slots(4);
        let _held = [(); 4].map(|()| slots.enter(in_a_minute()).now_or_never().expect("a slot is free"));
        let mut waiting: Vec<_> = (0..2).map(|_| Box::pin(slots.enter(in_a_minute()))).collect();
        for one in &mut waiting {
            assert!(one.as_mut().now_or_never().is_none());
        }

        assert_eq!(slots.enter(in_a_minute()).now_or_never().map(|entered| entered.err()), Some(Some(NoSlot)));

        drop(waiting);
        assert_eq!(slots.waiting(), 0);
    }

    #[test]
    async fn nobody_waits_before_it_is_known_what_for() {
        let slots = Arc::new(Slots::new(2));
        let _held = [(); 2].map(|()| slots.enter(in_a_minute()).now_or_never().expect("a slot is free"));

        assert_eq!(slots.enter(in_a_minute()).now_or_never().map(|entered| entered.err()), Some(Some(NoSlot)));
    }

    #[test]
    async fn nobody_waits_where_held_are_taken_for_longer_than_that() {
        let slots = slots(2);
        let _held = (slots.enter(Instant::now()).await, slots.enter(Instant::now()).await);
        (0..1_000).for_each(|_| slots.stay.add(Duration::from_secs(3_600)));

        assert_eq!(slots.enter(in_a_minute()).now_or_never().map(|entered| entered.err()), Some(Some(NoSlot)));
    }

    #[test]
    async fn nobody_waits_where_nobody_has_come_or_gone_for_longer_than_that() {
        let slots = slots(2);
        let _held = (slots.enter(Instant::now()).await, slots.enter(Instant::now()).await);
        let until = Instant::now() + Duration::from_millis(1);

        while slots.still_for() < Duration::from_millis(1) {}

        assert_eq!(slots.enter(until).now_or_never().map(|entered| entered.err()), Some(Some(NoSlot)));
    }

    #[test]
    async fn a_waiter_that_gives_up_takes_no_slot() {
        let slots = slots(2);
        let held = (slots.enter(Instant::now()).await, slots.enter(Instant::now()).await);
        let mut waiting = Box::pin(slots.enter(in_a_minute()));
        assert!(waiting.as_mut().now_or_never().is_none());

        drop(held);
        drop(waiting);

        assert_eq!((slots.taken(), slots.waiting()), (0, 0));
        let _first = slots.enter(Instant::now()).await.expect("nobody is inside");
        let _second = slots.enter(Instant::now()).await.expect("nobody else is inside");
    }

    #[test]
    async fn slots_that_become_fewer_are_closed_as_they_are_released() {
        let slots = slots(3);
        let mut held: Vec<_> = [(); 3].map(|()| slots.enter(in_a_minute()).now_or_never()).into_iter().collect();

        slots.resize(1);
        held.truncate(1);
        assert!(slots.enter(Instant::now()).await.is_err(), "one is inside");
        held.clear();

        let _only = slots.enter(Instant::now()).await.expect("nobody is inside");
        assert!(slots.enter(Instant::now()).await.is_err());
    }

    #[test]
    async fn slots_that_become_more_again_are_as_many_as_before() {
        let slots = slots(3);
        let held = [(); 3].map(|()| slots.enter(in_a_minute()).now_or_never());

        slots.resize(1);
        slots.resize(3);
        drop(held);

        let _held = [(); 3].map(|()| slots.enter(in_a_minute()).now_or_never().expect("a slot is free"));
        assert!(slots.enter(Instant::now()).await.is_err());
    }
}
