//! Metrics for Prometheus.
//!
//! Each number is counted in one place: requests where they are answered, calls where they are dispatched, loads where
//! plugins are loaded. A plugin owns the counts of its calls and passes them on when it is reloaded, so its series end
//! with it. Labels have few values: nothing that a caller or a guest chooses becomes one, and a plugin's name only
//! while it is loaded. Gauges of the current state are read at the scrape.

mod auth;
mod calls;
mod connections;
mod loads;
mod process;
mod requests;
mod sinks;
mod spread;
mod text;
mod tools;

use std::fmt;

pub use prometheus_client::collector::Collector;
pub use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::{EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
pub use prometheus_client::registry::Registry;

pub use self::auth::{AuthCounts, KeyRefresh};
pub use self::calls::{CallMetrics, Cost, PluginCalls, write_calls};
pub use self::connections::CloseReason;
pub use self::loads::{LoadResult, Loads};
pub use self::process::Process;
pub use self::requests::{OpenConnection, Requests};
pub use self::sinks::Sinks;
pub use self::spread::Quantiles;
pub use self::text::{CONTENT_TYPE, write};
pub use self::tools::{OpenListener, ToolDoor, ToolMetrics};

/// Writes a count that is kept elsewhere.
pub fn write_count(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, count: u64) -> fmt::Result {
    let metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    ConstCounter::new(count).encode(metric)
}

/// Writes counts that are kept elsewhere, each with its labels.
pub fn write_counts<L: EncodeLabelSet>(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): (&str, &str),
    counts: impl IntoIterator<Item = (L, u64)>,
) -> fmt::Result {
    let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (labels, count) in counts {
        ConstCounter::new(count).encode(metric.encode_family(&labels)?)?;
    }
    Ok(())
}

/// Writes the current value of a gauge.
pub fn write_gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    gauge(value).encode(metric)
}

/// Writes the current values of several gauges, each with its labels.
pub fn write_gauges<L: EncodeLabelSet>(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): (&str, &str),
    values: impl IntoIterator<Item = (L, u64)>,
) -> fmt::Result {
    let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for (labels, value) in values {
        gauge(value).encode(metric.encode_family(&labels)?)?;
    }
    Ok(())
}

fn gauge(value: u64) -> ConstGauge {
    ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX))
}
