//! One request in, one answer out: asks every provider at once, and merges what came by the deadline.

mod merge;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tracing::{debug, info, warn};

use crate::plugin::{Inquiry, Plugin};
use contract::Deadline;
use contract::ProviderId;
use contract::{Ask, Capability, Context, Outcome, Printable, Reply, Verdict};
use engine::{Ended, Runtime, Spent};
use net::telemetry::metrics::{Call, Cost};
use net::trace::CallSpan;

/// Time kept back from providers: to end a late call, merge, write the answer and hand it over.
const RESERVE: Duration = Duration::from_millis(100);

/// An answer, and the providers it is without.
#[derive(Debug)]
pub struct Answer {
    pub(crate) reply: Reply,
    /// Who failed to contribute, and how.
    pub(crate) missing: Vec<(ProviderId, Outcome)>,
}

/// There is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// Nobody here answers such questions.
    #[error("no provider answers {0}")]
    NoProvider(Capability),
    /// Each provider that was asked ended otherwise than with an answer.
    #[error("no provider answered")]
    Nobody {
        /// What decides.
        verdict: Verdict,
        /// How each ended.
        outcomes: Vec<(ProviderId, Outcome)>,
        /// Seconds after which a backend wants to be asked again, if one said so.
        retry_after: Option<u32>,
    },
}

/// Puts `ask` to `providers` and merges their answers. Dropping the future cancels every call.
///
/// # Errors
///
/// Fails if there is no answer at all; one, even an empty page, is enough.
pub async fn dispatch(
    runtime: &Runtime,
    providers: Vec<Arc<Plugin>>,
    ask: Ask,
    context: Arc<Context>,
    deadline: Deadline,
) -> Result<Answer, NoAnswer> {
    if providers.is_empty() {
        return Err(NoAnswer::NoProvider(ask.capability()));
    }
    let wanted = ask.window();
    if wanted.is_beyond() {
        return Ok(Answer { reply: merge::nothing(), missing: Vec::new() });
    }

    let window = merge::window_for_each(wanted, providers.len());
    let inquiry = Inquiry { ask: Arc::new(ask), context, window, deadline: deadline.before(RESERVE) };
    let ended = join_all(providers.iter().map(|provider| put(runtime, provider, &inquiry))).await;
    merge::answers(&providers, ended, wanted)
}

/// Asks one provider, unless too much is asked already, and says in the log how it ended.
async fn put(runtime: &Runtime, provider: &Plugin, inquiry: &Inquiry) -> Ended {
    let capability = inquiry.ask.capability();
    let call = provider.calls().begin(capability);
    let span = CallSpan::begin(provider.id().as_str(), capability);
    let (admission, since) = (span.admission(), Instant::now());
    let entered = provider.gate().enter(inquiry.deadline.left(), provider.limits().time).await;
    call.waited(since.elapsed());
    drop(admission);
    let ended = match entered {
        Ok((pass, admitted)) => {
            let ended = provider.ask(runtime, admitted, inquiry, &span).await;
            pass.ended(ended.completion());
            ended
        }
        Err(refused) => {
            let (outcome, retry_after) = (refused.outcome(), refused.retry_after());
            Ended::refused(outcome, refused.to_string(), retry_after)
        }
    };
    span.ended(ended.outcome(), ended.spent.fuel, ended.spent.memory);
    record(provider, inquiry, call, &ended);
    ended
}

fn record(provider: &Plugin, inquiry: &Inquiry, call: Call<'_>, ended: &Ended) {
    let outcome = ended.outcome();
    let Spent { time, fuel, memory } = ended.spent;
    call.ended(outcome, Cost { time, fuel, memory }, &ended.repairs);

    let plugin = provider.id();
    let capability = inquiry.ask.capability();
    let time_us = time.as_micros();
    if !ended.repairs.is_empty() {
        info!(%plugin, %capability, repairs = %ended.repairs, "answer repaired");
    }
    match &ended.result {
        Ok(_) => debug!(%plugin, %capability, fuel, time_us, memory, "provider answered"),
        Err(failure) => {
            let detail = Printable(&failure.detail);
            // Refusals come in thousands, and the gate that refuses says how many.
            let is_refusal = matches!(outcome, Outcome::Overloaded | Outcome::Suspended);
            if (outcome.is_fault() && !is_refusal) || outcome == Outcome::Failed {
                warn!(%plugin, %capability, %outcome, %detail, fuel, time_us, memory, "provider failed");
            } else {
                debug!(%plugin, %capability, %outcome, %detail, fuel, time_us, "provider has no answer");
            }
        }
    }
}
