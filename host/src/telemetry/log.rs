//! The log: lines on standard error.

use std::io::{IsTerminal, stderr};
use std::sync::OnceLock;
use std::{env, panic};

use tracing::error;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{Directive, ParseError};
use tracing_subscriber::fmt;
use tracing_subscriber::{EnvFilter, Layer};

use super::{BoxedLayer, LogFormat};
use crate::contract::Printable;
use crate::trace;

/// What the span of a request is marked with: its fields, the activity id above all, stand in every line of the request.
pub(crate) const REQUEST: &str = "insight_host::request";

/// Lines that wait to be written. Further ones are dropped: a log that nobody reads must not hold up an answer.
const LINES: usize = 16_384;

/// The variable that names the lines to log in place of the settings.
const VARIABLE: &str = "RUST_LOG";

/// Lines that were dropped, of the one log that a process has.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// What names the lines to log does not.
#[derive(Debug, thiserror::Error)]
#[error("`{directives}` in {from} names no lines to log; write a level, or such as `warn,guest=debug`")]
pub(crate) struct FilterError {
    directives: String,
    from: &'static str,
    source: ParseError,
}

/// A layer that writes to standard error, by a thread of its own until the guard is dropped, which writes the rest.
///
/// # Errors
///
/// Fails if the directives, or those of the environment, are none.
pub(super) fn to_stderr(directives: &str, format: LogFormat) -> Result<(BoxedLayer, WorkerGuard), FilterError> {
    let filter = filter(directives)?;
    let (writer, guard) = NonBlockingBuilder::default().buffered_lines_limit(LINES).lossy(true).finish(stderr());
    // A second log of a process would be one of tests.
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

/// Has panics logged like all else, with the request that they are of. Each is a bug of ours and ends one call, not the
/// host.
pub(super) fn take_panics() {
    panic::set_hook(Box::new(|panic| {
        let what = Printable(panic.payload_as_str().unwrap_or("in no words"));
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        error!(%what, place, "the host panicked, which is a bug of its own: please report it");
    }));
}

/// Lines that were dropped so far.
pub(super) fn dropped() -> u64 {
    DROPPED.get().map_or(0, |lines| lines.dropped_lines() as u64)
}

/// Says whether `directives` name lines to log.
///
/// # Errors
///
/// Fails if they do not.
pub(crate) fn check_directives(directives: &str) -> Result<(), ParseError> {
    EnvFilter::try_new(directives).map(drop)
}

/// Which lines are logged: those that the environment names, else `directives`.
fn filter(directives: &str) -> Result<EnvFilter, FilterError> {
    let named = env::var(VARIABLE).ok().filter(|named| !named.is_empty());
    let (directives, from) = named.as_deref().map_or((directives, "`telemetry.log`"), |named| (named, VARIABLE));
    let filter = EnvFilter::try_new(directives);
    let filter = filter.map_err(|source| FilterError { directives: directives.to_owned(), from, source })?;
    let always = [
        format!("{REQUEST}=error"),
        format!("{}=off", trace::TARGET),
        // It warns at each request that a guest gets wrong, in the guest's words and without end.
        "wasmtime_wasi_http=off".to_owned(),
    ];
    Ok(always.iter().map(|directive| parsed(directive)).fold(filter, EnvFilter::add_directive))
}

fn parsed(directive: &str) -> Directive {
    directive.parse().expect("it is a directive")
}
