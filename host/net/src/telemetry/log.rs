//! The log, written to standard error.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write, stderr};
use std::sync::{Arc, OnceLock};
use std::{env, panic};

use tracing::{Level, Metadata, debug, error};
use tracing_subscriber::filter::FilterExt;
use tracing_subscriber::filter::{Directive, ParseError};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use super::budget::count_formatted;
use super::folding::{FoldFilter, Folding};
use super::lines::{LineKind, LineQueue, LinesWriter, QueueSize};
use super::span_fields::SpanFields;
use super::{BoxedLayer, LogFormat, TelemetryError};
use crate::panic_report::PanicReport;
use crate::trace;

/// The target of the log's request span. Every line of a request has the span's fields, such as the activity id.
pub const REQUEST: &str = "insight_host::request";

/// The target of the lines that guests write. Such lines have a share of the queue of their own.
pub const GUEST: &str = "guest";

/// Bytes that wait to be written: about 10,000 lines of the host, and 2,000 of guests.
const WAITING: QueueSize = QueueSize { host: 4 << 20, others: 2 << 20, guests: 1 << 20 };

/// The environment variable whose directives override those of the settings.
const VARIABLE: &str = "RUST_LOG";

/// The queue of the log, which counts dropped lines. A process has one log.
static QUEUE: OnceLock<Arc<LineQueue>> = OnceLock::new();

/// The error for invalid directives of the log.
#[derive(Debug, thiserror::Error)]
#[error("`{directives}` in {from} is not a log filter; write a level, or directives such as `warn,guest=debug`")]
pub struct FilterError {
    directives: String,
    from: &'static str,
    source: ParseError,
}

/// Creates a layer that writes to standard error on a thread of its own. Dropping the writer writes the rest.
///
/// # Errors
///
/// Fails if the directives, or those of the environment, are invalid, or there is no thread.
pub(super) fn to_stderr(directives: &str, format: LogFormat) -> Result<(BoxedLayer, LinesWriter), TelemetryError> {
    let folding = Arc::new(Folding::default());
    let filter = filter(directives)?.and(FoldFilter(Arc::clone(&folding)));
    let queue = Arc::new(LineQueue::new(WAITING));
    let writer =
        LinesWriter::start(Arc::clone(&queue), "log", stderr(), Some(folding)).map_err(TelemetryError::Thread)?;
    // Only tests start a second log in a process.
    let _ = QUEUE.set(Arc::clone(&queue));
    let is_terminal = stderr().is_terminal();
    let layer = fmt::layer().with_writer(LogOutput(queue)).with_ansi(is_terminal);
    let layer = match format {
        LogFormat::Text => layer.with_filter(filter).boxed(),
        LogFormat::Auto if is_terminal => layer.with_filter(filter).boxed(),
        LogFormat::Auto | LogFormat::Json => {
            let layer = layer.json().flatten_event(true).with_current_span(true).with_span_list(false);
            layer.fmt_fields(SpanFields).with_filter(filter).boxed()
        }
    };
    Ok((layer, writer))
}

thread_local! {
    /// Set while a panic of this thread would be no bug of the host.
    static IS_FORESEEN: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, whose panic is no bug of the host and is handled by the caller: that of a library, for data that it takes
/// for granted.
pub fn foreseeing_panics<T>(work: impl FnOnce() -> T) -> T {
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            IS_FORESEEN.set(self.0);
        }
    }
    let _before = Before(IS_FORESEEN.replace(true));
    work()
}

/// Logs panics like any other event, with the request in which they occur. Each is a bug of the host, unless it was
/// foreseen, and ends one call, not the process.
pub(super) fn take_panics() {
    panic::set_hook(Box::new(|panic| {
        let PanicReport { message, place } = PanicReport::of(panic);
        if IS_FORESEEN.get() {
            return debug!(what = message, place, "a library panicked, which the host has foreseen");
        }
        error!(what = message, place, "the host panicked, which is a bug of the host: please report it");
    }));
}

/// The number of lines of the host, and of guests, that were dropped so far because the queue was full.
pub(super) fn dropped() -> [u64; 2] {
    QUEUE.get().map_or([0, 0], |queue| queue.lost())
}

/// The output of the log's layer: a queue.
struct LogOutput(Arc<LineQueue>);

/// A line on its way to the queue.
struct QueuedLine<'q> {
    queue: &'q LineQueue,
    kind: LineKind,
}

impl<'q> MakeWriter<'q> for LogOutput {
    type Writer = QueuedLine<'q>;

    fn make_writer(&'q self) -> QueuedLine<'q> {
        QueuedLine { queue: &self.0, kind: LineKind::Other }
    }

    fn make_writer_for(&'q self, event: &Metadata<'_>) -> QueuedLine<'q> {
        let kind = match *event.level() {
            _ if event.target() == GUEST => LineKind::Guest,
            Level::ERROR | Level::WARN => LineKind::Warning,
            _ => LineKind::Other,
        };
        QueuedLine { queue: &self.0, kind }
    }
}

/// Takes whole lines, as the layer passes them, and never fails.
impl Write for QueuedLine<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        count_formatted(line.len());
        self.queue.push(self.kind, line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
