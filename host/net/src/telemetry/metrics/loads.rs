//! Metrics of loads of plugins: their results and their time.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the buckets of time, in seconds: a cached component takes milliseconds, compiling up to minutes.
const TIMES: [f64; 10] = [0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 120.0];

/// The result of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoadResult {
    /// The plugin is new.
    Loaded,
    /// The plugin replaced another version.
    Replaced,
    /// The plugin is the one that was already loaded.
    Unchanged,
    /// The plugin failed to load.
    Refused,
}

impl EncodeLabelValue for LoadResult {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        let name = match self {
            Self::Loaded => "loaded",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        };
        EncodeLabelValue::encode(&name, encoder)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LoadCounts {
    result: LoadResult,
}

/// The metrics of loads of one folder. Clones share their counts.
#[derive(Clone, Debug)]
pub struct Loads {
    ended: Family<LoadCounts, Counter>,
    times: Histogram,
}

impl Default for Loads {
    fn default() -> Self {
        Self { ended: Family::default(), times: Histogram::new(TIMES) }
    }
}

impl Loads {
    /// Registers the metrics in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("plugin_loads", "Loads of plugins, by result", self.ended.clone());
        let help = "Time from the detection of a plugin's files to serving or rejecting it";
        registry.register_with_unit("plugin_load_duration", help, Unit::Seconds, self.times.clone());
    }

    /// Counts a load that has ended.
    pub fn ended(&self, result: LoadResult, took: Duration) {
        self.ended.get_or_create(&LoadCounts { result }).inc();
        self.times.observe(took.as_secs_f64());
    }
}
