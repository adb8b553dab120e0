//! Threads that run guests.
//!
//! A guest that spins yields at every tick of the epoch, and still starves everything that shares a tokio
//! runtime with it. So guests have threads of their own, and do not delay the timers of the answering threads.
//!
//! To wake another thread costs as much as a brief call. So a call begins on the thread that answers the request if the
//! plugin's recent calls were all brief, and leaves it when it has computed for a tick. One long instruction may then hold
//! that thread, its timers and its connections; the plugin is barred from these threads for a minute (`in_place`).
//!
//! Other calls begin on threads for brief calls. After 5 ms of processor time it moves to threads of the lowest
//! priority. So spinning guests hardly take a core that others need, and a neighbour's call of half a millisecond does not
//! queue behind them. If a plugin's last call for a caller was long, its next for that caller begins on the threads for
//! long calls.
//!
//! One instruction may fill all of a guest's memory, and yields to nobody meanwhile. So the threads are watched:
//! a stuck thread is replaced by a new one, gives way to all others, and ends with its turn. Plugins take turns, and
//! within a plugin its callers do. A caller of a plugin with as many stuck threads as there are cores waits for one of
//! them, and so does a plugin with twice as many.

mod brevity;
mod flow;
mod in_place;
mod pool;
mod run_queue;
mod task;
mod thread_watch;
mod worker;

use std::future::Future;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::Context;
use std::{io, thread};

use tokio::runtime::{Builder, Runtime};

pub(super) use self::flow::{Flow, PluginFlow};
use self::pool::{Pool, PoolSpec};
use self::task::GuestTask;
use self::thread_watch::ThreadWatch;
use super::ticker::TickerPark;

/// The threads for brief calls, below the priority of the answering threads.
const BRIEF: PoolSpec = PoolSpec { name: "guest", is_long: false };

/// The niceness of the threads for brief calls.
const BRIEF_NICENESS: i32 = 5;

/// The threads for long calls, which give way to all others.
const LONG: PoolSpec = PoolSpec { name: "guest-long", is_long: true };

/// Threads for guests only: some for brief calls and some for long ones.
///
/// Connections, timers of requests and the control plane run on others. Each call begins on the threads for
/// brief calls, and moves to the others when it has computed for long.
pub(super) struct GuestThreads {
    pools: Arc<Pools>,
    /// Fires the timers of guests. Absent only while it is dropped.
    timers: Option<Runtime>,
}

/// The two pools of threads.
pub(super) struct Pools {
    brief: Pool,
    long: Pool,
    /// Stuck threads replaced so far.
    replaced: AtomicU64,
    /// Set if brief calls may run on the threads that wait for them.
    in_place: bool,
    /// The watches over the answering threads that run guests.
    answering: Mutex<Vec<Weak<ThreadWatch>>>,
    /// Turns so far that were stuck on an answering thread.
    held: AtomicU64,
    /// Guests that run on threads which are not watched: stuck ones that were replaced, and callers' own.
    unwatched: AtomicUsize,
    ticker: TickerPark,
}

impl GuestThreads {
    /// Starts so many threads of each kind. `in_place` permits brief calls on the threads that wait for them.
    pub(super) fn start(threads: usize, in_place: bool) -> io::Result<Self> {
        let timers = Builder::new_multi_thread().worker_threads(1).thread_name("guest-timer").enable_time().build()?;
        let pool = |spec| Pool::new(spec, threads, timers.handle().clone());
        let pools = Arc::new(Pools {
            brief: pool(BRIEF),
            long: pool(LONG),
            replaced: AtomicU64::new(0),
            in_place,
            answering: Mutex::default(),
            held: AtomicU64::new(0),
            unwatched: AtomicUsize::new(0),
            ticker: TickerPark::default(),
        });
        // Workers that have started end when these are dropped.
        let threads = Self { pools, timers: Some(timers) };
        threads.pools.brief.fill(&threads.pools)?;
        threads.pools.long.fill(&threads.pools)?;
        Ok(threads)
    }

    /// Starts `work`, one call of `flow`. It runs until it ends or the returned handle is dropped.
    pub(super) fn run(&self, flow: Flow, work: impl Future<Output = ()> + Send + 'static) -> Running {
        Running(GuestTask::start(&self.pools, flow, work))
    }

    /// Returns the pools, to be watched.
    pub(super) fn pools(&self) -> &Arc<Pools> {
        &self.pools
    }
}

/// Does not wait for guests, which may sleep or spin.
impl Drop for GuestThreads {
    fn drop(&mut self) {
        self.pools.brief.close();
        self.pools.long.close();
        if let Some(timers) = self.timers.take() {
            timers.shutdown_background();
        }
    }
}

impl Pools {
    /// Replaces stuck threads. Called at each tick of the epoch. Returns whether a guest runs, or threads are missing.
    pub(super) fn watch(self: &Arc<Self>) -> bool {
        let mut lacks_threads = false;
        for pool in [&self.brief, &self.long] {
            let replaced = pool.replace_stuck();
            self.replaced.fetch_add(replaced as u64, Ordering::Relaxed);
            // A turn may have ended since, so that the count has wrapped for a moment.
            self.unwatched.fetch_add(replaced, Ordering::SeqCst);
            // Without a thread to be had, the next tick tries again.
            lacks_threads |= pool.fill(self).is_err();
        }
        let mut answering = self.answering.lock().unwrap_or_else(PoisonError::into_inner);
        answering.retain(|watch| {
            let Some(watch) = watch.upgrade() else { return false };
            watch.is_newly_stuck(Flow::bar);
            true
        });
        drop(answering);
        lacks_threads || self.has_running_guests()
    }

    /// Returns whether a guest runs, on any thread.
    pub(super) fn has_running_guests(&self) -> bool {
        let answering = self.answering.lock().unwrap_or_else(PoisonError::into_inner);
        self.unwatched.load(Ordering::SeqCst) != 0
            || answering.iter().filter_map(Weak::upgrade).any(|watch| watch.is_in_turn())
            || [&self.brief, &self.long].into_iter().any(Pool::is_in_turn)
    }

    /// Returns the ticker's sleep, which ends when a guest runs.
    pub(super) fn ticker(&self) -> &TickerPark {
        &self.ticker
    }

    /// Makes the ticker tick for a guest on the current thread, outside the pools, until the returned value is dropped.
    pub(super) fn runs_unwatched(&self) -> UnwatchedTurn<'_> {
        self.unwatched.fetch_add(1, Ordering::SeqCst);
        self.ticker.wake();
        UnwatchedTurn(self)
    }

    /// Notes that a turn on an unwatched thread is over.
    fn unwatched_turn_is_over(&self) {
        self.unwatched.fetch_sub(1, Ordering::SeqCst);
    }

    /// Adds an answering thread to those that are watched.
    fn watch_answering(&self, watch: &Arc<ThreadWatch>) {
        let mut answering = self.answering.lock().unwrap_or_else(PoisonError::into_inner);
        if !answering.iter().any(|known| known.as_ptr() == Arc::as_ptr(watch)) {
            answering.push(Arc::downgrade(watch));
        }
    }

    /// Records that a call of `flow` was stuck on an answering thread.
    fn held_answering_thread(&self, flow: &Flow) {
        self.held.fetch_add(1, Ordering::Relaxed);
        flow.bar();
    }

    /// Returns how many turns were stuck on an answering thread so far.
    pub(super) fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// Returns how many stuck threads were replaced so far.
    pub(super) fn replaced(&self) -> u64 {
        self.replaced.load(Ordering::Relaxed)
    }

    fn get(&self, is_long: bool) -> &Pool {
        if is_long { &self.long } else { &self.brief }
    }

    /// Looks again at tasks that were not eligible.
    fn reconsider(&self) {
        self.brief.wake_all();
        self.long.wake_all();
    }
}

/// A guest's turn on a thread outside the pools.
pub(super) struct UnwatchedTurn<'a>(&'a Pools);

impl Drop for UnwatchedTurn<'_> {
    fn drop(&mut self) {
        self.0.unwatched_turn_is_over();
    }
}

/// A running task. Dropping it cancels the task at its next yield.
pub(super) struct Running(Arc<GuestTask>);

impl Running {
    /// Gives the task a turn on the current thread, if it is due and its plugin is trusted. Whoever waits for its end does
    /// so at each poll.
    pub(super) fn poll_here(&self, context: &mut Context<'_>) {
        self.0.poll_here(context.waker());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Returns the number of cores.
pub(crate) fn one_for_each_core() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests;
