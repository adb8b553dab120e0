//! The export of traces by OTLP over HTTP.
//!
//! A span that has ended goes into a queue ([`queue`]), from which a thread of the SDK takes them by the hundred and
//! posts them ([`client`]). Spans are dropped and never waited for: with a collector that is slow or down, spans are
//! lost and counted. They are posted through the HTTP client that the host already has; the SDK's own brings another,
//! and HTTP/2.

mod client;
mod queue;

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;

pub(super) use self::client::use_proxies;
use self::client::{SpanClient, SpanClientError};
pub(super) use self::queue::COUNTS;
use super::{BoxedLayer, TraceSettings};
use crate::chain;
use crate::trace;

/// Time that the process waits at its end for spans to be exported.
const LAST_EXPORT: Duration = Duration::from_secs(1);

/// An error in the settings of the export of traces.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The HTTP client for the endpoint cannot be created.
    #[error(transparent)]
    Client(#[from] SpanClientError),
    /// The exporter cannot be created.
    #[error("failed to export traces to `telemetry.traces.endpoint`")]
    Exporter(#[from] ExporterBuildError),
}

/// The running export of traces.
pub(super) struct Exporting(SdkTracerProvider);

impl Exporting {
    /// Starts the export of traces. Network I/O runs on `threads`.
    pub(super) fn start(settings: &TraceSettings, threads: &Handle) -> Result<Self, TraceError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(SpanClient::new(settings, threads.clone())?)
            .with_endpoint(settings.endpoint.as_str())
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(settings.time)
            .build()?;
        let attributes = settings.attributes.iter().map(|(name, value)| KeyValue::new(name.clone(), value.clone()));
        let resource = Resource::builder()
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .with_attributes(attributes)
            .with_service_name(settings.service.clone())
            .build();
        let here = Sampler::TraceIdRatioBased(settings.sample);
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(here)))
            .with_resource(resource)
            .with_span_processor(queue::before(exporter))
            .build();
        Ok(Self(provider))
    }

    /// The layer that converts the spans of [`trace`] to spans of OpenTelemetry.
    pub(super) fn layer(&self) -> BoxedLayer {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("insight-host"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target(trace::TARGET, Level::INFO))
            .boxed()
    }

    /// Exports the spans still in the queue, for at most one second.
    pub(super) fn end(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_EXPORT) {
            tracing::warn!(error = %chain(&error), "the last spans were not exported");
        }
    }
}
