//! The costs of a plugin's calls.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use net::telemetry::metrics::{PluginCalls, Quantiles};

/// The costs of the calls since a version of the plugin was first loaded. Values are as exact as the buckets of the
/// histograms: the true value lies in the same bucket.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CostsView {
    /// Wall-clock time per call, in milliseconds.
    pub(crate) time_ms: QuantilesView,
    /// Work per call, in units of fuel.
    pub(crate) fuel: Option<QuantilesView>,
    /// Peak memory per call, in bytes.
    pub(crate) memory_bytes: Option<QuantilesView>,
}

/// The 50th, 90th and 99th percentile.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct QuantilesView {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
}

impl CostsView {
    /// Returns the costs; `None` before the first call.
    pub(super) fn of(calls: &PluginCalls) -> Option<Self> {
        Some(Self {
            time_ms: QuantilesView::of(calls.times()?, 1_000.0),
            fuel: calls.fuel().map(|fuel| QuantilesView::of(fuel, 1.0)),
            memory_bytes: calls.memory().map(|memory| QuantilesView::of(memory, 1.0)),
        })
    }
}

impl QuantilesView {
    fn of(Quantiles { p50, p90, p99 }: Quantiles, unit: f64) -> Self {
        // Digits beyond the thousandth would suggest an exactness that the buckets do not have.
        let rounded = |value: f64| (value * unit * 1_000.0).round() / 1_000.0;
        Self { p50: rounded(p50), p90: rounded(p90), p99: rounded(p99) }
    }
}
