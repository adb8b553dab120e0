//! Threads that run guests.
//!
//! A guest that spins yields at every tick of the epoch, and still starves everything that shares a tokio
//! runtime with it. So guests have threads of their own: the answering threads run no guest, and their timers
//! always fire.
//!
//! A call begins on threads for brief calls. After 5 ms of processor time it moves to threads of the lowest
//! priority. So spinning guests use only idle cores, and a neighbour's call of half a millisecond does not
//! queue behind them.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};
use std::{io, thread};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::{AbortHandle, JoinHandle};

/// Tasks that a worker polls before it checks its timers.
///
/// A spinning guest yields each millisecond, so tokio's default of 61 would delay timers by that many
/// milliseconds while guests use every core.
const POLLS_BETWEEN_TIMERS: u32 = 8;

/// The niceness of threads for brief calls, below the priority of the answering threads.
const BRIEF: i32 = 5;

/// The niceness of threads for long calls, the lowest priority. The kernel gives them a twentieth of a core
/// that others need, and all of an idle one.
const LONG: i32 = 19;

/// The processor time after which a call counts as long.
const LONG_AFTER: Duration = Duration::from_millis(5);

/// Two tokio runtimes for guests only: one for brief calls and one for long ones.
///
/// Connections, timers of requests and the control plane run on another. Each call begins on the threads for
/// brief calls, and moves to the others when it has computed for long.
pub(super) struct GuestThreads {
    brief: Threads,
    long: Threads,
}

impl GuestThreads {
    /// Starts so many threads of each kind.
    pub(super) fn start(threads: usize) -> io::Result<Self> {
        Ok(Self { brief: Threads::start(threads, "guest", BRIEF)?, long: Threads::start(threads, "guest-long", LONG)? })
    }

    /// Runs `task` on these threads until it ends or the returned handle is dropped.
    pub(super) fn run(&self, task: impl Future<Output = ()> + Send + 'static) -> Running {
        let long = self.long.handle().clone();
        Running::of(&self.brief.handle().spawn(async move {
            let mut task = Box::pin(task);
            if is_done_soon(task.as_mut()).await {
                return;
            }
            let task = long.spawn(task);
            let _running = Running::of(&task);
            // The task reports its own result, and ends with this one.
            let _ = task.await;
        }))
    }
}

/// Polls `task` until it is done, or has used too much processor time.
async fn is_done_soon(mut task: Pin<&mut (impl Future<Output = ()> + Send)>) -> bool {
    let mut taken = Duration::ZERO;
    poll_fn(move |context| {
        let begun = Instant::now();
        let polled = task.as_mut().poll(context);
        taken += begun.elapsed();
        match polled {
            Poll::Ready(()) => Poll::Ready(true),
            Poll::Pending if taken >= LONG_AFTER => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// A tokio runtime whose threads have a lower priority.
struct Threads(Option<Runtime>);

impl Threads {
    fn start(threads: usize, name: &'static str, niceness: i32) -> io::Result<Self> {
        let number = AtomicUsize::new(0);
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name_fn(move || format!("{name}-{}", number.fetch_add(1, Ordering::Relaxed)))
            .on_thread_start(move || {
                // Linux has niceness per thread. If it cannot be set, guests only compete harder.
                let _ = rustix::process::nice(niceness);
            })
            .event_interval(POLLS_BETWEEN_TIMERS)
            .enable_time()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    fn handle(&self) -> &Handle {
        self.0.as_ref().expect("only Drop takes it").handle()
    }
}

/// Does not wait for guests, which may sleep or spin.
impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A running task. Dropping it cancels the task at its next yield.
pub(super) struct Running(AbortHandle);

impl Running {
    fn of(task: &JoinHandle<()>) -> Self {
        Self(task.abort_handle())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Returns the number of cores.
pub(crate) fn one_for_each_core() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    fn name() -> String {
        thread::current().name().unwrap_or_default().to_owned()
    }

    /// Computes for so long, and yields in between as guests do.
    async fn compute(time: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < time {
            std::hint::spin_loop();
            if begun.elapsed().subsec_micros() % 1_000 < 10 {
                yield_now().await;
            }
        }
    }

    /// Returns the thread on which a task ends that computes for so long.
    fn ends_on(threads: &GuestThreads, time: Duration) -> String {
        let (sender, receiver) = oneshot::channel();
        let _running = threads.run(async move {
            compute(time).await;
            yield_now().await;
            let _ = sender.send(name());
        });
        receiver.blocking_recv().expect("it ends")
    }

    #[test]
    fn a_task_that_computes_for_long_moves_to_threads_that_give_way() {
        let threads = GuestThreads::start(1).expect("threads are to be had");

        assert_eq!(ends_on(&threads, Duration::ZERO), "guest-0");
        assert_eq!(ends_on(&threads, 4 * LONG_AFTER), "guest-long-0");
    }

    #[test]
    fn a_task_that_has_moved_is_cancelled_like_any_other() {
        let threads = GuestThreads::start(1).expect("threads are to be had");
        let (moved, has_moved) = oneshot::channel();
        let (alive, is_over) = oneshot::channel::<()>();
        let running = threads.run(async move {
            let _alive = alive;
            compute(4 * LONG_AFTER).await;
            yield_now().await;
            let _ = moved.send(name());
            std::future::pending().await
        });
        assert_eq!(has_moved.blocking_recv().expect("it moves"), "guest-long-0");

        drop(running);

        assert!(is_over.blocking_recv().is_err(), "it is dropped, and with it what it held");
    }
}
