//! What is counted and measured, for Prometheus. Each number is recorded in one place.
//!
//! Labels have few values: nothing that a caller or a guest chooses becomes one, and the name of a plugin only while
//! it is loaded.

mod auth;
mod calls;
mod loads;
mod process;
mod requests;
mod sinks;
mod spread;
mod text;

use std::fmt;

pub use prometheus_client::collector::Collector;
pub use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::{EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
pub use prometheus_client::registry::Registry;

pub use self::auth::{AuthCounts, KeyRefresh};
pub use self::calls::{Call, Calls, Cost, write_calls};
pub use self::loads::{LoadResult, Loads};
pub use self::process::Process;
pub use self::requests::{Connection, Requests};
pub use self::sinks::Sinks;
pub use self::spread::Quantiles;
pub use self::text::{CONTENT_TYPE, write};

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

/// Writes what something is at this moment.
pub fn write_gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    gauge(value).encode(metric)
}

/// Writes what several things are at this moment, each with its labels.
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
