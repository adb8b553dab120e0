//! Tasks: one guest call each, polled whenever it is ready: by the request that waits for it, or by a worker.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use super::Pools;
use super::flow::Flow;
use super::in_place::{self, SLICE};
use super::run_queue::Runnable;

/// The processor time after which a call counts as long.
const LONG_AFTER: Duration = Duration::from_millis(5);

/// The work of a task.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A guest call.
pub(super) struct GuestTask {
    pools: Weak<Pools>,
    flow: Flow,
    schedule: Mutex<Schedule>,
    /// Absent once it has ended. Locked during the task's turn alone.
    work: Mutex<Option<Work>>,
}

struct Schedule {
    state: State,
    assigned: Assignment,
    is_cancelled: bool,
    /// Set once it has computed for long.
    is_long: bool,
    /// Processor time used.
    taken: Duration,
}

/// The threads that poll a task.
#[derive(Clone)]
enum Assignment {
    /// The thread of the request that waits for it, which has this waker.
    Here(Waker),
    /// Those for brief calls.
    Brief,
    /// Those for long calls.
    Long,
}

impl Assignment {
    /// Makes `task` get a turn.
    fn queue(&self, pools: &Pools, task: &Arc<GuestTask>) {
        match self {
            Self::Here(waker) => waker.wake_by_ref(),
            Self::Brief | Self::Long => pools.get(self.is_long()).push(Arc::clone(task)),
        }
    }

    const fn is_long(&self) -> bool {
        matches!(self, Self::Long)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It waits for something.
    Idle,
    /// It waits for its turn.
    Queued,
    /// It is polled.
    Running,
    /// It is polled, and is ready for another turn.
    Woken,
    Done,
}

impl GuestTask {
    /// Creates a task, and queues it for its first turn unless that is `poll_here`'s.
    pub(super) fn start(pools: &Arc<Pools>, flow: Flow, work: impl Future<Output = ()> + Send + 'static) -> Arc<Self> {
        let assigned = match &flow {
            flow if flow.is_long() => Assignment::Long,
            flow if pools.in_place && flow.is_trusted() => Assignment::Here(Waker::noop().clone()),
            _ => Assignment::Brief,
        };
        let pool = (!matches!(assigned, Assignment::Here(_))).then(|| pools.get(assigned.is_long()));
        let (state, is_cancelled, is_long, taken) = (State::Queued, false, false, Duration::ZERO);
        let schedule = Schedule { state, assigned, is_cancelled, is_long, taken };
        let task = Arc::new(Self {
            pools: Arc::downgrade(pools),
            flow,
            schedule: Mutex::new(schedule),
            work: Mutex::new(Some(Box::pin(work))),
        });
        if let Some(pool) = pool {
            pool.push(Arc::clone(&task));
        }
        task
    }

    /// Makes a worker drop the work, after its turn if it has one.
    pub(super) fn cancel(self: &Arc<Self>) {
        let is_long = {
            let mut schedule = self.schedule();
            schedule.is_cancelled = true;
            if !matches!(schedule.state, State::Idle | State::Queued) {
                return;
            }
            schedule.state = State::Queued;
            let is_long = schedule.assigned.is_long();
            schedule.assigned = if is_long { Assignment::Long } else { Assignment::Brief };
            is_long
        };
        // It may be queued twice; its second turn finds it done.
        if let Some(pools) = self.pools.upgrade() {
            pools.get(is_long).push_cancelled(Arc::clone(self));
        }
    }

    /// Gives the task a turn on the current thread if it is due there. Otherwise `waker` is called when it is.
    pub(super) fn poll_here(self: &Arc<Self>, waker: &Waker) {
        {
            let mut schedule = self.schedule();
            let Schedule { assigned: Assignment::Here(known), state, .. } = &mut *schedule else { return };
            known.clone_from(waker);
            if *state != State::Queued {
                return;
            }
            *state = State::Running;
        }
        let Some(pools) = self.pools.upgrade() else { return };
        let turn = in_place::turn(&pools, &self.flow, || self.poll());
        self.end_turn(turn.is_over, turn.taken, turn.was_stuck);
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
        let (is_long, is_brief) = (schedule.is_long, schedule.taken < SLICE);
        if is_long {
            schedule.assigned = Assignment::Long;
        } else if !is_brief && matches!(schedule.assigned, Assignment::Here(_)) {
            schedule.assigned = Assignment::Brief;
        }
        let is_ready = schedule.state == State::Woken || schedule.is_cancelled;
        schedule.state = match (is_over, is_ready) {
            (true, _) => State::Done,
            (false, true) => State::Queued,
            (false, false) => State::Idle,
        };
        let is_cancelled = schedule.is_cancelled;
        let queued = (schedule.state == State::Queued).then(|| schedule.assigned.clone());
        drop(schedule);
        if is_over || is_long {
            self.flow.record(is_long);
        }
        if is_over || !is_brief {
            self.flow.record_brief(is_brief);
        }
        let Some(assigned) = queued else { return };
        let Some(pools) = self.pools.upgrade() else { return };
        if is_cancelled {
            pools.get(assigned.is_long()).push_cancelled(Arc::clone(self));
        } else {
            assigned.queue(&pools, self);
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
        let assigned = {
            let mut schedule = self.schedule();
            match schedule.state {
                State::Idle => schedule.state = State::Queued,
                State::Running => {
                    schedule.state = State::Woken;
                    return;
                }
                State::Queued | State::Woken | State::Done => return,
            }
            schedule.assigned.clone()
        };
        if let Some(pools) = self.pools.upgrade() {
            assigned.queue(&pools, self);
        }
    }
}
