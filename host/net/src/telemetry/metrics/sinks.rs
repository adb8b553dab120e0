//! What became of lines of the log and of spans: of this process, which has one log and one exporter.

use std::fmt;
use std::sync::atomic::Ordering;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::write_counts;
use crate::telemetry::{log, traces};

/// What was recorded, and what was lost on the way.
#[derive(Debug)]
pub struct Sinks;

impl Collector for Sinks {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let help = "Lines of the log that were dropped, as nobody read those before.";
        write_counts::<[(&str, &str); 0]>(encoder, ("log_lines_dropped", help), [([], log::dropped())])?;

        let spans = &traces::COUNTS;
        let ends = [("exported", &spans.exported), ("dropped", &spans.dropped), ("failed", &spans.failed)];
        let ends = ends.map(|(result, count)| ([("result", result)], count.load(Ordering::Relaxed)));
        let help = "Spans of traces, by whether a collector took them: `dropped` were too many, `failed` not taken.";
        write_counts(encoder, ("trace_spans", help), ends)
    }
}
