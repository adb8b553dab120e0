//! The latencies of a load, in parts of its time.
//!
//! A machine stands still at times: other processes, the kernel's own threads and the hypervisor take a core for up to some
//! milliseconds. Two such pauses per second fall into more than one percent of all requests, and then the p99 tells their
//! length. So it is taken of each part, and the median of the parts counts: pauses that are in less than half of them do not.

use std::time::Duration;

use crate::figures::{Spread, micros};
use crate::histogram::Histogram;
use crate::schedule::Load;

/// The shortest part.
const SHORTEST: Duration = Duration::from_millis(100);

/// The requests that a part has at least, so that one percent of them are some.
const REQUESTS: f64 = 400.0;

/// Latencies.
pub(crate) struct Latencies {
    time: Duration,
    /// Those of the requests that were due in each part.
    parts: Vec<Histogram>,
}

impl Latencies {
    /// Divides the time of a load into equal parts. There are none yet.
    pub(crate) fn new(load: Load, time: Duration) -> Self {
        let shortest = match load {
            Load::Saturating => SHORTEST,
            Load::Rate(rate) => SHORTEST.max(Duration::from_secs_f64(REQUESTS / f64::from(rate))),
        };
        let count = (time.as_secs_f64() / shortest.as_secs_f64()) as usize;
        Self { time, parts: vec![Histogram::default(); count.max(1)] }
    }

    /// Counts the latency of a request that was due so long after the begin.
    pub(crate) fn record(&mut self, due: Duration, latency: Duration) {
        let last = self.parts.len() - 1;
        let part = due.as_secs_f64() / self.time.as_secs_f64() * self.parts.len() as f64;
        self.parts[(part as usize).min(last)].record(latency);
    }

    /// Returns the number of latencies.
    pub(crate) fn count(&self) -> u64 {
        self.parts.iter().map(Histogram::count).sum()
    }

    /// Returns all.
    pub(crate) fn all(&self) -> Histogram {
        let mut all = Histogram::default();
        self.parts.iter().for_each(|part| all.add(part));
        all
    }

    /// Returns the latency, in microseconds, that this share of requests does not exceed in the median of the parts.
    pub(crate) fn usual(&self, share: f64) -> f64 {
        let of_parts = self.parts.iter().map(|part| micros(part.quantile(share)));
        Spread::of(of_parts).map_or(0.0, |spread| spread.median)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const QUICK: Duration = Duration::from_micros(100);
    const SLOW: Duration = Duration::from_millis(3);

    /// Requests at a rate of 8,000 per second, of which some are slow.
    fn measured(is_slow: impl Fn(u32) -> bool) -> Latencies {
        let mut latencies = Latencies::new(Load::Rate(8_000), SECOND);
        for number in 0..8_000 {
            latencies.record(SECOND / 8_000 * number, if is_slow(number) { SLOW } else { QUICK });
        }
        latencies
    }

    #[test]
    fn a_pause_that_falls_into_few_parts_is_in_the_p99_of_all_alone() {
        let paused = measured(|number| (1_000..1_100).contains(&number));

        assert!(paused.usual(0.99) < 102.0, "{}", paused.usual(0.99));
        assert!(paused.all().quantile(0.99) >= SLOW);
        assert_eq!((paused.count(), paused.all().count()), (8_000, 8_000));
    }

    #[test]
    fn requests_that_are_slow_all_the_time_are_in_both() {
        let slow = measured(|number| number % 50 == 0);

        assert!(slow.usual(0.99) >= 3_000.0, "{}", slow.usual(0.99));
        assert!(slow.all().quantile(0.99) >= SLOW);
    }

    #[test]
    fn a_part_is_long_enough_for_a_low_rate() {
        let parts = |load, time| Latencies::new(load, time).parts.len();

        assert_eq!(parts(Load::Saturating, 3 * SECOND), 30);
        assert_eq!(parts(Load::Rate(1_000), 2 * SECOND), 5);
        assert_eq!(parts(Load::Rate(1), SECOND), 1);
    }
}
