//! The instants at which requests are due.

use std::time::{Duration, Instant};

use serde::Serialize;

/// The load of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Load {
    /// Each connection sends its next request once it has the answer to the one before.
    Saturating,
    /// So many requests are due per second, evenly, whatever becomes of those before.
    Rate(u32),
}

/// Due times of a measurement.
pub(crate) struct Schedule {
    load: Load,
    begin: Instant,
    end: Instant,
    given: u64,
}

impl Schedule {
    /// Plans requests for a time that begins now.
    pub(crate) fn new(load: Load, begin: Instant, time: Duration) -> Self {
        Self { load, begin, end: begin + time, given: 0 }
    }

    /// Returns the instant at which the next request is due, if one is before the end.
    pub(crate) fn next(&self, now: Instant) -> Option<Instant> {
        let due = match self.load {
            Load::Saturating => now,
            Load::Rate(rate) => self.begin + Duration::from_secs_f64(self.given as f64 / f64::from(rate)),
        };
        (due < self.end).then_some(due)
    }

    /// Takes the next request, if it is due: a latency counts from the instant that this returns. A request that waits for a
    /// free connection has been due all the while, so that a slow answer is not hidden by the requests it delays.
    pub(crate) fn take(&mut self, now: Instant) -> Option<Instant> {
        let due = self.next(now).filter(|due| *due <= now)?;
        self.given += 1;
        Some(due)
    }

    /// Returns whether an instant is after the time.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        now >= self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn requests_are_due_evenly_and_as_many_as_the_rate_says() {
        let begin = Instant::now();
        let mut schedule = Schedule::new(Load::Rate(1_000), begin, SECOND);

        let late = begin + 2 * SECOND;
        let due: Vec<Instant> = std::iter::from_fn(|| schedule.take(late)).collect();

        assert_eq!(due.len(), 1_000);
        assert!(due.windows(2).all(|pair| (pair[1] - pair[0]).abs_diff(Duration::from_millis(1)).as_nanos() < 100));
        assert!(schedule.is_over(late));
    }

    #[test]
    fn a_request_that_was_sent_late_counts_from_the_instant_it_was_due() {
        let begin = Instant::now();
        let mut schedule = Schedule::new(Load::Rate(10), begin, SECOND);

        // A server that stands still for half a second.
        let stalled = begin + SECOND / 2;
        let waited: Vec<u128> =
            std::iter::from_fn(|| schedule.take(stalled)).map(|due| (stalled - due).as_millis()).collect();

        assert_eq!(waited, [500, 400, 300, 200, 100, 0]);
    }

    #[test]
    fn nothing_is_due_before_its_time() {
        let begin = Instant::now();
        let mut schedule = Schedule::new(Load::Rate(10), begin, SECOND);

        assert_eq!(schedule.take(begin), Some(begin));
        assert_eq!(schedule.take(begin), None);
        assert_eq!(schedule.next(begin), Some(begin + SECOND / 10));
    }

    #[test]
    fn a_saturating_request_is_due_when_it_is_sent() {
        let begin = Instant::now();
        let mut schedule = Schedule::new(Load::Saturating, begin, SECOND);

        assert_eq!(schedule.take(begin + SECOND / 2), Some(begin + SECOND / 2));
        assert_eq!(schedule.take(begin + SECOND), None);
    }
}
