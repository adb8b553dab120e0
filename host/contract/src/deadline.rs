//! The instant by which a thing must be done.

use std::time::{Duration, Instant};

/// The instant by which an answer must leave.
///
/// Fixed once, when the head of a request has been read; every stage takes what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline `budget` after `start`.
    #[must_use]
    pub fn after(start: Instant, budget: Duration) -> Self {
        Self(start + budget)
    }

    /// The deadline `budget` from now.
    #[must_use]
    pub fn within(budget: Duration) -> Self {
        Self::after(Instant::now(), budget)
    }

    /// This deadline, or the one `budget` from now if that is earlier.
    #[must_use]
    pub fn or_within(self, budget: Duration) -> Self {
        self.min(Self::within(budget))
    }

    /// The deadline this much before it, for what must leave time for more.
    #[must_use]
    pub fn before(self, reserve: Duration) -> Self {
        Self(self.0.checked_sub(reserve).unwrap_or(self.0))
    }

    /// The time left; zero once it has passed.
    #[must_use]
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether it has passed.
    #[must_use]
    pub fn has_passed(self) -> bool {
        Instant::now() >= self.0
    }

    /// The instant itself, for timers.
    #[must_use]
    pub fn instant(self) -> Instant {
        self.0
    }
}
