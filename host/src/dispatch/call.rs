//! One call of one provider: admitted, run, counted and logged.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tracing::{Instrument, Span, debug, info, warn};

use crate::plugin::{LateProbe, Plugin, Query};
use contract::{Outcome, Printable};
use engine::{CallEnd, Runtime, Spent};
use net::telemetry::metrics::{CallMetrics, Cost};
use net::trace::CallSpan;

/// A call of a provider. Dropped before it has ended, it counts as cancelled.
pub(super) struct ProviderCall {
    provider: Arc<Plugin>,
    query: Arc<Query>,
    metrics: CallMetrics,
    span: CallSpan,
    begun: Instant,
}

/// The part of a call that takes time. Dropping it cancels the call.
pub(super) type RunningCall = BoxFuture<'static, CallEnd>;

impl ProviderCall {
    /// Begins to count a call.
    pub(super) fn begin(provider: &Arc<Plugin>, query: &Arc<Query>) -> Self {
        let capability = query.ask.capability();
        Self {
            provider: Arc::clone(provider),
            query: Arc::clone(query),
            metrics: provider.calls().begin(capability),
            span: CallSpan::begin(provider.id().as_str(), capability),
            begun: Instant::now(),
        }
    }

    /// Calls the provider if admission control admits the call.
    pub(super) fn run(&self, runtime: &Arc<Runtime>) -> RunningCall {
        let (runtime, provider, query) = (Arc::clone(runtime), Arc::clone(&self.provider), Arc::clone(&self.query));
        let span = self.span.clone();
        let call = async move {
            let (admission, since) = (span.admission(), Instant::now());
            let (left, full) = (query.deadline.left(), provider.limits().time);
            let entered = provider.plugin_admission().enter(query.origin(), left, full).await;
            provider.calls().waited(since.elapsed());
            drop(admission);
            match entered {
                Ok((pass, admitted)) => {
                    let ended = provider.ask(&runtime, admitted, &query, &span).await;
                    pass.ended(ended.completion());
                    ended
                }
                Err(refused) => {
                    let (outcome, retry_after) = (refused.outcome(), refused.retry_after());
                    CallEnd::refused(outcome, refused.to_string(), retry_after)
                }
            }
        };
        call.boxed()
    }

    /// Counts and logs the end of the call.
    pub(super) fn ended(self, ended: &CallEnd) {
        self.learn(ended);
        self.record(ended, ended.outcome());
    }

    /// Leaves out the call, for which the answer `was_awaited` or not. `running` is cancelled, unless it is to show how
    /// long it takes.
    pub(super) fn late(self, was_awaited: bool, running: RunningCall) -> CallEnd {
        let (time, origin) = (self.begun.elapsed(), self.query.origin());
        if was_awaited {
            self.provider.pace().missed(origin, time);
        }
        let left_out = || CallEnd {
            spent: Spent { time, ..Spent::default() },
            ..CallEnd::refused(Outcome::Late, format!("still running after {} ms", time.as_millis()), None)
        };
        match self.provider.pace().probe(origin) {
            Some(probe) => _ = tokio::spawn(self.run_on(running, probe).instrument(Span::current())),
            None => {
                drop(running);
                self.record(&left_out(), Outcome::Late);
            }
        }
        left_out()
    }

    /// Runs a call whose answer has left to its end, to learn its time.
    async fn run_on(self, running: RunningCall, probe: LateProbe) {
        let ended = running.await;
        drop(probe);
        self.learn(&ended);
        self.record(&ended, Outcome::Late);
    }

    /// Learns the time of a call that has run. The wait for its slot is a part of it.
    fn learn(&self, ended: &CallEnd) {
        if ended.spent.time > Duration::ZERO {
            let (provider, origin) = (&self.provider, self.query.origin());
            provider.pace().ended(origin, self.begun.elapsed(), provider.wait_terms());
        }
    }

    fn record(self, ended: &CallEnd, outcome: Outcome) {
        let Self { provider, query, metrics, span, .. } = self;
        let Spent { time, fuel, memory, .. } = ended.spent;
        provider.show(query.ask.capability(), outcome, ended);
        span.ended(outcome, fuel, memory);
        metrics.ended(outcome, Cost { time, fuel, memory }, &ended.repairs);

        let (plugin, capability, time_us) = (provider.id(), query.ask.capability(), time.as_micros());
        if !ended.repairs.is_empty() {
            log_within(&provider, || info!(%plugin, %capability, repairs = %ended.repairs, "answer repaired"));
        }
        if let Some(first) = ended.repairs.warnings.first() {
            let warnings = ended.repairs.warnings.len();
            log_within(
                &provider,
                || warn!(%plugin, %capability, warnings, %first, "not every client may show the answer"),
            );
        }
        let failure = match &ended.result {
            Ok(_) => return debug!(%plugin, %capability, %outcome, fuel, time_us, memory, "provider answered"),
            Err(failure) => failure,
        };
        let detail = Printable(&failure.detail);
        // Rejected calls come in thousands. Admission control logs their number.
        let is_refusal = matches!(failure.outcome, Outcome::Overloaded | Outcome::Suspended);
        if failure.outcome.is_failure() && !is_refusal {
            let outcome = failure.outcome;
            log_within(&provider, || {
                warn!(%plugin, %capability, %outcome, %detail, fuel, time_us, memory, "provider failed");
            });
        } else {
            debug!(%plugin, %capability, %outcome, %detail, fuel, time_us, "provider has no answer");
        }
    }
}

/// Logs a line about a plugin's call, unless such lines have become too many. Calls that fail come in thousands.
fn log_within(provider: &Plugin, line: impl FnOnce()) {
    if let Some(lines) = provider.log_budget().log(line) {
        let plugin = provider.id();
        warn!(%plugin, lines, "lines about a plugin's calls were dropped: there were too many");
    }
}
