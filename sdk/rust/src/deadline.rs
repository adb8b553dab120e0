//! The time that a call has left.

use std::time::Duration;
#[cfg(all(target_family = "wasm", not(target_os = "unknown")))]
use std::time::Instant;

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

    static BEGUN: OnceLock<Instant> = OnceLock::new();
    Instant::now().duration_since(*BEGUN.get_or_init(Instant::now))
}

/// An instant by the host's clock: without WASI, `std::time::Instant` panics.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
#[derive(Clone, Copy)]
struct Instant {
    nanoseconds: u64,
}

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
impl Instant {
    fn now() -> Self {
        Self { nanoseconds: crate::bindings::clock::wasi::clocks::monotonic_clock::now() }
    }

    fn duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanoseconds.saturating_sub(earlier.nanoseconds))
    }
}

/// Returns the time since the call began, by the clock of the fake host.
#[cfg(not(target_family = "wasm"))]
fn elapsed() -> Duration {
    crate::testing::host::elapsed()
}
