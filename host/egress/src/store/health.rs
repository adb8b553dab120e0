//! Whether the store serves: one that does not is left alone for a while.

use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tracing::{info, warn};

/// Failures in a row that count as an outage: one alone may be a busy moment.
const FAILURES: u32 = 3;

/// How long a store that failed so often is asked nothing.
const PAUSE: Duration = Duration::from_secs(1);

/// Counts failures in a row, and spares calls the wait for a store that is gone.
pub(super) struct Health {
    began: Instant,
    failures: AtomicU32,
    /// Failures since it began.
    all: AtomicU64,
    /// Until when it is left alone, in milliseconds since it began.
    pause_ends: AtomicU64,
    /// Whether the log says that it does not serve.
    is_out: AtomicBool,
}

impl Health {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            failures: AtomicU32::new(0),
            all: AtomicU64::new(0),
            pause_ends: AtomicU64::new(0),
            is_out: AtomicBool::new(false),
        }
    }

    /// Whether to ask it at all.
    pub(super) fn permits(&self) -> bool {
        self.millis(Duration::ZERO) >= self.pause_ends.load(Ordering::Relaxed)
    }

    /// How often it failed, in a row or not.
    pub(super) fn failures(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }

    /// It did what it was asked to.
    pub(super) fn served(&self) {
        self.failures.store(0, Ordering::Relaxed);
        if self.is_out.load(Ordering::Relaxed) && self.is_out.swap(false, Ordering::Relaxed) {
            info!("key-value store serves again");
        }
    }

    /// It did not, or not in time.
    pub(super) fn failed(&self, error: &(dyn Error + 'static)) {
        self.all.fetch_add(1, Ordering::Relaxed);
        let in_a_row = self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if in_a_row < FAILURES {
            return;
        }
        self.pause_ends.store(self.millis(PAUSE), Ordering::Relaxed);
        if !self.is_out.swap(true, Ordering::Relaxed) {
            warn!(error, "key-value store does not serve: calls do without it until it does");
        }
    }

    /// The time that it will be `later`.
    fn millis(&self, later: Duration) -> u64 {
        u64::try_from((self.began.elapsed() + later).as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_fails_three_times_in_a_row_is_left_alone() {
        let health = Health::new();
        let fail = || health.failed(&std::fmt::Error);

        fail();
        fail();
        health.served();
        fail();
        fail();
        assert!(health.permits(), "never three in a row");

        fail();
        assert!(!health.permits());
        assert_eq!(health.failures(), 5);
    }
}
