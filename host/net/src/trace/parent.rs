//! The header `traceparent`, read and written: W3C Trace Context, version 00.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Makes the span that `traceparent` names the parent of a span that has not begun.
pub(super) fn join(span: &Span, traceparent: &str) {
    let Some(parent) = read(traceparent) else { return };
    // This fails only for a span that has begun, or without an exporter.
    let _ = span.set_parent(Context::new().with_remote_span_context(parent));
}

/// The header that names `span`. `None` if the span is not exported.
pub(super) fn header(span: &Span) -> Option<String> {
    if span.is_disabled() {
        return None;
    }
    let context = span.context();
    let of_span = context.span();
    let names = of_span.span_context();
    let (trace, span, flags) = (names.trace_id(), names.span_id(), names.trace_flags().to_u8());
    names.is_valid().then(|| format!("00-{trace}-{span}-{flags:02x}"))
}

/// Reads the span that a header of version 00 names.
fn read(traceparent: &str) -> Option<SpanContext> {
    let [_version, trace, parent, flags] = traceparent.split('-').collect::<Vec<_>>().try_into().ok()?;
    let (trace, parent) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(parent).ok()?);
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    Some(SpanContext::new(trace, parent, flags, true, TraceState::NONE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_a_trace_a_span_and_whether_it_is_kept() {
        let parent = read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03").expect("it is well formed");

        assert_eq!(parent.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(parent.span_id().to_string(), "00f067aa0ba902b7");
        assert!(parent.is_sampled() && parent.is_remote() && parent.is_valid());
        assert!(read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02").is_some_and(|it| !it.is_sampled()));
    }

    #[test]
    fn a_span_that_nobody_exports_has_no_header() {
        assert_eq!(header(&Span::none()), None);
    }
}
