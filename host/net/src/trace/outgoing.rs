//! The spans of a guest's outgoing requests and key-value operations.

use tracing::field::Empty;
use tracing::{Span, info_span};

use super::{CallSpan, TARGET, fail, parent};

/// The span of one request to a backend.
#[derive(Clone, Debug)]
pub struct HttpSpan(Span);

impl HttpSpan {
    /// Begins the span, below `call`. Path and query of the URL are not recorded.
    pub fn begin(call: &CallSpan, method: &str, host: &str, port: u16) -> Self {
        Self(info_span!(
            target: TARGET,
            parent: call.span(),
            "http request",
            otel.name = method,
            otel.kind = "client",
            http.request.method = method,
            server.address = host,
            server.port = i64::from(port),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            error.type = Empty,
        ))
    }

    /// The `traceparent` header that makes this span the parent of the backend's. `None` if it is not exported.
    pub fn traceparent(&self) -> Option<String> {
        parent::header(&self.0)
    }

    /// Records that the request is sent a second time.
    pub fn repeated(&self) {
        self.0.record("http.request.resend_count", 1);
    }

    /// Records the result: a status, or the name of the error.
    pub fn ended(&self, result: Result<u16, &'static str>) {
        match result {
            Ok(status) => {
                self.0.record("http.response.status_code", i64::from(status));
                if status >= 400 {
                    fail(&self.0);
                }
            }
            Err(error) => {
                self.0.record("error.type", error);
                fail(&self.0);
            }
        }
    }
}

/// The span of one operation of the key-value store. Neither keys nor values are recorded.
#[derive(Clone, Debug)]
pub struct KeyValueSpan(Span);

impl KeyValueSpan {
    /// Begins the span, below `call`.
    pub fn begin(call: &CallSpan, operation: &'static str) -> Self {
        Self(info_span!(
            target: TARGET,
            parent: call.span(),
            "key-value",
            otel.name = format!("key-value {operation}"),
            otel.kind = "client",
            db.operation.name = operation,
            error.type = Empty,
        ))
    }

    /// Records the error of a failed operation.
    pub fn failed(&self, error: &'static str) {
        self.0.record("error.type", error);
        fail(&self.0);
    }
}
