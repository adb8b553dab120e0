//! The threads that guests run on.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{io, thread};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::AbortHandle;

/// Tasks that a worker polls before it looks at its timers.
///
/// A spinning guest yields each millisecond, so tokio's default of 61 would let timers wait that
/// many milliseconds while guests burn every core.
const POLLS_BETWEEN_TIMERS: u32 = 8;

/// How much guests give way to the threads that answer, in steps of niceness.
const NICENESS: i32 = 5;

/// A tokio runtime for guests alone.
///
/// Guests that spin yield at every tick of the epoch, and still starve whatever shares a runtime
/// with them; so connections, timers of requests and the control plane live on another.
pub(super) struct GuestThreads {
    runtime: Option<Runtime>,
}

impl GuestThreads {
    pub(super) fn start(threads: usize) -> io::Result<Self> {
        let number = AtomicUsize::new(0);
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name_fn(move || format!("guest-{}", number.fetch_add(1, Ordering::Relaxed)))
            .on_thread_start(|| {
                // Linux counts niceness by thread. Where it cannot be had, guests only compete harder.
                let _ = rustix::process::nice(NICENESS);
            })
            .event_interval(POLLS_BETWEEN_TIMERS)
            .enable_time()
            .build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Runs `task` there until it ends or what is returned is dropped.
    pub(super) fn run(&self, task: impl Future<Output = ()> + Send + 'static) -> Running {
        Running(self.handle().spawn(task).abort_handle())
    }

    fn handle(&self) -> &Handle {
        self.runtime.as_ref().expect("only Drop takes it").handle()
    }
}

/// A guest may be asleep or spinning: nobody waits for it.
impl Drop for GuestThreads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A task under way. Dropping it cancels the task at its next yield.
pub(super) struct Running(AbortHandle);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// One for each core.
pub(crate) fn one_for_each_core() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
