//! Rejected calls: the reasons, and their log.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::{debug, warn};

use super::capacity::AtCapacity;
use super::shares::SharedResource;
use super::{Suspension, chance, whole_seconds};
use contract::Outcome;

/// Seconds over which retries are spread, so that callers do not all return when a pause ends.
const SPREAD: f64 = 2.0;

/// The shortest interval between two log lines of one kind.
const SUMMARY: Duration = Duration::from_secs(1);

/// The reason a call is rejected now. The text is for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The circuit breaker of these calls is open, after too many faults.
    #[error("such calls are suspended after repeated faults for another {} ms", .0.left.as_millis())]
    Suspended(Suspension),
    /// An answer usually takes longer than the time left.
    #[error("{} ms are left, and the median time of its answers is {} ms", left.as_millis(), typical.as_millis())]
    TooLate {
        /// The time that the request has left.
        left: Duration,
        /// The median time of its answers.
        typical: Duration,
    },
    /// The plugin's rate limit is reached.
    #[error("its rate limit is reached for another {} ms", .0.as_millis())]
    Rate(Duration),
    /// The plugin's concurrency limit is reached.
    #[error("{0} of its calls are in flight, which is its current concurrency limit")]
    Busy(usize),
    /// The plugin holds its share of a resource of the host.
    #[error("it holds its share of the host's {}", .0.name())]
    PluginShare(SharedResource),
    /// The caller holds its share of the plugin's part of a resource.
    #[error("its caller holds its share of the plugin's {}", .0.name())]
    CallerShare(SharedResource),
    /// The host is at capacity.
    #[error(transparent)]
    Crowded(#[from] AtCapacity),
}

impl Rejected {
    /// Returns the outcome's public name.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Suspended(_) => Outcome::Suspended,
            Self::TooLate { .. }
            | Self::Rate(_)
            | Self::Busy(_)
            | Self::PluginShare(_)
            | Self::CallerShare(_)
            | Self::Crowded(_) => Outcome::Overloaded,
        }
    }

    /// Returns the seconds after which a retry is worthwhile, if known; jittered, so that they differ between
    /// callers.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Suspended(Suspension { left, .. }) | Self::Rate(left) => Some(whole_seconds(*left + spread())),
            Self::TooLate { .. } | Self::Busy(_) | Self::PluginShare(_) | Self::CallerShare(_) | Self::Crowded(_) => {
                None
            }
        }
    }
}

fn spread() -> Duration {
    Duration::from_secs_f64(SPREAD * chance())
}

/// The rejected calls of one plugin, logged in one line per second at most.
#[derive(Debug, Default)]
pub(super) struct RejectionLog(Summary);

impl RejectionLog {
    /// Logs that a call was rejected, or counts it for the next summary.
    pub(super) fn tell(&self, plugin: &str, refused: &Rejected) {
        debug!(%plugin, outcome = %refused.outcome(), detail = %refused, "call rejected");
        if refused.outcome() == Outcome::Suspended {
            // The suspension itself was logged.
            return;
        }
        if let Some(calls) = self.0.count() {
            warn!(%plugin, calls, detail = %refused, "calls rejected: too much load");
        }
    }
}

/// Events of one kind, logged in one line per second at most.
#[derive(Debug, Default)]
pub(super) struct Summary(Mutex<Untold>);

#[derive(Debug, Default)]
struct Untold {
    /// Events since the last line.
    events: u64,
    told: Option<Instant>,
}

impl Summary {
    /// Counts an event. Returns the number of events since the last line, if another line may be logged now.
    pub(super) fn count(&self) -> Option<u64> {
        let mut untold = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        untold.events += 1;
        if untold.told.is_some_and(|told| told.elapsed() < SUMMARY) {
            return None;
        }
        let events = untold.events;
        *untold = Untold { events: 0, told: Some(Instant::now()) };
        Some(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_events_at_once_are_one_line_and_none_is_left_uncounted() {
        let summary = Summary::default();

        let lines: Vec<_> = (0..100).filter_map(|_| summary.count()).collect();

        assert_eq!(lines[0], 1);
        assert!(lines.len() < 10, "{lines:?}");
    }
}
