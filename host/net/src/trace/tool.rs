//! The span of a tool that a model calls.

use tracing::{Span, info_span};

use super::{TARGET, end, fail, parent, rename};

/// The span of a call of a tool, below the span that the call itself names, else below the request's.
#[derive(Clone, Debug)]
pub struct ToolSpan(Span);

impl ToolSpan {
    /// Begins the span of the tool `name`, which is one of those that are served. `traceparent` comes with the call.
    pub fn begin(name: &str, traceparent: Option<&str>) -> Self {
        let span = info_span!(
            target: TARGET,
            "tools/call",
            otel.kind = "server",
            mcp.method.name = "tools/call",
            gen_ai.operation.name = "execute_tool",
            gen_ai.tool.name = name,
        );
        if !span.is_disabled() {
            if let Some(caller) = traceparent {
                parent::join(&span, caller);
            }
            rename(&span, format!("tools/call {name}"));
        }
        Self(span)
    }

    /// The span within which the providers are called.
    pub fn span(&self) -> &Span {
        &self.0
    }

    /// Ends the span of a call that was answered or not.
    pub fn ended(&self, is_answered: bool) {
        if self.0.is_disabled() {
            return;
        }
        if !is_answered {
            fail(&self.0);
        }
        end(&self.0);
    }
}
