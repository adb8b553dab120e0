//! Latencies, counted in buckets that are less than one percent wide.

use std::time::Duration;

/// Buckets of each power of two, as bits: 128, so that a bucket is at most 0.8 % wide.
const BITS: u32 = 7;

/// Latencies of requests.
#[derive(Clone, Default)]
pub(crate) struct Histogram {
    buckets: Vec<u64>,
    count: u64,
}

impl Histogram {
    /// Counts a latency.
    pub(crate) fn record(&mut self, latency: Duration) {
        let index = bucket(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
        if self.buckets.len() <= index {
            self.buckets.resize(index + 1, 0);
        }
        self.buckets[index] += 1;
        self.count += 1;
    }

    /// Adds all latencies of another one.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (own, others) in self.buckets.iter_mut().zip(&other.buckets) {
            *own += others;
        }
        self.count += other.count;
    }

    /// Returns the number of latencies.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Returns the latency that this part of all, from 0 to 1, does not exceed. Returns zero if there are none.
    pub(crate) fn quantile(&self, part: f64) -> Duration {
        let rank = ((self.count as f64 * part).ceil() as u64).max(1);
        let mut passed = 0;
        let reached = self.buckets.iter().position(|count| {
            passed += count;
            passed >= rank
        });
        Duration::from_nanos(reached.map_or(0, top))
    }
}

/// Returns the bucket of a number of nanoseconds.
fn bucket(nanos: u64) -> usize {
    let shift = (u64::BITS - nanos.leading_zeros()).saturating_sub(BITS + 1);
    ((u64::from(shift) << BITS) + (nanos >> shift)) as usize
}

/// Returns the largest number of nanoseconds in a bucket.
fn top(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let shift = (bucket >> BITS).saturating_sub(1);
    let first = (bucket - (shift << BITS)) << shift;
    first + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_the_numbers_up_to_its_top() {
        for nanos in (0..5_000).chain([1 << 20, (1 << 33) + 12_345, 3_600_000_000_000]) {
            let index = bucket(nanos);
            assert!(top(index) >= nanos, "{nanos}");
            assert!(index == 0 || top(index - 1) < nanos, "{nanos}");
            assert!(top(index) as f64 <= nanos as f64 * 1.008, "{nanos}");
        }
    }

    #[test]
    fn a_quantile_is_the_latency_that_a_part_does_not_exceed() {
        let mut histogram = Histogram::default();
        (1..=1_000).for_each(|micros| histogram.record(Duration::from_micros(micros)));

        let near = |part: f64, micros: f64| {
            let found = histogram.quantile(part).as_secs_f64() * 1e6;
            assert!((micros..micros * 1.01).contains(&found), "{part}: {found}");
        };
        near(0.5, 500.0);
        near(0.99, 990.0);
        near(0.999, 999.0);
        assert_eq!(histogram.count(), 1_000);
    }

    #[test]
    fn two_histograms_add_up() {
        let (mut one, mut other) = (Histogram::default(), Histogram::default());
        one.record(Duration::from_micros(1));
        other.record(Duration::from_millis(1));

        one.add(&other);

        assert_eq!(one.count(), 2);
        assert!(one.quantile(0.5) < Duration::from_micros(2) && one.quantile(1.0) >= Duration::from_millis(1));
    }

    #[test]
    fn no_latencies_have_no_quantile() {
        assert_eq!(Histogram::default().quantile(0.5), Duration::ZERO);
    }
}
