//! The spans of a request's trace, and their propagation between processes (W3C Trace Context).
//!
//! ```text
//! GET record-summary            the request, below the span that its caller names
//! ├─ tools/call NAME            a tool that a model calls, below the span that the call names; its calls are below it
//! └─ provider call              one for each provider that is called
//!    ├─ admission               the wait for a slot
//!    ├─ GET                     a request of the guest's, whose span is sent to the backend
//!    └─ key-value get           an operation of the guest's
//! ```
//!
//! Attributes have the names of OpenTelemetry's semantic conventions if there are any. None holds a question, an answer
//! of a guest, or the path and query of a backend's URL. Spans of traces have a target of their own, which the log
//! leaves out. Without an exporter no span is created, and each costs the check of one flag.

mod call;
mod outgoing;
mod parent;
mod request;
mod tool;

use opentelemetry::trace::{Status, TraceContextExt};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

pub use self::call::CallSpan;
pub use self::outgoing::{HttpSpan, KeyValueSpan};
pub use self::request::RequestSpan;
pub use self::tool::ToolSpan;

/// The target of all spans of traces and of no line of the log. The exporter selects spans by it, and the log leaves
/// them out.
pub const TARGET: &str = "insight_host::trace";

/// Marks a span as failed.
fn fail(span: &Span) {
    span.set_status(Status::error(""));
}

/// Renames a span that has begun.
fn rename(span: &Span, name: String) {
    span.context().span().update_name(name);
}

/// Ends a span now. Otherwise it and its parents would last until the guests' threads, which hold it, have cleaned up.
fn end(span: &Span) {
    span.context().span().end();
}
