//! Metrics of the process, with the names that Prometheus' clients use.

#[cfg_attr(not(unix), path = "process/elsewhere.rs")]
mod figures;

use std::fmt;

use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;

use self::figures::{descriptors_limit, open_descriptors, processor_time, resident_memory};
use super::write_gauge;

/// The collector of the kernel's figures for this process. Figures that a system does not have get no series.
#[derive(Debug)]
pub struct Process {
    /// Start time of the process.
    pub started: Timestamp,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let started = u64::try_from(self.started.as_second()).unwrap_or(0);
        let help = "Start of the process, in seconds since 1970.";
        write_gauge(encoder, "process_start_time_seconds", help, started)?;

        let gauges = [
            ("process_resident_memory_bytes", "Memory that the process holds.", resident_memory()),
            ("process_open_fds", "Descriptors that are open.", open_descriptors()),
            ("process_max_fds", "Descriptors that may be open.", descriptors_limit()),
        ];
        for (name, help, value) in gauges {
            if let Some(value) = value {
                write_gauge(encoder, name, help, value)?;
            }
        }
        let Some(seconds) = processor_time() else { return Ok(()) };
        let help = "Time on all cores together.";
        let metric = encoder.encode_descriptor("process_cpu_seconds", help, None, MetricType::Counter)?;
        ConstCounter::new(seconds).encode(metric)
    }
}
