//! The time that a call has left.

use std::time::Duration;

use crate::CallContext;

/// The end of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// The time that the call had as it began.
    budget: Duration,
}

impl Deadline {
    /// Returns the end of the call of this context.
    pub(crate) fn of(context: &CallContext) -> Self {
        let _begun = elapsed();
        Self { budget: Duration::from_millis(context.time_left_ms.into()) }
    }

    /// Returns the time that is left.
    pub(crate) fn left(self) -> Duration {
        self.budget.saturating_sub(elapsed())
    }
}

/// Returns the time since this was first asked: since the first [`Api`](crate::Api) of a call, which has a sandbox of its
/// own.
/// What the plugin computes before that counts as time left: a clock that is asked as each call begins would be an
/// import of every plugin.
#[cfg(target_family = "wasm")]
fn elapsed() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;

    static BEGUN: OnceLock<Instant> = OnceLock::new();
    BEGUN.get_or_init(Instant::now).elapsed()
}

/// Returns the time since the call began, by the clock of the fake host.
#[cfg(not(target_family = "wasm"))]
fn elapsed() -> Duration {
    crate::testing::host::elapsed()
}
