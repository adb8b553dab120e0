//! Whether the store serves: one that does not is left alone for a while.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use failsafe::StateMachine;
use failsafe::backoff::{Constant, constant};
use failsafe::failure_policy::{ConsecutiveFailures, consecutive_failures};
use tracing::{info, warn};

/// Failures in a row that count as an outage: one alone may be a busy moment.
const FAILURES: u32 = 3;

/// How long a store that failed so often is asked nothing.
const PAUSE: Duration = Duration::from_secs(1);

/// Counts failures in a row, and spares calls the wait for a store that is gone.
pub(super) struct Health {
    breaker: StateMachine<ConsecutiveFailures<Constant>, ()>,
    /// Whether the log says that it does not serve.
    is_out: AtomicBool,
}

impl Health {
    pub(super) fn new() -> Self {
        let policy = consecutive_failures(FAILURES, constant(PAUSE));
        Self { breaker: StateMachine::new(policy, ()), is_out: AtomicBool::new(false) }
    }

    /// Whether to ask it at all.
    pub(super) fn permits(&self) -> bool {
        self.breaker.is_call_permitted()
    }

    /// It did what it was asked to.
    pub(super) fn served(&self) {
        self.breaker.on_success();
        if self.is_out.load(Ordering::Relaxed) && self.is_out.swap(false, Ordering::Relaxed) {
            info!("key-value store serves again");
        }
    }

    /// It did not, or not in time.
    pub(super) fn failed(&self, error: &(dyn Error + 'static)) {
        self.breaker.on_error();
        if !self.breaker.is_call_permitted() && !self.is_out.swap(true, Ordering::Relaxed) {
            warn!(error, "key-value store does not serve: calls do without it until it does");
        }
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
    }
}
