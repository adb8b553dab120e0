//! The span of a provider's call.

use tracing::field::Empty;
use tracing::{Span, info_span};

use super::{TARGET, end, fail};
use contract::{Capability, Outcome};

/// The span of one provider's call, from the wait for a slot to its answer.
#[derive(Clone, Debug)]
pub struct CallSpan(Span);

impl CallSpan {
    /// Begins the span, below the request's.
    pub fn begin(plugin: &str, capability: Capability) -> Self {
        Self(info_span!(
            target: TARGET,
            "provider call",
            otel.kind = "internal",
            insight.plugin = plugin,
            insight.capability = capability.name(),
            insight.outcome = Empty,
            insight.fuel = Empty,
            insight.memory_bytes = Empty,
        ))
    }

    /// The span of a call that is not traced, such as one of the command line.
    pub fn none() -> Self {
        Self(Span::none())
    }

    /// The parent of the spans of the guest's host calls.
    pub(super) fn span(&self) -> &Span {
        &self.0
    }

    /// Begins the span of the wait for a slot, which ends when it is dropped.
    pub fn admission(&self) -> Span {
        info_span!(target: TARGET, parent: &self.0, "admission", otel.kind = "internal")
    }

    /// Records the outcome and the cost of the call, and ends the span.
    pub fn ended(&self, outcome: Outcome, fuel: u64, memory: usize) {
        if self.0.is_disabled() {
            return;
        }
        self.0.record("insight.outcome", outcome.name());
        self.0.record("insight.fuel", i64::try_from(fuel).unwrap_or(i64::MAX));
        self.0.record("insight.memory_bytes", i64::try_from(memory).unwrap_or(i64::MAX));
        if outcome.is_failure() {
            fail(&self.0);
        }
        end(&self.0);
    }
}
