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
        Self { budget: Duration::from_millis(context.time_left_ms.into()) }
    }

    /// Returns the time that is left.
    pub(crate) fn left(self) -> Duration {
        self.budget.saturating_sub(elapsed())
    }
}

/// The beginning of the call. A call has a sandbox of its own.
#[cfg(target_family = "wasm")]
static BEGUN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();

/// Notes that the call begins. What [`export!`](crate::export!) writes does so before the plugin answers, so that the
/// time before the first deadline counts.
#[cfg(target_family = "wasm")]
pub fn begin_call() {
    BEGUN.get_or_init(std::time::Instant::now);
}

/// Returns the time since the call began.
#[cfg(target_family = "wasm")]
fn elapsed() -> Duration {
    BEGUN.get_or_init(std::time::Instant::now).elapsed()
}

/// Returns the time since the call began, by the clock of the fake host.
#[cfg(not(target_family = "wasm"))]
fn elapsed() -> Duration {
    crate::testing::host::elapsed()
}
