//! Counts of outcomes, and distributions of times.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The times of answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    micros: Vec<u32>,
    is_sorted: bool,
}

impl Times {
    pub(crate) fn add(&mut self, took: Duration) {
        self.micros.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        self.is_sorted = false;
    }

    pub(crate) fn len(&self) -> usize {
        self.micros.len()
    }

    /// Returns the time within which this share of all answers came; zero if there are none.
    pub(crate) fn quantile(&mut self, share: f64) -> Duration {
        if !self.is_sorted {
            self.micros.sort_unstable();
            self.is_sorted = true;
        }
        let last = self.micros.len().saturating_sub(1);
        let micros = self.micros.get((share * last as f64).ceil() as usize).copied().unwrap_or_default();
        Duration::from_micros(micros.into())
    }

    pub(crate) fn max(&mut self) -> Duration {
        self.quantile(1.0)
    }
}

/// The outcomes of calls, by kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    by_kind: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

impl Tally {
    pub(crate) fn count(&mut self, kind: &'static str, end: String) {
        *self.by_kind.entry(kind).or_default().entry(end).or_default() += 1;
    }

    /// Counts the calls with this outcome.
    pub(crate) fn ended(&self, end: &str) -> u64 {
        self.by_kind.values().filter_map(|ends| ends.get(end)).sum()
    }

    pub(crate) fn of(&self, kind: &str) -> u64 {
        self.by_kind.get(kind).map(|ends| ends.values().sum()).unwrap_or_default()
    }

    /// Lists the outcomes of a kind, the most frequent first.
    pub(crate) fn ends(&self, kind: &str) -> String {
        let mut ends: Vec<_> = self.by_kind.get(kind).into_iter().flatten().collect();
        ends.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        ends.iter().map(|(end, count)| format!("{end} {count}")).collect::<Vec<_>>().join(", ")
    }
}

/// A duration in milliseconds.
pub(crate) struct Millis(pub(crate) Duration);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.1} ms", self.0.as_secs_f64() * 1e3))
    }
}

/// Bytes in MiB.
pub(crate) struct Mebibytes(pub(crate) usize);

impl fmt::Display for Mebibytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.1} MiB", self.0 as f64 / f64::from(1 << 20)))
    }
}
