//! A running estimate of a median.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The divisor of the estimate that gives the size of a step.
const STEP: u64 = 16;

/// The resolution in nanoseconds: below it a step would be zero.
const LEAST: u64 = 1_000;

/// A running estimate of the median of durations: it moves by a sixteenth of itself towards each sample.
///
/// Samples pull with equal force however far away they are, so a call that sleeps for seconds counts no more
/// than any other. The estimate follows a tenfold change within some forty samples.
#[derive(Debug, Default)]
pub(crate) struct Median(AtomicU64);

impl Median {
    /// Takes a sample.
    pub(crate) fn add(&self, sample: Duration) {
        let sample = u64::try_from(sample.as_nanos()).unwrap_or(u64::MAX).max(LEAST);
        let towards = |estimate: u64| match estimate {
            0 => Some(sample),
            _ if sample > estimate => Some(sample.min(estimate + estimate / STEP)),
            _ => Some(sample.max(estimate - estimate / STEP)),
        };
        // The update cannot fail: each estimate has a next one.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, towards);
    }

    /// Returns the estimate; zero before the first sample.
    pub(crate) fn get(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    #[test]
    fn the_first_sample_is_the_estimate() {
        let median = Median::default();
        assert_eq!(median.get(), Duration::ZERO);

        median.add(7 * MILLISECOND);

        assert_eq!(median.get(), 7 * MILLISECOND);
    }

    #[test]
    fn a_few_that_are_far_away_move_it_little() {
        let median = Median::default();

        for sample in 0..1_000 {
            let far = sample % 10 == 0;
            median.add(if far { 4_000 * MILLISECOND } else { 10 * MILLISECOND });
        }

        assert!((10 * MILLISECOND..12 * MILLISECOND).contains(&median.get()), "{:?}", median.get());
    }

    #[test]
    fn it_follows_a_tenfold_change_within_forty_samples() {
        let median = Median::default();
        median.add(10 * MILLISECOND);

        for _ in 0..40 {
            median.add(100 * MILLISECOND);
        }
        assert_eq!(median.get(), 100 * MILLISECOND);

        for _ in 0..40 {
            median.add(10 * MILLISECOND);
        }
        assert_eq!(median.get(), 10 * MILLISECOND);
    }
}
