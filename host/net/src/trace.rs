//! The spans of a request's trace, and how a trace goes from process to process.
//!
//! ```text
//! GET record-summary            the request, below the span that its caller names
//! └─ provider call              one for each provider that is asked
//!    ├─ admission               the wait for room
//!    ├─ GET                     a request of the guest's, whose span its backend is told
//!    └─ key-value get           an operation of the guest's
//! ```
//!
//! Attributes have the names of OpenTelemetry's conventions where it has some. None holds what a caller asks, what a
//! guest answers, or a URL's path and query out there. Without an exporter no span is made, and each costs a look at
//! one flag.

mod call;
mod outgoing;
mod parent;
mod request;

use opentelemetry::trace::{Status, TraceContextExt};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

pub use self::call::CallSpan;
pub use self::outgoing::{HttpSpan, KeyValueSpan};
pub use self::request::RequestSpan;

/// What all spans of traces are marked with, and no line of the log: whoever exports looks for it, and the log leaves
/// it out.
pub const TARGET: &str = "insight_host::trace";

/// Marks a span as failed.
fn fail(span: &Span) {
    span.set_status(Status::error(""));
}

/// Gives a span that has begun another name.
fn rename(span: &Span, name: String) {
    span.context().span().update_name(name);
}

/// Ends a span now: threads of guests hold it, and so those above it, until they have cleaned up.
fn end(span: &Span) {
    span.context().span().end();
}
