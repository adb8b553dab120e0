//! Names and sinks of what the host records: its log, its traces and what it counts.
//!
//! None of them holds up an answer. Lines and spans wait in queues of fixed length for threads of their own; what finds
//! its queue full is dropped, and counted.

pub(crate) mod audit;
mod chain;
mod log;
pub(crate) mod metrics;
mod settings;
mod traces;

use tokio::runtime::Handle;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use self::audit::AuditFile;
pub(crate) use self::chain::chain;
pub(crate) use self::log::{FilterError, REQUEST, check_directives};
pub(crate) use self::settings::{HeaderSource, LogFormat, Settings, TraceSettings};
use self::traces::Exporting;
pub(crate) use self::traces::StartError;

/// One of those that hear of every line and span.
type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// What is recorded cannot be recorded as the settings say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TelemetryError {
    /// No such lines to log.
    #[error(transparent)]
    Log(#[from] FilterError),
    /// No way to export traces.
    #[error(transparent)]
    Traces(#[from] StartError),
}

/// Records until it is dropped, which writes what is left of the log.
#[must_use]
pub(crate) struct Recording {
    traces: Option<Exporting>,
    _audit: Option<WorkerGuard>,
    _log: WorkerGuard,
}

/// Starts to log to standard error, to write what is audited to the file `audit` too, whatever is logged, and to export
/// traces if the settings say where to. What waits for sockets runs on `threads`.
///
/// # Errors
///
/// Fails with what to change in the settings.
pub(crate) fn start(
    settings: &Settings,
    audit: Option<AuditFile>,
    threads: &Handle,
) -> Result<Recording, TelemetryError> {
    let (log, writer) = log::to_stderr(&settings.log, settings.log_format)?;
    let traces = settings.traces.as_ref().map(|traces| Exporting::start(traces, threads)).transpose()?;
    let (audit, audit_writer) = audit.map(audit::layer).unzip();
    let others = [audit.map(Layer::boxed), traces.as_ref().map(Exporting::layer)];
    let layers: Vec<BoxedLayer> = [log].into_iter().chain(others.into_iter().flatten()).collect();
    tracing_subscriber::registry().with(layers).init();
    log::take_panics();
    Ok(Recording { traces, _audit: audit_writer, _log: writer })
}

/// Starts to log to standard error as a command does that a person waits for: in words, and without traces.
///
/// # Errors
///
/// Fails if `RUST_LOG` names no lines.
pub(crate) fn log_to_stderr(directives: &str) -> Result<Recording, TelemetryError> {
    let (log, writer) = log::to_stderr(directives, LogFormat::Text)?;
    tracing_subscriber::registry().with(log).init();
    Ok(Recording { traces: None, _audit: None, _log: writer })
}

impl Recording {
    /// Exports the spans that still wait, for a second at most. The threads that export must still run.
    pub(crate) fn end(self) {
        if let Some(traces) = &self.traces {
            traces.end();
        }
    }
}
