//! The audit log: actions on a host and its plugins, and who performed them.
//!
//! The audit log is part of the log. An audited action is an event with the target [`TARGET`] and a field `event`. If
//! the operator names a file, each such event is also one line of JSON there, written on a thread of its own so that a
//! full or hanging disk stops nothing. Fields hold names, digests and addresses, and never the value of a secret or a
//! setting.

mod file;
mod line;

use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use schemars::JsonSchema;
use serde::Deserialize;
use tracing::{Event, Subscriber};
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

pub use self::file::{AuditError, AuditFile};

/// The target of audit events.
pub const TARGET: &str = "insight_host::audit";

/// Most lines that wait to be written. Further ones are lost and counted, because a hanging disk must not stop the
/// host.
const LINES: usize = 1_024;

/// The number of lines that could not be written.
static UNWRITTEN: AtomicU64 = AtomicU64::new(0);

/// The counter of lines dropped because the queue was full.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// The settings of the audit log.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The file to which events are appended.
    pub path: Option<PathBuf>,
}

/// The number of lines of the audit log that were lost since the process began.
pub fn lost() -> u64 {
    let dropped = DROPPED.get().map_or(0, |dropped| dropped.dropped_lines() as u64);
    UNWRITTEN.load(Ordering::Relaxed) + dropped
}

/// Reopens the file before its next line, because the old one was moved away.
pub fn reopen() {
    file::REOPEN.store(true, Ordering::Release);
}

/// Creates a layer that writes audit events to `file`, on a thread of its own, until the guard is dropped.
pub(super) fn layer<S>(file: AuditFile) -> (impl Layer<S>, WorkerGuard)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let builder = NonBlockingBuilder::default().buffered_lines_limit(LINES).lossy(true).thread_name("audit");
    let (lines, guard) = builder.finish(file);
    // A process has one subscriber, so this is set once.
    let _ = DROPPED.set(lines.error_counter());
    (Audit(lines).with_filter(filter_fn(|event| event.target() == TARGET)), guard)
}

/// The layer that converts events to lines.
struct Audit(NonBlocking);

impl<S: Subscriber> Layer<S> for Audit {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // The write cannot fail: it puts the line into a queue, or counts it if the queue is full.
        let _ = self.0.clone().write_all(&line::of(event));
    }
}
