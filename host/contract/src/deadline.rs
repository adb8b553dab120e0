//! Deadlines of requests and calls.

use std::time::{Duration, Instant};

/// The instant by which an answer must leave.
///
/// It is fixed once, when the head of a request has been read. Each stage uses the time left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// Returns the deadline `budget` after `start`.
    #[must_use]
    pub fn after(start: Instant, budget: Duration) -> Self {
        Self(start + budget)
    }

    /// Returns the deadline `budget` from now.
    #[must_use]
    pub fn within(budget: Duration) -> Self {
        Self::after(Instant::now(), budget)
    }

    /// Returns this deadline, or the one `budget` from now if that is earlier.
    #[must_use]
    pub fn or_within(self, budget: Duration) -> Self {
        self.min(Self::within(budget))
    }

    /// Returns a deadline earlier by `reserve`, which leaves time for later work.
    #[must_use]
    pub fn before(self, reserve: Duration) -> Self {
        Self(self.0.checked_sub(reserve).unwrap_or(self.0))
    }

    /// Returns the time left; zero once it has passed.
    #[must_use]
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Returns whether it has passed.
    #[must_use]
    pub fn has_passed(self) -> bool {
        Instant::now() >= self.0
    }

    /// Returns the instant, for timers.
    #[must_use]
    pub fn instant(self) -> Instant {
        self.0
    }
}
