//! Metrics of the process, with the names that Prometheus' clients use.

use std::{fmt, fs};

use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use rustix::process::{Resource, getrlimit};

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
            ("process_max_fds", "Descriptors that may be open.", getrlimit(Resource::Nofile).current),
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

fn resident_memory() -> Option<u64> {
    let pages: u64 = fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// The number of open descriptors, without the one used to read the folder itself.
fn open_descriptors() -> Option<u64> {
    Some((fs::read_dir("/proc/self/fd").ok()?.count() as u64).saturating_sub(1))
}

/// User and system time, in seconds.
#[expect(clippy::cast_precision_loss, reason = "it takes millions of years")]
fn processor_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name, and may hold anything.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) as f64 / rustix::param::clock_ticks_per_second() as f64)
}
