//! Why a call may not begin now.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::{debug, warn};

use super::capacity::Crowded;
use super::{Suspension, chance, whole_seconds};
use contract::Outcome;

/// Seconds by which callers are spread that would all come back as a pause ends.
const SPREAD: f64 = 2.0;

/// The least between two lines of the log that say how many calls were refused.
const SUMMARY: Duration = Duration::from_secs(1);

/// Why a call may not begin now. The words are for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too many faults.
    #[error("it is suspended after repeated faults for another {} ms", .0.left.as_millis())]
    Suspended(Suspension),
    /// It takes longer than there is time.
    #[error("{} ms are left, where half of its answers take {} ms", left.as_millis(), typical.as_millis())]
    TooLate {
        /// Time that the request has left.
        left: Duration,
        /// The median of its answers.
        typical: Duration,
    },
    /// More than its settings allow in a second.
    #[error("its rate is used up for another {} ms", .0.as_millis())]
    Rate(Duration),
    /// As many of its own calls as may be are in flight.
    #[error("{0} calls of it are in flight, which is as many as may be now")]
    Busy(usize),
    /// The host is full.
    #[error(transparent)]
    Crowded(#[from] Crowded),
}

impl Refused {
    /// Its name for everyone.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Suspended(_) => Outcome::Suspended,
            Self::TooLate { .. } | Self::Rate(_) | Self::Busy(_) | Self::Crowded(_) => Outcome::Overloaded,
        }
    }

    /// Seconds after which it is worth to ask again, if that is known; not the same for everyone.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Suspended(Suspension { left, .. }) | Self::Rate(left) => Some(whole_seconds(*left + spread())),
            Self::TooLate { .. } | Self::Busy(_) | Self::Crowded(_) => None,
        }
    }
}

fn spread() -> Duration {
    Duration::from_secs_f64(SPREAD * chance())
}

/// Refusals of one plugin's calls, for the log: one line a second, however many there are.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    /// Refusals since the last line.
    untold: u64,
    told: Option<Instant>,
}

impl Refusals {
    /// Logs that a call was refused, unless it is among many.
    pub(super) fn tell(&self, plugin: &str, refused: &Refused) {
        debug!(%plugin, outcome = %refused.outcome(), detail = %refused, "call refused");
        if refused.outcome() == Outcome::Suspended {
            // That was said when it was suspended.
            return;
        }
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        count.untold += 1;
        if count.told.is_none_or(|told| told.elapsed() >= SUMMARY) {
            warn!(%plugin, calls = count.untold, detail = %refused, "calls refused: too much is asked");
            *count = Count { untold: 0, told: Some(Instant::now()) };
        }
    }
}
