//! The audit log: what was done to a host and its plugins, and by whom.
//!
//! Whoever has something to audit logs it with the target [`TARGET`] and a field `event`. In the log it stands among
//! other lines; if the operator names a file, each such event is one line of JSON there too. Fields hold names, digests
//! and addresses: never a value of a secret or a setting.

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

pub(crate) use self::file::{AuditError, AuditFile};

/// The target of what is audited.
pub(crate) const TARGET: &str = "insight_host::audit";

/// Lines that wait to be written. Further ones are lost, and counted: a disk that hangs must not stop the host.
const LINES: usize = 1_024;

/// Lines that could not be written.
static UNWRITTEN: AtomicU64 = AtomicU64::new(0);

/// Lines that there was no room to wait for.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// Where the audit log goes besides the log.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// The file, which only grows.
    pub(crate) path: Option<PathBuf>,
}

/// Lines of the audit log that were lost since the process began.
pub(crate) fn lost() -> u64 {
    let dropped = DROPPED.get().map_or(0, |dropped| dropped.dropped_lines() as u64);
    UNWRITTEN.load(Ordering::Relaxed) + dropped
}

/// Has the file opened anew before its next line: the old one was moved away.
pub(crate) fn reopen() {
    file::REOPEN.store(true, Ordering::Release);
}

/// Writes what is audited into `file`, on a thread of its own, until the guard is dropped.
pub(super) fn layer<S>(file: AuditFile) -> (impl Layer<S>, WorkerGuard)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let builder = NonBlockingBuilder::default().buffered_lines_limit(LINES).lossy(true).thread_name("audit");
    let (lines, guard) = builder.finish(file);
    // There is one subscriber, and so one of these.
    let _ = DROPPED.set(lines.error_counter());
    (Audit(lines).with_filter(filter_fn(|event| event.target() == TARGET)), guard)
}

/// Makes lines of events.
struct Audit(NonBlocking);

impl<S: Subscriber> Layer<S> for Audit {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // It only puts the line into a queue, and counts those that find no room.
        let _ = self.0.clone().write_all(&line::of(event));
    }
}
