//! Turns of brief calls on the thread that answers the request: they need no other thread to wake.
//!
//! An answering thread cannot be replaced when a guest is stuck on it. So it runs only calls of plugins whose recent
//! calls were all brief, and a plugin that was stuck on one gets none for a minute.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::Pools;
use super::flow::Flow;
use super::thread_watch::ThreadWatch;
use net::scheduling::processor_time;

/// The processor time that a call may use on answering threads, in one turn or several. A guest that computes
/// for longer yields at one of the next ticks.
pub(super) const SLICE: Duration = Duration::from_millis(1);

/// The processor time in one turn that counts as stuck, if the watch has not seen it before.
const STUCK: Duration = Duration::from_millis(5);

/// The longest age of a thread's last reading of its processor time, which is a system call.
const READING_AGE: Duration = Duration::from_micros(500);

thread_local! {
    static THREAD: AnsweringThread = AnsweringThread::new();
}

/// A thread that answers requests, as far as guests run on it.
struct AnsweringThread {
    watch: Arc<ThreadWatch>,
    /// The pools whose ticker watches it.
    watched_by: RefCell<Weak<Pools>>,
    /// The processor time that it had used at an instant.
    reading: Cell<(Instant, Duration)>,
}

impl AnsweringThread {
    fn new() -> Self {
        let watch = ThreadWatch::default();
        watch.set_thread();
        let reading = Cell::new((Instant::now(), processor_time()));
        Self { watch: Arc::new(watch), watched_by: RefCell::default(), reading }
    }

    fn turn(&self, pools: &Arc<Pools>, flow: &Flow, poll: impl FnOnce() -> bool) -> InPlaceTurn {
        if self.watched_by.borrow().as_ptr() != Arc::as_ptr(pools) {
            pools.watch_answering(&self.watch);
            self.watched_by.replace(Arc::downgrade(pools));
        }
        let begun = self.watch.begin(flow);
        pools.ticker().wake();
        let (mut read_at, mut used) = self.reading.get();
        if begun.duration_since(read_at) > READING_AGE {
            (read_at, used) = (begun, processor_time());
            self.reading.set((read_at, used));
        }
        let is_over = poll();
        let mut was_stuck = self.watch.end();
        let mut taken = begun.elapsed();
        if taken >= SLICE {
            // The thread may have waited for a core.
            taken = taken.min(processor_time().saturating_sub(used));
        }
        was_stuck |= taken >= STUCK + READING_AGE;
        if was_stuck {
            pools.held_answering_thread(flow);
        }
        InPlaceTurn { is_over, taken, was_stuck }
    }
}

/// A turn that has ended.
pub(super) struct InPlaceTurn {
    /// Set if the call is over.
    pub(super) is_over: bool,
    /// Processor time used.
    pub(super) taken: Duration,
    /// Set if the guest computed for milliseconds without a yield.
    pub(super) was_stuck: bool,
}

/// Runs one turn of a call of `flow` on the current thread. `poll` returns whether the call is over.
pub(super) fn turn(pools: &Arc<Pools>, flow: &Flow, poll: impl FnOnce() -> bool) -> InPlaceTurn {
    THREAD.with(|thread| thread.turn(pools, flow, poll))
}
