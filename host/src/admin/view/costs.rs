//! What calls of a plugin cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use net::telemetry::metrics::{Calls, Quantiles};

/// What calls cost that were made since some version was first loaded. Exact as far as classes of the metrics are
/// narrow: the true value lies in the same class.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CostsView {
    /// Wall-clock time, in milliseconds.
    pub(crate) time_ms: QuantilesView,
    /// Work, in units of fuel.
    pub(crate) fuel: Option<QuantilesView>,
    /// The most memory held, in bytes.
    pub(crate) memory_bytes: Option<QuantilesView>,
}

/// What half, nine tenths and 99 hundredths of calls did not exceed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct QuantilesView {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
}

impl CostsView {
    /// Nothing, before the first call.
    pub(super) fn of(calls: &Calls) -> Option<Self> {
        Some(Self {
            time_ms: QuantilesView::of(calls.times()?, 1_000.0),
            fuel: calls.fuel().map(|fuel| QuantilesView::of(fuel, 1.0)),
            memory_bytes: calls.memory().map(|memory| QuantilesView::of(memory, 1.0)),
        })
    }
}

impl QuantilesView {
    fn of(Quantiles { p50, p90, p99 }: Quantiles, unit: f64) -> Self {
        // Digits beyond the thousandth would only seem to be exact.
        let rounded = |value: f64| (value * unit * 1_000.0).round() / 1_000.0;
        Self { p50: rounded(p50), p90: rounded(p90), p99: rounded(p99) }
    }
}
