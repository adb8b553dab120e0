//! Threads of a pool, and the detection of stuck ones.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use rustix::process::Pid;
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Handle;

use super::flow::Flow;
use super::pool::PoolSpec;
use super::run_queue::Runnable;
use super::task::GuestTask;
use super::{BRIEF_NICENESS, Pools};
use net::scheduling::{answer_at_once, give_way};

/// The time of a turn after which the thread's processor time is watched. A guest yields after a tick of 1 ms.
const SUSPECT_AFTER: Duration = Duration::from_millis(2);

/// The further processor time after which a suspect thread counts as stuck. One that waits for a core is not. The
/// kernel counts at its own ticks, of up to 4 ms.
const STUCK_AFTER: Duration = Duration::from_millis(1);

/// A thread of a pool.
pub(super) struct Worker {
    thread: OnceLock<Pid>,
    turn: Mutex<Turn>,
}

/// A thread's current turn.
#[derive(Default)]
struct Turn {
    /// The calls that its task is one of, and the time it began.
    current: Option<(Flow, Instant)>,
    /// Its processor time when it became suspect.
    suspect: Option<Duration>,
    /// Set once another thread has its place in the pool.
    is_replaced: bool,
}

impl Worker {
    /// Starts a thread that polls the tasks of a pool.
    pub(super) fn start(spec: PoolSpec, number: usize, timers: Handle, pools: Arc<Pools>) -> io::Result<Arc<Self>> {
        let worker = Arc::new(Self { thread: OnceLock::new(), turn: Mutex::default() });
        let this = Arc::clone(&worker);
        thread::Builder::new().name(format!("{}-{number}", spec.name)).spawn(move || {
            if spec.is_long {
                give_way(None);
            } else {
                answer_at_once(BRIEF_NICENESS);
            }
            let _ = this.thread.set(rustix::thread::gettid());
            let _timers = timers.enter();
            let is_over = |task: Arc<GuestTask>| !this.run(&pools, &task);
            while !pools.get(spec.is_long).next().is_none_or(is_over) {}
        })?;
        Ok(worker)
    }

    /// Gives `task` a turn; returns `false` if this thread has been replaced meanwhile.
    fn run(&self, pools: &Pools, task: &Arc<GuestTask>) -> bool {
        if !task.begin_turn() {
            return true;
        }
        let begun = processor_time();
        self.turn().current = Some((task.flow().clone(), Instant::now()));
        let is_over = task.poll();
        let was_replaced = {
            let mut turn = self.turn();
            turn.current = None;
            turn.suspect = None;
            turn.is_replaced
        };
        if was_replaced {
            task.flow().gave_thread();
            pools.reconsider();
        }
        task.end_turn(is_over, processor_time().saturating_sub(begun), was_replaced);
        !was_replaced
    }

    /// Returns whether the thread is stuck in a turn. It then gives way to all others, and ends with its turn.
    pub(super) fn replace_if_stuck(&self) -> bool {
        let mut turn = self.turn();
        let Some((flow, began)) = turn.current.clone() else { return false };
        if began.elapsed() < SUSPECT_AFTER {
            return false;
        }
        let used = self.thread.get().and_then(|thread| processor_time_of(*thread));
        match (turn.suspect, used) {
            (None, Some(used)) => {
                turn.suspect = Some(used);
                return false;
            }
            (Some(before), Some(used)) if used.saturating_sub(before) < STUCK_AFTER => return false,
            // Without the kernel's figures, the time that has passed decides.
            (_, _) => {}
        }
        turn.is_replaced = true;
        flow.took_thread();
        if let Some(thread) = self.thread.get() {
            give_way(Some(*thread));
        }
        true
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the processor time that the current thread has used.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

/// Returns the processor time that a thread of this process has used, if the kernel says so.
fn processor_time_of(thread: Pid) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/self/task/{}/schedstat", thread.as_raw_nonzero())).ok()?;
    Some(Duration::from_nanos(text.split_ascii_whitespace().next()?.parse().ok()?))
}
