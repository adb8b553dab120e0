//! The log, written to standard error.

use std::io::{IsTerminal, stderr};
use std::sync::OnceLock;
use std::{env, panic};

use tracing::error;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{Directive, ParseError};
use tracing_subscriber::{EnvFilter, Layer, fmt};

use super::{BoxedLayer, LogFormat};
use crate::trace;
use contract::Printable;

/// The target of the log's request span. Every line of a request has the span's fields, such as the activity id.
pub const REQUEST: &str = "insight_host::request";

/// Most lines that wait to be written. Further ones are dropped, because a log that is not read must not delay an
/// answer.
const LINES: usize = 16_384;

/// The environment variable whose directives override those of the settings.
const VARIABLE: &str = "RUST_LOG";

/// The counter of dropped lines. A process has one log.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// The error for invalid directives of the log.
#[derive(Debug, thiserror::Error)]
#[error("`{directives}` in {from} is not a log filter; write a level, or directives such as `warn,guest=debug`")]
pub struct FilterError {
    directives: String,
    from: &'static str,
    source: ParseError,
}

/// Creates a layer that writes to standard error on a thread of its own. Dropping the guard writes the rest.
///
/// # Errors
///
/// Fails if the directives, or those of the environment, are invalid.
pub(super) fn to_stderr(directives: &str, format: LogFormat) -> Result<(BoxedLayer, WorkerGuard), FilterError> {
    let filter = filter(directives)?;
    let (writer, guard) = NonBlockingBuilder::default().buffered_lines_limit(LINES).lossy(true).finish(stderr());
    // Only tests start a second log in a process.
    let _ = DROPPED.set(writer.error_counter());
    let is_terminal = stderr().is_terminal();
    let layer = fmt::layer().with_writer(writer).with_ansi(is_terminal);
    let layer = match format {
        LogFormat::Text => layer.with_filter(filter).boxed(),
        LogFormat::Auto if is_terminal => layer.with_filter(filter).boxed(),
        LogFormat::Auto | LogFormat::Json => {
            layer.json().flatten_event(true).with_current_span(true).with_span_list(false).with_filter(filter).boxed()
        }
    };
    Ok((layer, guard))
}

/// Logs panics like any other event, with the request in which they occur. Each is a bug of the host, and ends one
/// call, not the process.
pub(super) fn take_panics() {
    panic::set_hook(Box::new(|panic| {
        let what = Printable(panic.payload_as_str().unwrap_or("no message"));
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        error!(%what, place, "the host panicked, which is a bug of the host: please report it");
    }));
}

/// The number of lines dropped so far.
pub(super) fn dropped() -> u64 {
    DROPPED.get().map_or(0, |lines| lines.dropped_lines() as u64)
}

/// Checks `directives` of the log.
///
/// # Errors
///
/// Fails if they are invalid.
pub fn check_directives(directives: &str) -> Result<(), ParseError> {
    EnvFilter::try_new(directives).map(drop)
}

/// Creates the filter of the log from the directives of the environment, or else from `directives`.
fn filter(directives: &str) -> Result<EnvFilter, FilterError> {
    let named = env::var(VARIABLE).ok().filter(|named| !named.is_empty());
    let (directives, from) = named.as_deref().map_or((directives, "`telemetry.log`"), |named| (named, VARIABLE));
    let filter = EnvFilter::try_new(directives);
    let filter = filter.map_err(|source| FilterError { directives: directives.to_owned(), from, source })?;
    let always = [
        format!("{REQUEST}=error"),
        format!("{}=off", trace::TARGET),
        // It warns about each malformed request of a guest, with untrusted text of unbounded length.
        "wasmtime_wasi_http=off".to_owned(),
    ];
    Ok(always.iter().map(|directive| parsed(directive)).fold(filter, EnvFilter::add_directive))
}

fn parsed(directive: &str) -> Directive {
    directive.parse().expect("the directive is valid")
}
