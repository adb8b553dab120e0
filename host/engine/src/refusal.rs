//! Why the host ended a call by itself, and how a call's end is named.

use std::time::Duration;

use wasmtime::{PoolConcurrencyLimitError, Trap};
use wasmtime_wasi::I32Exit;

use contract::Outcome;

/// Why the host ended a call. It travels through the engine as a trap's cause.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// The call wanted more memory than its limit.
    #[error("wanted {wanted} bytes of memory, where the limit is {limit}")]
    MemoryLimit {
        /// Bytes it may hold.
        limit: usize,
        /// Bytes it would have held.
        wanted: usize,
    },
    /// The call wanted memory that other calls hold.
    #[error("wanted {wanted} bytes of memory, which all calls together have used up")]
    SharedMemory {
        /// Bytes it would have held.
        wanted: usize,
    },
    /// The call's time was up.
    #[error("took longer than {} ms", after.as_millis())]
    Deadline {
        /// The time it had.
        after: Duration,
    },
    /// The plugin's `init` said that it cannot work.
    #[error("its init failed: {0}")]
    Init(String),
}

/// How a call failed: the name for everyone, and the engine's words for the log.
#[derive(Debug)]
pub(crate) struct Fault {
    pub outcome: Outcome,
    /// Whether the plugin alone is to blame, if it had the time that it was promised.
    pub is_own: bool,
    /// What happened, for the log; bounded, but of the guest's making.
    pub detail: String,
}

impl Fault {
    /// Names what ended a call.
    pub(super) fn classify(error: &wasmtime::Error) -> Self {
        let (outcome, is_own) = if let Some(refusal) = error.downcast_ref::<Refusal>() {
            match refusal {
                Refusal::MemoryLimit { .. } => (Outcome::OutOfMemory, true),
                Refusal::SharedMemory { .. } => (Outcome::OutOfMemory, false),
                Refusal::Deadline { .. } => (Outcome::DeadlineExceeded, true),
                Refusal::Init(_) => (Outcome::Failed, false),
            }
        } else if error.is::<PoolConcurrencyLimitError>() {
            (Outcome::Overloaded, false)
        } else if matches!(error.downcast_ref::<Trap>(), Some(Trap::OutOfFuel)) {
            (Outcome::OutOfFuel, true)
        } else if is_hostcall_fuel(error) {
            (Outcome::AnswerTooLarge, true)
        } else {
            (Outcome::Trapped, true)
        };
        Self { outcome, is_own, detail: detail(error) }
    }
}

/// Whether the guest handed over more bytes at once than it may.
///
/// The engine has no type for it, only these words; the tests with a guest that does so fail if
/// they change.
fn is_hostcall_fuel(error: &wasmtime::Error) -> bool {
    error.chain().any(|cause| cause.to_string().contains("fuel allocated for hostcalls has been exhausted"))
}

/// The cause in a line; the frames of the guest's stack are left to `Debug` level.
fn detail(error: &wasmtime::Error) -> String {
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return format!("called exit({})", exit.0);
    }
    error.root_cause().to_string()
}
