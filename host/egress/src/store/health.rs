//! Circuit breaker of the store with a fixed backoff: three failures in a row suspend it for a second.
//!
//! Calls meanwhile do without the store, instead of waiting for its timeout.

use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use net::chain;
use tracing::{info, warn};

/// Consecutive failures that count as an outage: a single one may be a busy moment.
const FAILURES: u32 = 3;

/// The backoff after an outage begins, and after each further failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Counts consecutive failures, and spares calls the wait for an unavailable store.
pub(super) struct Health {
    began: Instant,
    failures: AtomicU32,
    /// Failures in total.
    all: AtomicU64,
    /// The end of the backoff, in milliseconds since `began`.
    pause_ends: AtomicU64,
    /// Set if the log says that the store is unavailable.
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

    /// Returns whether the store may be used now.
    pub(super) fn permits(&self) -> bool {
        self.millis(Duration::ZERO) >= self.pause_ends.load(Ordering::Relaxed)
    }

    /// Returns the number of failures, consecutive or not.
    pub(super) fn failures(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }

    /// Records a success.
    pub(super) fn served(&self) {
        self.failures.store(0, Ordering::Relaxed);
        if self.is_out.load(Ordering::Relaxed) && self.is_out.swap(false, Ordering::Relaxed) {
            info!("key-value store available again");
        }
    }

    /// Records a failure or a timeout.
    pub(super) fn failed(&self, error: &(dyn Error + 'static)) {
        self.all.fetch_add(1, Ordering::Relaxed);
        let in_a_row = self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if in_a_row < FAILURES {
            return;
        }
        self.pause_ends.store(self.millis(PAUSE), Ordering::Relaxed);
        if !self.is_out.swap(true, Ordering::Relaxed) {
            warn!(error = %chain(error), "key-value store unavailable: calls do without it until it recovers");
        }
    }

    /// Returns the time `later` than now, in milliseconds since `began`.
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
