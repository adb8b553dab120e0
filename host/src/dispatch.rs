//! Dispatch of a request: calls every provider concurrently, and merges the answers that arrive by the deadline.
//!
//! Providers get less time than the request's budget. 100 ms of the 4.5 s are kept back to end a late call, to merge,
//! and to send the answer. Calls are counted here.

mod merge;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tracing::{debug, info, warn};

use crate::plugin::{Plugin, Query};
use admission::{CallOrigin, CallerKey};
use contract::{Ask, Capability, Context, Deadline, Outcome, Printable, ProviderId, Reply, Verdict};
use engine::{CallEnd, Runtime, Spent};
use net::telemetry::metrics::{CallMetrics, Cost};
use net::trace::CallSpan;

/// Time kept back from providers to end a late call, merge, and write and send the answer.
const RESERVE: Duration = Duration::from_millis(100);

/// An answer, and the providers missing from it.
#[derive(Debug)]
pub struct Merged {
    pub(crate) reply: Reply,
    /// The providers that did not contribute, with their outcomes.
    pub(crate) missing: Vec<(ProviderId, Outcome)>,
}

/// The error for a question without an answer.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// No provider has this capability.
    #[error("no provider answers {0}")]
    NoProvider(Capability),
    /// Providers were called, and none answered.
    #[error("no provider answered")]
    Nobody {
        /// The verdict that determines the response.
        verdict: Verdict,
        /// The outcome of each provider.
        outcomes: Vec<(ProviderId, Outcome)>,
        /// Seconds until a retry, if a backend stated them.
        retry_after: Option<u32>,
    },
}

/// Calls `providers` with `ask` on behalf of `caller`, and merges their answers. Dropping the future cancels every call.
///
/// # Errors
///
/// Fails if no provider answers. One answer, even an empty page, is enough.
pub async fn dispatch(
    runtime: &Runtime,
    providers: Vec<Arc<Plugin>>,
    ask: Ask,
    context: Arc<Context>,
    caller: CallerKey,
    deadline: Deadline,
) -> Result<Merged, DispatchError> {
    if providers.is_empty() {
        return Err(DispatchError::NoProvider(ask.capability()));
    }
    let wanted = ask.window();
    if wanted.is_beyond() {
        return Ok(Merged { reply: merge::nothing(), missing: Vec::new() });
    }

    let window = merge::window_for_each(wanted, providers.len());
    let query = Query { ask: Arc::new(ask), context, caller, window, deadline: deadline.before(RESERVE) };
    let ended = join_all(providers.iter().map(|provider| put(runtime, provider, &query))).await;
    merge::answers(&providers, ended, wanted)
}

/// Calls one provider if admission control admits the call, and logs the outcome.
async fn put(runtime: &Runtime, provider: &Plugin, query: &Query) -> CallEnd {
    let capability = query.ask.capability();
    let call = provider.calls().begin(capability);
    let span = CallSpan::begin(provider.id().as_str(), capability);
    let (admission, since) = (span.admission(), Instant::now());
    let origin = CallOrigin { caller: query.caller, capability };
    let entered = provider.plugin_admission().enter(origin, query.deadline.left(), provider.limits().time).await;
    call.waited(since.elapsed());
    drop(admission);
    let ended = match entered {
        Ok((pass, admitted)) => {
            let ended = provider.ask(runtime, admitted, query, &span).await;
            pass.ended(ended.completion());
            ended
        }
        Err(refused) => {
            let (outcome, retry_after) = (refused.outcome(), refused.retry_after());
            CallEnd::refused(outcome, refused.to_string(), retry_after)
        }
    };
    span.ended(ended.outcome(), ended.spent.fuel, ended.spent.memory);
    record(provider, query, call, &ended);
    ended
}

fn record(provider: &Plugin, query: &Query, call: CallMetrics<'_>, ended: &CallEnd) {
    let outcome = ended.outcome();
    let Spent { time, fuel, memory } = ended.spent;
    call.ended(outcome, Cost { time, fuel, memory }, &ended.repairs);

    let plugin = provider.id();
    let capability = query.ask.capability();
    let time_us = time.as_micros();
    if !ended.repairs.is_empty() {
        info!(%plugin, %capability, repairs = %ended.repairs, "answer repaired");
    }
    match &ended.result {
        Ok(_) => debug!(%plugin, %capability, fuel, time_us, memory, "provider answered"),
        Err(failure) => {
            let detail = Printable(&failure.detail);
            // Rejected calls come in thousands. Admission control logs their number.
            let is_refusal = matches!(outcome, Outcome::Overloaded | Outcome::Suspended);
            if (outcome.is_fault() && !is_refusal) || outcome == Outcome::Failed {
                warn!(%plugin, %capability, %outcome, %detail, fuel, time_us, memory, "provider failed");
            } else {
                debug!(%plugin, %capability, %outcome, %detail, fuel, time_us, "provider has no answer");
            }
        }
    }
}
