//! The span of a request, which is the trace's outermost in this process.

use tracing::field::Empty;
use tracing::{Span, info_span};

use super::{TARGET, end, fail, parent, rename};
use contract::Context;

/// Methods of the semantic conventions. A method that a client invents never becomes the name of a span.
const METHODS: [&str; 9] = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"];

/// The span of a request that a server answers.
#[derive(Clone, Debug)]
pub struct RequestSpan {
    span: Span,
    method: &'static str,
}

impl RequestSpan {
    /// Begins the span, below the caller's if it names one. The `path` comes without its query.
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

    /// The span of a request that is not traced, such as a scrape.
    pub fn none(_method: &str, _path: &str, _context: &Context) -> Self {
        Self { span: Span::none(), method: "" }
    }

    /// The span within which the request is handled.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Records the response and ends the span. The route has a name, and a path if it is in the router.
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
        // An error of the caller is not a failure of this host.
        if status >= 500 {
            fail(span);
        }
        end(span);
    }
}
