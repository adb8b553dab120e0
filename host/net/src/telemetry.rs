//! Telemetry: the log, the audit log, traces and metrics.
//!
//! None of them delays an answer. Lines and spans wait in bounded queues for threads of their own. If a queue is full,
//! they are dropped and counted.
//!
//! The log has one span, and traces have all. The request's span of the log holds its activity id. It is the innermost
//! span, and goes with the request to whichever thread works for it.

pub mod audit;
mod budget;
mod folding;
mod lines;
mod log;
pub mod metrics;
mod settings;
mod span_fields;
mod traces;

use std::io;
use std::sync::Arc;

use tokio::runtime::Handle;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use self::audit::AuditFile;
pub use self::budget::{LogBudget, measured};
use self::lines::LinesWriter;
pub use self::log::{FilterError, GUEST, REQUEST, check_directives, foreseeing_panics};
pub use self::settings::{HeaderSource, LogFormat, Settings, TraceSettings};
use self::traces::Exporting;
pub use self::traces::TraceError;
use crate::proxy::Proxies;

/// A layer that receives every line and span.
type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// An error in the settings of the log or of traces.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The directives of the log are invalid.
    #[error(transparent)]
    Log(#[from] FilterError),
    /// Traces cannot be exported.
    #[error(transparent)]
    Traces(#[from] TraceError),
    /// A thread that writes lines cannot be started.
    #[error("failed to start a thread that writes the log")]
    Thread(#[source] io::Error),
}

/// The running telemetry. Dropping it writes the rest of the log.
#[must_use]
pub struct Recording {
    traces: Option<Exporting>,
    _audit: Option<LinesWriter>,
    _log: LinesWriter,
}

/// Starts the log on standard error, the audit log in the file `audit`, and the export of traces if the settings name
/// an endpoint. Audit events are written to the file even if the log leaves them out. Network I/O runs on `threads`.
///
/// # Errors
///
/// Fails with the change that the settings need.
pub fn start(settings: &Settings, audit: Option<AuditFile>, threads: &Handle) -> Result<Recording, TelemetryError> {
    let (log, writer) = log::to_stderr(&settings.log, settings.log_format)?;
    let traces = settings.traces.as_ref().map(|traces| Exporting::start(traces, threads)).transpose()?;
    let (audit, audit_writer) = audit.map(audit::layer).transpose().map_err(TelemetryError::Thread)?.unzip();
    let others = [audit.map(Layer::boxed), traces.as_ref().map(Exporting::layer)];
    let layers: Vec<BoxedLayer> = [log].into_iter().chain(others.into_iter().flatten()).collect();
    tracing_subscriber::registry().with(layers).init();
    log::take_panics();
    Ok(Recording { traces, _audit: audit_writer, _log: writer })
}

/// Posts spans through other proxies from now on, if traces are exported.
pub fn use_proxies(proxies: &Arc<Proxies>) {
    traces::use_proxies(proxies);
}

/// Starts the log of an interactive command: text on standard error, and no traces.
///
/// # Errors
///
/// Fails if `RUST_LOG` is invalid, or there is no thread.
pub fn log_to_stderr(directives: &str) -> Result<Recording, TelemetryError> {
    let (log, writer) = log::to_stderr(directives, LogFormat::Text)?;
    tracing_subscriber::registry().with(log).init();
    Ok(Recording { traces: None, _audit: None, _log: writer })
}

impl Recording {
    /// Exports the spans still in the queue, for at most one second. The threads that export must still run.
    pub fn end(self) {
        if let Some(traces) = &self.traces {
            traces.end();
        }
    }
}
