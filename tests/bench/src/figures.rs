//! The figures of a measurement, and what several launches say together.

use std::time::Duration;

use serde::Serialize;

use crate::interval::Spent;
use crate::load::Answered;

/// The figures of one measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// Answers per second.
    pub(crate) per_second: f64,
    /// Latency that half of the requests do not exceed, in microseconds.
    pub(crate) p50: f64,
    /// Latency that 99 % do not exceed in the median of the load's parts.
    pub(crate) p99: f64,
    /// Latency that 99 % of all do not exceed.
    pub(crate) p99_of_all: f64,
    /// Latency that 99.9 % of all do not exceed.
    pub(crate) p999: f64,
    /// Processor time of the server per request, in microseconds.
    pub(crate) cpu: f64,
    /// Page faults of the server per request.
    pub(crate) faults: f64,
    /// Context switches of the server per request.
    pub(crate) switches: f64,
    /// Resident memory of the server at the end, in MB.
    pub(crate) memory: f64,
    /// Cores that processes other than ours kept busy meanwhile.
    pub(crate) others: f64,
}

impl Figures {
    /// Returns the figures of a load, by what the server spent meanwhile.
    pub(crate) fn of(answered: &Answered, spent: Spent) -> Self {
        let requests = answered.latencies.count().max(1) as f64;
        let all = answered.latencies.all();
        let latency = |part| micros(all.quantile(part));
        Self {
            per_second: answered.per_second,
            p50: latency(0.5),
            p99: answered.latencies.usual(0.99),
            p99_of_all: latency(0.99),
            p999: latency(0.999),
            cpu: micros(spent.usage.cpu) / requests,
            faults: spent.usage.faults as f64 / requests,
            switches: spent.usage.switches as f64 / requests,
            memory: spent.usage.resident as f64 / 1e6,
            others: spent.others,
        }
    }
}

/// Returns a time in microseconds.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// A figure of several launches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// The median.
    pub(crate) median: f64,
    /// The smallest.
    pub(crate) least: f64,
    /// The largest.
    pub(crate) most: f64,
}

impl Spread {
    /// Returns median and extremes, if there are any values.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let half = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) };
        Some(Self { median, least, most })
    }

    /// Returns the median as a multiple of another one.
    pub(crate) fn ratio(self, other: Self) -> Option<f64> {
        (other.median > 0.0).then(|| self.median / other.median)
    }
}

/// Returns whether other processes left the machine alone in all measurements of a launch: they kept no more cores busy.
pub(crate) fn is_quiet<'a>(launch: impl IntoIterator<Item = &'a Figures>, most_others: f64) -> bool {
    launch.into_iter().all(|figures| figures.others <= most_others)
}

/// Launches that count, and those that were left out because other processes kept the machine busy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Launches<F = Figures> {
    /// Figures of each launch that counts.
    pub(crate) counted: Vec<F>,
    /// Figures of those that were disturbed.
    pub(crate) disturbed: Vec<F>,
}

impl<F> Default for Launches<F> {
    fn default() -> Self {
        Self { counted: Vec::new(), disturbed: Vec::new() }
    }
}

impl<F> Launches<F> {
    /// Takes the figures of a launch.
    pub(crate) fn take(&mut self, figures: F, is_quiet: bool) {
        if is_quiet { &mut self.counted } else { &mut self.disturbed }.push(figures);
    }

    /// Returns the launches that count, or all if each was disturbed.
    pub(crate) fn shown(&self) -> &[F] {
        if self.counted.is_empty() { &self.disturbed } else { &self.counted }
    }

    /// Returns the spread of a figure over the launches that are shown.
    pub(crate) fn spread(&self, figure: impl Fn(&F) -> f64) -> Option<Spread> {
        Spread::of(self.shown().iter().map(figure))
    }

    /// Says how many launches count, and how many were left out.
    pub(crate) fn counts(&self) -> String {
        match (self.counted.len(), self.disturbed.len()) {
            (0, 0) => "none".into(),
            (0, disturbed) => format!("none quiet, {disturbed} shown"),
            (counted, 0) => counted.to_string(),
            (counted, disturbed) => format!("{counted}, {disturbed} left out"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(Spread::of([4.0, 1.0, 2.0]), Some(Spread { median: 2.0, least: 1.0, most: 4.0 }));
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 3.0]), Some(Spread { median: 2.5, least: 1.0, most: 4.0 }));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn a_ratio_is_of_medians_and_there_is_none_to_zero() {
        let of = |median| Spread { median, least: 0.0, most: 100.0 };

        assert_eq!(of(30.0).ratio(of(60.0)), Some(0.5));
        assert_eq!(of(30.0).ratio(of(0.0)), None);
    }

    #[test]
    fn a_disturbed_launch_does_not_count() {
        let mut launches = Launches::default();
        let figures = |cpu, others| Figures { cpu, others, ..Figures::default() };

        for launch in [[figures(10.0, 0.1), figures(11.0, 0.2)], [figures(90.0, 0.3), figures(12.0, 0.0)]] {
            let is_quiet = is_quiet(&launch, 0.2);
            launches.take(launch[0], is_quiet);
        }

        assert_eq!(launches.spread(|figures| figures.cpu).map(|spread| spread.most), Some(10.0));
        assert_eq!(launches.disturbed.len(), 1);
    }

    #[test]
    fn launches_that_were_all_disturbed_are_shown_all_the_same() {
        let mut launches = Launches::default();

        launches.take(Figures { cpu: 90.0, ..Figures::default() }, false);

        assert_eq!(launches.spread(|figures| figures.cpu).map(|spread| spread.median), Some(90.0));
    }
}
