//! Scheduling of this process's threads by macOS and Windows, on which authors try their plugins: all are alike, and the time
//! that has passed stands in for the processor time of a thread.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// A thread of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadId;

impl ThreadId {
    /// Returns the current thread.
    #[must_use]
    pub fn current() -> Self {
        Self
    }

    /// Returns no processor time.
    #[must_use]
    pub fn processor_time(self) -> Option<Duration> {
        None
    }
}

/// Returns the time since this was first asked.
#[must_use]
pub fn processor_time() -> Duration {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGIN.elapsed()
}

/// Changes nothing.
pub fn answer_at_once(_niceness: i32) {}

/// Changes nothing.
pub fn give_way(_thread: Option<ThreadId>) {}

/// Changes nothing.
pub fn give_way_a_little(_niceness: i32) {}
