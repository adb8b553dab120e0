//! Pools of threads with one queue each.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;

use super::Pools;
use super::run_queue::RunQueue;
use super::task::GuestTask;
use super::worker::Worker;

/// The kind of a pool.
#[derive(Clone, Copy)]
pub(super) struct PoolSpec {
    /// The beginning of its threads' names.
    pub(super) name: &'static str,
    /// Set for the pool of long calls.
    pub(super) is_long: bool,
}

/// Threads that poll the tasks of one queue.
pub(super) struct Pool {
    spec: PoolSpec,
    threads: usize,
    timers: Handle,
    queue: Mutex<PoolQueue>,
    /// Signalled when there is a task, or the pool is closed.
    has_work: Condvar,
    /// The threads that take tasks from the queue. Replaced ones are not among them.
    workers: Mutex<Vec<Arc<Worker>>>,
    started: AtomicUsize,
}

struct PoolQueue {
    tasks: RunQueue<GuestTask>,
    /// Threads without a task.
    idle: usize,
    is_closed: bool,
}

impl Pool {
    pub(super) fn new(spec: PoolSpec, threads: usize, timers: Handle) -> Self {
        Self {
            spec,
            threads,
            timers,
            queue: Mutex::new(PoolQueue { tasks: RunQueue::new(threads), idle: 0, is_closed: false }),
            has_work: Condvar::new(),
            workers: Mutex::default(),
            started: AtomicUsize::new(0),
        }
    }

    /// Starts the threads that are missing.
    pub(super) fn fill(&self, pools: &Arc<Pools>) -> io::Result<()> {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        while workers.len() < self.threads {
            let number = self.started.fetch_add(1, Ordering::Relaxed);
            workers.push(Worker::start(self.spec, number, self.timers.clone(), Arc::clone(pools))?);
        }
        Ok(())
    }

    /// Lets go of the threads that are stuck in a turn: each ends with its turn. Returns their number.
    pub(super) fn replace_stuck(&self) -> usize {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        let before = workers.len();
        workers.retain(|worker| !worker.replace_if_stuck());
        before - workers.len()
    }

    /// Returns whether a thread that takes tasks is in a turn.
    pub(super) fn is_in_turn(&self) -> bool {
        let workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        workers.iter().any(|worker| worker.is_in_turn())
    }

    /// Queues a task for its next turn.
    pub(super) fn push(&self, task: Arc<GuestTask>) {
        self.queue_with(|tasks| tasks.push(task));
    }

    /// Queues a cancelled task, which releases what it holds.
    pub(super) fn push_cancelled(&self, task: Arc<GuestTask>) {
        self.queue_with(|tasks| tasks.push_cancelled(task));
    }

    /// Waits for a task. Returns `None` once the pool is closed.
    pub(super) fn next(&self) -> Option<Arc<GuestTask>> {
        let mut queue = self.queue();
        loop {
            if queue.is_closed {
                return None;
            }
            if let Some(task) = queue.tasks.pop() {
                return Some(task);
            }
            queue.idle += 1;
            queue = self.has_work.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
    }

    /// Makes all idle threads look for a task.
    pub(super) fn wake_all(&self) {
        // The lock is held: a thread that has just found no task must be waiting by now.
        let _queue = self.queue();
        self.has_work.notify_all();
    }

    /// Drops the tasks that wait. The threads end when they have none.
    pub(super) fn close(&self) {
        let tasks = {
            let mut queue = self.queue();
            queue.is_closed = true;
            std::mem::replace(&mut queue.tasks, RunQueue::new(self.threads))
        };
        // Outside the lock: a task may hold the last handle of another.
        drop(tasks);
        self.wake_all();
    }

    fn queue_with(&self, push: impl FnOnce(&mut RunQueue<GuestTask>)) {
        let mut queue = self.queue();
        if queue.is_closed {
            return;
        }
        push(&mut queue.tasks);
        let someone_waits = queue.idle > 0;
        drop(queue);
        if someone_waits {
            self.has_work.notify_one();
        }
    }

    fn queue(&self) -> MutexGuard<'_, PoolQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
