//! Names and sinks of what the host records.

pub(crate) mod metrics;

use std::io::{IsTerminal, stderr};

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

/// Lines that wait to be written. Further ones are dropped: a log that nobody reads must not
/// hold up an answer.
const LINES: usize = 16_384;

/// Starts logging to standard error: what `RUST_LOG` names, else `directives`.
///
/// Lines are written by a thread of their own until the guard is dropped, which writes the rest.
pub(crate) fn log_to_stderr(directives: &str) -> WorkerGuard {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new(directives));
    // It warns at each request that a guest gets wrong, in the guest's words and without end.
    let filter = filter.add_directive("wasmtime_wasi_http=off".parse().expect("it is a directive"));
    let (writer, guard) = NonBlockingBuilder::default().buffered_lines_limit(LINES).lossy(true).finish(stderr());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(stderr().is_terminal()).init();
    guard
}
