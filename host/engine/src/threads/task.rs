//! Tasks: one guest call each, polled by a worker whenever it is ready.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use super::Pools;
use super::flow::Flow;
use super::run_queue::Runnable;

/// The processor time after which a call counts as long.
const LONG_AFTER: Duration = Duration::from_millis(5);

/// The work of a task.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A guest call on the threads of guests.
pub(super) struct GuestTask {
    pools: Weak<Pools>,
    flow: Flow,
    schedule: Mutex<Schedule>,
    /// Absent once it has ended. Only a worker locks it, during the task's turn.
    work: Mutex<Option<Work>>,
}

struct Schedule {
    state: State,
    is_cancelled: bool,
    /// Set if it runs on the threads for long calls.
    is_on_long: bool,
    /// Set once it has computed for long.
    is_long: bool,
    /// Processor time used.
    taken: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It waits for something.
    Idle,
    /// It waits for its turn.
    Queued,
    /// A worker polls it.
    Running,
    /// A worker polls it, and it is ready for another turn.
    Woken,
    Done,
}

impl GuestTask {
    /// Queues a task for its first turn.
    pub(super) fn start(pools: &Arc<Pools>, flow: Flow, work: impl Future<Output = ()> + Send + 'static) -> Arc<Self> {
        let is_on_long = flow.is_long();
        let (state, is_cancelled, is_long, taken) = (State::Queued, false, false, Duration::ZERO);
        let schedule = Schedule { state, is_cancelled, is_on_long, is_long, taken };
        let task = Arc::new(Self {
            pools: Arc::downgrade(pools),
            flow,
            schedule: Mutex::new(schedule),
            work: Mutex::new(Some(Box::pin(work))),
        });
        pools.get(is_on_long).push(Arc::clone(&task));
        task
    }

    /// Makes a worker drop the work, after its turn if it has one.
    pub(super) fn cancel(self: &Arc<Self>) {
        let is_on_long = {
            let mut schedule = self.schedule();
            schedule.is_cancelled = true;
            if !matches!(schedule.state, State::Idle | State::Queued) {
                return;
            }
            schedule.state = State::Queued;
            schedule.is_on_long
        };
        // It may be queued twice; its second turn finds it done.
        if let Some(pools) = self.pools.upgrade() {
            pools.get(is_on_long).push_cancelled(Arc::clone(self));
        }
    }

    /// Begins a turn; returns `false` if there is nothing to do.
    pub(super) fn begin_turn(&self) -> bool {
        let mut schedule = self.schedule();
        let is_due = schedule.state == State::Queued;
        if is_due {
            schedule.state = State::Running;
        }
        is_due
    }

    /// Polls the work, or drops it if the task was cancelled. Returns whether it is over.
    pub(super) fn poll(self: &Arc<Self>) -> bool {
        let is_cancelled = self.schedule().is_cancelled;
        let mut slot = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(work) = slot.as_mut() else { return true };
        let waker = Waker::from(Arc::clone(self));
        let mut context = Context::from_waker(&waker);
        // A panic is a bug of the host, which its hook logs. It ends this call alone.
        let poll = || !is_cancelled && work.as_mut().poll(&mut context).is_pending();
        let is_over = !catch_unwind(AssertUnwindSafe(poll)).unwrap_or(false);
        if is_over {
            let work = slot.take();
            let _ = catch_unwind(AssertUnwindSafe(|| drop(work)));
        }
        is_over
    }

    /// Ends a turn that took so much processor time, or too long for its thread.
    pub(super) fn end_turn(self: &Arc<Self>, is_over: bool, taken: Duration, was_stuck: bool) {
        let mut schedule = self.schedule();
        schedule.taken += taken;
        schedule.is_long |= was_stuck || schedule.taken >= LONG_AFTER;
        schedule.is_on_long |= schedule.is_long;
        let is_ready = schedule.state == State::Woken || schedule.is_cancelled;
        schedule.state = match (is_over, is_ready) {
            (true, _) => State::Done,
            (false, true) => State::Queued,
            (false, false) => State::Idle,
        };
        let Schedule { state, is_long, is_on_long, is_cancelled, .. } = *schedule;
        drop(schedule);
        if is_over || is_long {
            self.flow.record(is_long);
        }
        if let (State::Queued, Some(pools)) = (state, self.pools.upgrade()) {
            let (pool, task) = (pools.get(is_on_long), Arc::clone(self));
            if is_cancelled { pool.push_cancelled(task) } else { pool.push(task) }
        }
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Runnable for GuestTask {
    fn flow(&self) -> &Flow {
        &self.flow
    }
}

impl Wake for GuestTask {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let is_on_long = {
            let mut schedule = self.schedule();
            match schedule.state {
                State::Idle => schedule.state = State::Queued,
                State::Running => {
                    schedule.state = State::Woken;
                    return;
                }
                State::Queued | State::Woken | State::Done => return,
            }
            schedule.is_on_long
        };
        if let Some(pools) = self.pools.upgrade() {
            pools.get(is_on_long).push(Arc::clone(self));
        }
    }
}
