//! Overdue calls: waits for a call on the guests' threads until its deadline, whatever those threads do.
//!
//! Three mechanisms end a call in time. Fuel bounds its work; the epoch's callback ends a guest that spins past
//! its deadline; a timer ends one that sleeps in a host call, during which the epoch is not checked. If all of
//! a guest's threads are busy, the timer here declares the call over without them.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout_at;
use tracing::{Instrument, Span};

use super::Runtime;
use super::abort::HostAbort;
use super::threads::Flow;
use crate::bindings::Failure;
use contract::{Deadline, Outcome};

/// The time past its deadline that a call's own threads have to end it, before it is declared over without
/// them.
const GRACE: Duration = Duration::from_millis(5);

/// Such a time for an author, for whom the lines of the guest's functions are looked up as the call ends.
const GRACE_FOR_LINES: Duration = Duration::from_millis(250);

/// The reason a call's own task did not report its end.
pub(super) enum Cut {
    /// The task was not done shortly after its deadline, as every thread was busy.
    Late,
    /// The task panicked, which is a bug of the host.
    Panicked,
}

impl Cut {
    /// Returns whether it is the plugin's fault, provided the call had its full time.
    pub(super) fn is_own_fault(&self) -> bool {
        match self {
            Self::Late => true,
            Self::Panicked => false,
        }
    }

    /// Returns the failure of a call that had `budget` time.
    pub(super) fn failure(self, budget: Duration) -> Failure {
        let (outcome, detail) = match self {
            Self::Late => (Outcome::DeadlineExceeded, HostAbort::Deadline { after: budget }.to_string()),
            Self::Panicked => (Outcome::Unavailable, "the call failed by an internal error; see the log".to_owned()),
        };
        Failure { outcome, detail, retry_after: None }
    }
}

/// Runs `call`, one of `flow`, on this thread while it is brief and else on the guests', and waits for the value it sends.
///
/// The timer here fires, unless a plugin that was brief until now holds this thread by one long instruction. Log lines of the guests' threads belong to the
/// same request.
pub(super) async fn on_guest_threads<T, C, F>(
    runtime: &Runtime,
    flow: Flow,
    deadline: Deadline,
    call: C,
) -> Result<T, Cut>
where
    T: Send + 'static,
    C: FnOnce(oneshot::Sender<T>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, mut receiver) = oneshot::channel();
    let running = runtime.threads.run(flow, call(sender).instrument(Span::current()));
    let ended = poll_fn(|context| {
        running.poll_here(context);
        Pin::new(&mut receiver).poll(context)
    });
    let grace = if runtime.shows_source_lines() { GRACE_FOR_LINES } else { GRACE };
    match timeout_at((deadline.instant() + grace).into(), ended).await {
        Ok(Ok(ended)) => Ok(ended),
        Ok(Err(_dropped)) => Err(Cut::Panicked),
        Err(_elapsed) => Err(Cut::Late),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use admission::CallerKey;
    use bytesize::ByteSize;

    use super::*;
    use crate::Settings;
    use crate::threads::PluginFlow;

    #[tokio::test]
    async fn a_panic_of_ours_ends_one_call_and_blames_no_plugin() {
        let runtime =
            Runtime::start(Settings { calls_at_once: 2, memory: ByteSize::mib(16), threads: 1, ..Settings::default() });
        let runtime = runtime.expect("address space for a few sandboxes");
        let plugin = Arc::<PluginFlow>::default();
        let deadline = Deadline::within(Duration::from_secs(60));
        let call = |breaks: bool| {
            on_guest_threads(
                &runtime,
                plugin.of(CallerKey::Host),
                deadline,
                async move |answer: oneshot::Sender<u32>| {
                    assert!(!breaks, "a bug");
                    let _ = answer.send(42);
                },
            )
        };

        let Err(cut) = call(true).await else { panic!("it has no answer") };

        assert!(!cut.is_own_fault());
        assert_eq!(cut.failure(Duration::ZERO).outcome, Outcome::Unavailable);
        assert_eq!(call(false).await.ok(), Some(42), "the threads live on");
    }
}
