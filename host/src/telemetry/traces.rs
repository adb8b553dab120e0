//! Traces, exported by OTLP over HTTP.
//!
//! A span that has ended goes into a queue ([`queue`]), out of which a thread of the SDK's takes them by the hundred and
//! has them posted ([`client`]). A collector that is slow or gone costs spans, which are counted.

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

use self::client::{Client, ClientError};
pub(super) use self::queue::COUNTS;
use super::{BoxedLayer, TraceSettings};
use crate::trace;

/// How long the end of a process waits for spans to be exported.
const LAST_EXPORT: Duration = Duration::from_secs(1);

/// Traces cannot be exported as the settings say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// No client for the endpoint.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The exporter does not want to.
    #[error("failed to export traces to `telemetry.traces.endpoint`")]
    Exporter(#[from] ExporterBuildError),
}

/// Traces on their way to a collector.
pub(super) struct Exporting(SdkTracerProvider);

impl Exporting {
    /// Begins to export what is traced. What waits for sockets runs on `threads`.
    pub(super) fn start(settings: &TraceSettings, threads: &Handle) -> Result<Self, StartError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new(settings, threads.clone())?)
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

    /// What makes spans of a trace out of those of [`trace`].
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

    /// Exports what still waits, for a second at most.
    pub(super) fn end(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_EXPORT) {
            tracing::warn!(%error, "the last spans were not exported");
        }
    }
}
