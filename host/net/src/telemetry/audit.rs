//! The audit log: actions on a host and its plugins, and who performed them.
//!
//! The audit log is part of the log. An audited action is an event with the target [`TARGET`] and a field `event`. If
//! the operator names a file, each such event is also one line of JSON there, written on a thread of its own so that a
//! full or hanging disk stops nothing. Fields hold names, digests and addresses, and never the value of a secret or a
//! setting.

mod file;
mod line;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Deserialize;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

pub use self::file::{AuditError, AuditFile};
use super::lines::{LineKind, LineQueue, LinesWriter, QueueSize};

/// The target of audit events.
pub const TARGET: &str = "insight_host::audit";

/// Bytes of lines that wait to be written. Further lines are lost and counted, because a hanging disk must not stop the
/// host.
const WAITING: QueueSize = QueueSize { host: 2 << 20, others: 2 << 20, guests: 0 };

/// The number of lines that could not be written.
static UNWRITTEN: AtomicU64 = AtomicU64::new(0);

/// The queue, which counts the lines dropped because it was full.
static QUEUE: OnceLock<Arc<LineQueue>> = OnceLock::new();

/// The settings of the audit log.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The file to which events are appended.
    pub path: Option<PathBuf>,
}

/// The number of lines of the audit log that were lost since the process began.
pub fn lost() -> u64 {
    let dropped: u64 = QUEUE.get().map_or([0, 0], |queue| queue.lost()).iter().sum();
    UNWRITTEN.load(Ordering::Relaxed) + dropped
}

/// Reopens the file before its next line, because the old one was moved away.
pub fn reopen() {
    file::REOPEN.store(true, Ordering::Release);
}

/// Creates a layer that writes audit events to `file`, on a thread of its own, until the writer is dropped.
///
/// # Errors
///
/// Fails if there is no thread.
pub(super) fn layer<S>(file: AuditFile) -> io::Result<(impl Layer<S>, LinesWriter)>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let queue = Arc::new(LineQueue::new(WAITING));
    let writer = LinesWriter::start(Arc::clone(&queue), "audit", file, None)?;
    // A process has one subscriber, so this is set once.
    let _ = QUEUE.set(Arc::clone(&queue));
    Ok((Audit(queue).with_filter(filter_fn(|event| event.target() == TARGET)), writer))
}

/// The layer that converts events to lines.
struct Audit(Arc<LineQueue>);

impl<S: Subscriber> Layer<S> for Audit {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0.push(LineKind::Warning, &line::of(event));
    }
}
