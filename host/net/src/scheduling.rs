//! Scheduling of this process's threads by the kernel: some answer at once, others give way.
//!
//! Priorities alone do not do that. Since Linux 6.6, a thread that becomes ready waits until the running one has used up
//! its time slice of some milliseconds, even if that one has the lowest priority. Where the kernel does not know what is
//! asked here, priorities are what is left.

use std::fs;
use std::mem::size_of;
use std::time::Duration;

use libc::{SCHED_OTHER, SYS_sched_setattr, sched_attr};
use rustix::process::{Pid, getpriority_process, nice, setpriority_process};
use rustix::time::{ClockId, clock_gettime};

/// The time slice of threads that answer: the shortest that the kernel grants. A thread with a shorter slice than the
/// running one preempts it.
const SHORT_SLICE_NS: u64 = 100_000;

/// The niceness of the lowest priority.
const LOWEST: i32 = 19;

/// A thread of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadId(Pid);

impl ThreadId {
    /// Returns the current thread.
    #[must_use]
    pub fn current() -> Self {
        Self(rustix::thread::gettid())
    }

    /// Returns the processor time that the thread has used, if the kernel says so.
    #[must_use]
    pub fn processor_time(self) -> Option<Duration> {
        let text = fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.0.as_raw_nonzero())).ok()?;
        Some(Duration::from_nanos(text.split_ascii_whitespace().next()?.parse().ok()?))
    }
}

/// Returns the processor time that the current thread has used.
#[must_use]
pub fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

/// Lowers the priority of the current thread by this niceness, as far as the system lets it.
pub fn give_way_a_little(niceness: i32) {
    let _ = nice(niceness);
}

/// Gives the current thread this niceness, and a short time slice: it preempts others when it becomes ready, and gets no
/// larger share of the cores.
pub fn answer_at_once(niceness: i32) {
    // Without the permission, threads only compete harder.
    let _ = nice(niceness);
    let niceness = getpriority_process(None).unwrap_or(niceness);
    set_slice(niceness, SHORT_SLICE_NS);
}

/// Gives a thread, or the current one, the lowest priority. It gets all of an idle core, and a sixtieth of one that others
/// need.
pub fn give_way(thread: Option<ThreadId>) {
    let _ = setpriority_process(thread.map(|ThreadId(id)| id), LOWEST);
}

/// Sets the time slice of the current thread, which has this niceness, if the kernel knows how.
#[expect(unsafe_code, reason = "the standard library has no time slices")]
fn set_slice(niceness: i32, slice_ns: u64) {
    let attributes = sched_attr {
        size: size_of::<sched_attr>() as u32,
        sched_policy: SCHED_OTHER as u32,
        sched_flags: 0,
        sched_nice: niceness,
        sched_priority: 0,
        sched_runtime: slice_ns,
        sched_deadline: 0,
        sched_period: 0,
    };
    // SAFETY: the kernel reads the structure, which lives until the call returns and states its own size, and changes
    // nothing but the scheduling of the current thread.
    let _ = unsafe { libc::syscall(SYS_sched_setattr, 0, &raw const attributes, 0) };
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// Returns the niceness of a new thread after `act`.
    fn niceness_after(act: impl FnOnce() + Send + 'static) -> i32 {
        let niceness = move || {
            act();
            getpriority_process(None).expect("the kernel knows it")
        };
        thread::spawn(niceness).join().expect("it does not panic")
    }

    #[test]
    fn threads_that_give_way_have_the_lowest_priority() {
        assert_eq!(niceness_after(|| give_way(None)), LOWEST);
    }

    #[test]
    fn threads_that_answer_keep_their_niceness_beside_the_slice() {
        let before = niceness_after(|| ());

        assert_eq!(niceness_after(|| answer_at_once(0)), before);
        assert_eq!(niceness_after(|| answer_at_once(5)), (before + 5).min(LOWEST));
    }
}
