//! Waits for a call on the guests' threads, and no longer than its deadline: whatever those do.

use std::future::Future;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout_at;
use tracing::{Instrument, Span};

use super::Runtime;
use super::refusal::Refusal;
use crate::bindings::Failure;
use contract::{Deadline, Outcome};

/// Time beyond a call's deadline that is waited for the guest's own threads to end it, before its
/// end is declared without them.
const GRACE: Duration = Duration::from_millis(5);

/// Why a call's own task did not tell how it ended.
pub(super) enum Cut {
    /// It was not done a little after its deadline, with every thread busy.
    Late,
    /// The task is gone: a bug of ours made it panic.
    Panicked,
}

impl Cut {
    /// Whether the plugin is to blame, if it had its whole time.
    pub(super) fn is_own_fault(&self) -> bool {
        match self {
            Self::Late => true,
            Self::Panicked => false,
        }
    }

    /// What its caller is told, where it had so much time.
    pub(super) fn failure(self, budget: Duration) -> Failure {
        let (outcome, detail) = match self {
            Self::Late => (Outcome::DeadlineExceeded, Refusal::Deadline { after: budget }.to_string()),
            Self::Panicked => (Outcome::Unavailable, "the host failed in this call; see the log".to_owned()),
        };
        Failure { outcome, detail, retry_after: None }
    }
}

/// Runs `call` on the guests' threads, and waits for what it sends on ours.
///
/// The timer here is the one that always fires: these threads run no guest. What those log belongs to the same
/// request.
pub(super) async fn on_guest_threads<T, C, F>(runtime: &Runtime, deadline: Deadline, call: C) -> Result<T, Cut>
where
    T: Send + 'static,
    C: FnOnce(oneshot::Sender<T>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let _running = runtime.threads.run(call(sender).instrument(Span::current()));
    match timeout_at((deadline.instant() + GRACE).into(), receiver).await {
        Ok(Ok(ended)) => Ok(ended),
        Ok(Err(_dropped)) => Err(Cut::Panicked),
        Err(_elapsed) => Err(Cut::Late),
    }
}

#[cfg(test)]
mod tests {
    use bytesize::ByteSize;

    use super::*;
    use crate::Settings;

    #[tokio::test]
    async fn a_panic_of_ours_ends_one_call_and_blames_no_plugin() {
        let runtime = Runtime::start(Settings { calls_at_once: 2, memory: ByteSize::mib(16), threads: 1 });
        let runtime = runtime.expect("address space for a few sandboxes");
        let deadline = Deadline::within(Duration::from_secs(60));
        let call = |breaks: bool| {
            on_guest_threads(&runtime, deadline, async move |answer: oneshot::Sender<u32>| {
                assert!(!breaks, "a bug");
                let _ = answer.send(42);
            })
        };

        let Err(cut) = call(true).await else { panic!("it has no answer") };

        assert!(!cut.is_own_fault());
        assert_eq!(cut.failure(Duration::ZERO).outcome, Outcome::Unavailable);
        assert_eq!(call(false).await.ok(), Some(42), "the threads live on");
    }
}
