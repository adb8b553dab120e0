//! Names and sinks of what the host records.

pub(crate) mod audit;
pub(crate) mod metrics;

use std::io::{IsTerminal, stderr};

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use self::audit::AuditFile;

/// Lines that wait to be written. Further ones are dropped: a log that nobody reads must not
/// hold up an answer.
const LINES: usize = 16_384;

/// Writes what waits to be written when it is dropped.
#[derive(Debug)]
pub(crate) struct Recording {
    _log: WorkerGuard,
    _audit: Option<WorkerGuard>,
}

/// Starts logging to standard error: what `RUST_LOG` names, else `directives`. What is audited goes to the file
/// `audit` too, whatever is logged.
///
/// Lines are written by threads of their own until what is returned is dropped.
pub(crate) fn log_to_stderr(directives: &str, audit: Option<AuditFile>) -> Recording {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new(directives));
    // It warns at each request that a guest gets wrong, in the guest's words and without end.
    let filter = filter.add_directive("wasmtime_wasi_http=off".parse().expect("it is a directive"));
    let (writer, log_guard) = NonBlockingBuilder::default().buffered_lines_limit(LINES).lossy(true).finish(stderr());
    let log = fmt::layer().with_writer(writer).with_ansi(stderr().is_terminal()).with_filter(filter);
    let (audit, audit_guard) = audit.map(audit::layer).unzip();
    registry().with(log).with(audit).init();
    Recording { _log: log_guard, _audit: audit_guard }
}
