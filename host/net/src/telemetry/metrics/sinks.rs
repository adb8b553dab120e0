//! Metrics of the log and of the export of spans. A process has one log and one exporter.

use std::fmt;
use std::sync::atomic::Ordering;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::write_counts;
use crate::telemetry::{log, traces};

/// The collector of the numbers of exported and lost lines and spans.
#[derive(Debug)]
pub struct Sinks;

impl Collector for Sinks {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let help = "Lines of the log that were dropped because its queue was full.";
        let [of_host, of_guests] = log::dropped();
        let dropped = [([("source", "host")], of_host), ([("source", "guest")], of_guests)];
        write_counts(encoder, ("log_lines_dropped", help), dropped)?;

        let spans = &traces::COUNTS;
        let ends = [("exported", &spans.exported), ("dropped", &spans.dropped), ("failed", &spans.failed)];
        let ends = ends.map(|(result, count)| ([("result", result)], count.load(Ordering::Relaxed)));
        let help = "Spans of traces: `exported`, `dropped` because the queue was full, or `failed` to be exported.";
        write_counts(encoder, ("trace_spans", help), ends)
    }
}
