//! The span of a request, which is the trace's outermost in this process.

use tracing::field::Empty;
use tracing::{Span, info_span};

use super::{TARGET, end, fail, parent, rename};
use contract::Context;

/// Methods that conventions know. What a stranger makes up becomes no name.
const METHODS: [&str; 9] = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"];

/// The span of a request that a server answers.
#[derive(Clone, Debug)]
pub struct RequestSpan {
    span: Span,
    method: &'static str,
}

impl RequestSpan {
    /// Begins it, below the span that the caller names if it names one. A `path` comes without its query.
    pub fn begin(method: &str, path: &str, context: &Context) -> Self {
        let method = METHODS.into_iter().find(|known| *known == method).unwrap_or("_OTHER");
        let span = info_span!(
            target: TARGET,
            "request",
            otel.kind = "server",
            http.request.method = method,
            http.route = Empty,
            http.response.status_code = Empty,
            url.path = path,
            insight.activity_id = %context.activity_id,
        );
        if let Some(caller) = context.traceparent.as_deref().filter(|_| !span.is_disabled()) {
            parent::join(&span, caller);
        }
        Self { span, method }
    }

    /// The span of a request that nobody wants to see, such as a scrape.
    pub fn none(_method: &str, _path: &str, _context: &Context) -> Self {
        Self { span: Span::none(), method: "" }
    }

    /// What is done for the request is done within this.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Says how it was answered: the route's name and its path in the router, if it has one.
    pub fn answered(&self, route: &str, path: Option<&str>, status: u16) {
        let Self { span, method } = self;
        if span.is_disabled() {
            return;
        }
        rename(span, format!("{method} {route}"));
        span.record("http.response.status_code", i64::from(status));
        if let Some(path) = path {
            span.record("http.route", path);
        }
        // What the caller did wrong is no failure of ours.
        if status >= 500 {
            fail(span);
        }
        end(span);
    }
}
