//! The queue of spans that wait to be exported. Its length is fixed, and no request waits for it.
//!
//! Spans are counted before they enter the SDK's queue, because the SDK's queue drops spans without reporting it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor};

/// Most spans that wait or are being exported. Each has at most some kilobytes: its attributes are few and bounded.
const SPANS: usize = 8_192;

/// Most spans in one export.
const BATCH: usize = 512;

/// The longest time that a span waits for others.
const DELAY: Duration = Duration::from_secs(2);

/// Numbers of spans of this process, by result.
pub(crate) static COUNTS: Counts =
    Counts { exported: AtomicU64::new(0), dropped: AtomicU64::new(0), failed: AtomicU64::new(0) };

/// Numbers of spans, by result.
#[derive(Debug)]
pub(crate) struct Counts {
    /// Spans that a collector accepted.
    pub exported: AtomicU64,
    /// Spans dropped because the queue was full.
    pub dropped: AtomicU64,
    /// Spans that could not be exported.
    pub failed: AtomicU64,
}

/// Creates the processor that queues spans for `exporter`.
pub(super) fn before(exporter: impl SpanExporter + 'static) -> impl SpanProcessor + 'static {
    let waiting = Arc::new(AtomicUsize::new(0));
    let exporter = Counted { exporter, waiting: Arc::clone(&waiting) };
    let config = BatchConfigBuilder::default()
        .with_max_queue_size(SPANS)
        .with_max_export_batch_size(BATCH)
        .with_scheduled_delay(DELAY)
        .build();
    Bounded { batches: BatchSpanProcessor::builder(exporter).with_batch_config(config).build(), waiting }
}

/// A processor that accepts as many spans as the queue holds and counts the dropped ones, which the SDK does not
/// report.
#[derive(Debug)]
struct Bounded {
    batches: BatchSpanProcessor,
    waiting: Arc<AtomicUsize>,
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.batches.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if !span.span_context.is_sampled() {
            return;
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= SPANS {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            COUNTS.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.batches.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, time: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(time)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

/// An exporter that counts the result of each batch.
#[derive(Debug)]
struct Counted<E> {
    exporter: E,
    waiting: Arc<AtomicUsize>,
}

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let result = self.exporter.export(batch).await;
        self.waiting.fetch_sub(spans, Ordering::Relaxed);
        let count = if result.is_ok() { &COUNTS.exported } else { &COUNTS.failed };
        count.fetch_add(spans as u64, Ordering::Relaxed);
        result
    }

    fn shutdown_with_timeout(&self, time: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(time)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
