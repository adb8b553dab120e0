//! The scheduling state of one plugin, a flow of calls in the terms of fair queueing.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The calls of one plugin, as far as the threads of guests tell plugins apart.
#[derive(Default)]
pub(crate) struct Flow {
    /// Set if the last call was long.
    is_long: AtomicBool,
    /// Threads that were replaced while they ran one of its calls, and still run it.
    stuck: AtomicUsize,
}

impl Flow {
    /// Returns whether its next call begins on the threads for long calls.
    pub(super) fn is_long(&self) -> bool {
        self.is_long.load(Ordering::Relaxed)
    }

    /// Records that a call has computed for long, or has ended without.
    pub(super) fn record(&self, is_long: bool) {
        self.is_long.store(is_long, Ordering::Relaxed);
    }

    /// Returns how many replaced threads it still occupies.
    pub(super) fn stuck(&self) -> usize {
        self.stuck.load(Ordering::Relaxed)
    }

    /// Records that a thread with one of its calls was replaced.
    pub(super) fn took_thread(&self) {
        self.stuck.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that a replaced thread is done with its call.
    pub(super) fn gave_thread(&self) {
        self.stuck.fetch_sub(1, Ordering::Relaxed);
    }
}
