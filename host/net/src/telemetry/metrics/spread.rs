//! A histogram for Prometheus that can also estimate its quantiles. Its buckets stand with each metric, in `calls`,
//! `requests` and `loads`.

use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::metrics::histogram::Histogram;

/// A histogram, with the numbers that it does not give access to: the count of each bucket and the largest measurement.
#[derive(Debug)]
pub(super) struct Spread {
    histogram: Histogram,
    /// Upper bounds of the buckets. The last bucket has none.
    ends: Box<[f64]>,
    counts: Box<[AtomicU64]>,
    /// The largest measurement as bits. The bits of positive numbers have the order of the numbers.
    largest: AtomicU64,
}

/// The median, the 90th and the 99th percentile of measurements.
///
/// They are only as exact as the buckets are narrow. The true value lies in the same bucket, whose upper bound is two
/// to four times its lower one. Measurements are assumed to be spread evenly within it, as in Prometheus'
/// `histogram_quantile`, and no result exceeds the largest measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles {
    /// The median.
    pub p50: f64,
    /// The value that nine in ten stay below.
    pub p90: f64,
    /// The value that 99 in a hundred stay below.
    pub p99: f64,
}

impl Spread {
    pub(super) fn new(ends: impl IntoIterator<Item = f64>) -> Self {
        let ends: Box<[f64]> = ends.into_iter().collect();
        Self {
            histogram: Histogram::new(ends.iter().copied()),
            counts: (0..=ends.len()).map(|_| AtomicU64::new(0)).collect(),
            ends,
            largest: AtomicU64::new(0),
        }
    }

    /// Counts a measurement, which must not be negative.
    pub(super) fn observe(&self, value: f64) {
        self.histogram.observe(value);
        let class = self.ends.partition_point(|end| *end < value);
        self.counts[class].fetch_add(1, Ordering::Relaxed);
        self.largest.fetch_max(value.to_bits(), Ordering::Relaxed);
    }

    /// The histogram for Prometheus.
    pub(super) fn histogram(&self) -> &Histogram {
        &self.histogram
    }
}

impl Quantiles {
    /// The quantiles of all measurements in `spreads`, which have the same buckets. `None` without any measurement.
    pub(super) fn of(spreads: &[&Spread]) -> Option<Self> {
        let first = spreads.first()?;
        let counts: Vec<u64> = (0..first.counts.len())
            .map(|class| spreads.iter().map(|spread| spread.counts[class].load(Ordering::Relaxed)).sum())
            .collect();
        let largest = spreads.iter().map(|spread| spread.largest.load(Ordering::Relaxed)).max();
        let largest = f64::from_bits(largest.unwrap_or(0));
        let total: u64 = counts.iter().sum();
        if total == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of calls are far below 2^52")]
        let quantile = |share: f64| {
            let wanted = share * total as f64;
            let mut below = 0.0;
            for (class, count) in counts.iter().enumerate() {
                let count = *count as f64;
                if count > 0.0 && below + count >= wanted {
                    let start = class.checked_sub(1).map_or(0.0, |before| first.ends[before]);
                    let end = first.ends.get(class).copied().unwrap_or(largest).min(largest);
                    return start + (end - start).max(0.0) * (wanted - below) / count;
                }
                below += count;
            }
            largest
        };
        Some(Self { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: impl IntoIterator<Item = f64>) -> Spread {
        let spread = Spread::new([1.0, 2.0, 4.0, 8.0]);
        values.into_iter().for_each(|value| spread.observe(value));
        spread
    }

    #[test]
    fn quantiles_lie_in_the_class_of_the_true_value() {
        // A hundred values, the true quantiles of which are 2.5, 4.5 and 4.95.
        let spread = spread((0..100).map(|number| f64::from(number) / 20.0));

        let Quantiles { p50, p90, p99 } = Quantiles::of(&[&spread]).expect("there are some");

        assert!(
            (2.0..=4.0).contains(&p50) && (4.0..=8.0).contains(&p90) && (4.0..=4.95).contains(&p99),
            "{p50} {p90} {p99}"
        );
        assert!((p50 - 2.5).abs() < 0.1, "{p50}");
    }

    #[test]
    fn none_is_larger_than_what_was_measured() {
        let far = spread([100.0]);
        let near = spread([0.25]);

        assert!(Quantiles::of(&[&far]).expect("one").p99 <= 100.0);
        assert!(Quantiles::of(&[&near]).expect("one").p99 <= 0.25);
    }

    #[test]
    fn several_are_told_as_one_and_nothing_has_none() {
        let (low, high) = (spread([0.5; 99]), spread([6.0]));

        let both = Quantiles::of(&[&low, &high]).expect("there are some");

        assert!(both.p90 <= 1.0 && both.p99 <= 1.0, "{both:?}");
        assert_eq!(Quantiles::of(&[&spread([])]), None);
        assert_eq!(Quantiles::of(&[]), None);
    }
}
