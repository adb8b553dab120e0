//! Dispatch of a request: calls every provider concurrently, and merges the answers that are worth waiting for, as
//! `dispatch/wait.rs` decides.
//!
//! Providers get less time than the request's budget. 100 ms of the 4.5 s are kept back to end a late call, to merge,
//! and to send the answer. Calls are counted here.

mod call;
mod merge;
mod wait;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::{Duration, Instant};

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::timeout;

use self::call::{ProviderCall, RunningCall};
use self::wait::WaitPlan;
use crate::plugin::{Plugin, Query, QuestionGuard};
use admission::CallerKey;
use contract::{Ask, Capability, Context, Deadline, Outcome, ProviderId, Reply, Verdict};
use engine::{CallEnd, Runtime};

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
        /// Seconds until a retry: the fewest that a backend stated, if any.
        retry_after: Option<u32>,
    },
}

/// Calls `providers` with `ask` on behalf of `caller`, and merges their answers. Dropping the future cancels every call.
///
/// `held` is dropped when no call needs the question any more.
///
/// # Errors
///
/// Fails if no provider answers. One answer, even an empty page, is enough.
pub async fn dispatch(
    runtime: &Arc<Runtime>,
    providers: Vec<Arc<Plugin>>,
    ask: Ask,
    held: Option<QuestionGuard>,
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
    let query = Query { ask: Arc::new(ask), held, context, caller, window, deadline: deadline.before(RESERVE) };
    let ended = call_all(runtime, &providers, &Arc::new(query)).await;
    merge::answers(&providers, ended, wanted)
}

/// Calls all `providers`, and returns the ends of their calls in the same order. Calls that are not worth waiting for
/// end as `late`.
async fn call_all(runtime: &Arc<Runtime>, providers: &[Arc<Plugin>], query: &Arc<Query>) -> Vec<CallEnd> {
    // A plugin that is called alone is waited for until its deadline.
    if let [provider] = providers {
        let call = ProviderCall::begin(provider, query);
        let ended = call.run(runtime).await;
        call.ended(&ended);
        return vec![ended];
    }
    let (origin, begun) = (query.origin(), Instant::now());
    let mut plan = WaitPlan::new(providers.iter().map(|provider| provider.pace().wait(origin, provider.wait_terms())));
    let mut calls: Vec<_> = providers.iter().map(|provider| Some(ProviderCall::begin(provider, query))).collect();
    let running = calls.iter().flatten().map(|call| call.run(runtime)).enumerate();
    let mut running: FuturesUnordered<_> = running.map(|(index, call)| Numbered { index, call }).collect();

    let mut ends: Vec<Option<CallEnd>> = providers.iter().map(|_| None).collect();
    loop {
        let left = plan.leaves_at().map_or(Duration::MAX, |at| at.saturating_sub(begun.elapsed()));
        let Ok(Some((index, ended))) = timeout(left, running.next()).await else { break };
        plan.ended(index, begun.elapsed(), ended.is_answered());
        if let Some(call) = calls[index].take() {
            call.ended(&ended);
        }
        ends[index] = Some(ended);
    }
    for Numbered { index, call } in running {
        ends[index] = calls[index].take().map(|late| late.late(plan.awaits(index), call));
    }
    ends.into_iter().flatten().collect()
}

/// A running call, with the index of its provider.
struct Numbered {
    index: usize,
    call: RunningCall,
}

impl Future for Numbered {
    type Output = (usize, CallEnd);

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Self::Output> {
        let index = self.index;
        self.call.as_mut().poll(context).map(|ended| (index, ended))
    }
}
