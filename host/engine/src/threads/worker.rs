//! Threads of a pool.

use std::sync::Arc;
use std::{io, thread};

use tokio::runtime::Handle;

use super::flow::Flow;
use super::pool::PoolSpec;
use super::run_queue::Runnable;
use super::task::GuestTask;
use super::thread_watch::ThreadWatch;
use super::{BRIEF_NICENESS, Pools};
use net::scheduling::{answer_at_once, give_way, processor_time};

/// A thread of a pool.
#[derive(Default)]
pub(super) struct Worker {
    watch: ThreadWatch,
}

impl Worker {
    /// Starts a thread that polls the tasks of a pool.
    pub(super) fn start(spec: PoolSpec, number: usize, timers: Handle, pools: Arc<Pools>) -> io::Result<Arc<Self>> {
        let worker = Arc::new(Self::default());
        let this = Arc::clone(&worker);
        thread::Builder::new().name(format!("{}-{number}", spec.name)).spawn(move || {
            if spec.is_long {
                give_way(None);
            } else {
                answer_at_once(BRIEF_NICENESS);
            }
            this.watch.set_thread();
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
        self.watch.begin(task.flow());
        pools.ticker().wake();
        let is_over = task.poll();
        let was_replaced = self.watch.end();
        if was_replaced {
            pools.unwatched_turn_is_over();
            task.flow().gave_thread();
            pools.reconsider();
        }
        task.end_turn(is_over, processor_time().saturating_sub(begun), was_replaced);
        !was_replaced
    }

    /// Returns whether the thread is in a turn.
    pub(super) fn is_in_turn(&self) -> bool {
        self.watch.is_in_turn()
    }

    /// Returns whether the thread is stuck in a turn. It then gives way to all others, and ends with its turn.
    pub(super) fn replace_if_stuck(&self) -> bool {
        let is_stuck = self.watch.is_newly_stuck(Flow::took_thread);
        if let Some(thread) = self.watch.thread().filter(|_| is_stuck) {
            give_way(Some(thread));
        }
        is_stuck
    }
}
