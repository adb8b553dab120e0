//! Why the host ended a call by itself, and how a call's end is named.

use std::time::Duration;

use wasmtime::{PoolConcurrencyLimitError, Trap};
use wasmtime_wasi::I32Exit;

use crate::contract::Outcome;

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
    pub(crate) outcome: Outcome,
    /// What happened, for the log; bounded, but of the guest's making.
    pub(crate) detail: String,
}

impl Fault {
    /// Names what ended a call.
    pub(super) fn classify(error: &wasmtime::Error) -> Self {
        let outcome = if let Some(refusal) = error.downcast_ref::<Refusal>() {
            match refusal {
                Refusal::MemoryLimit { .. } | Refusal::SharedMemory { .. } => Outcome::OutOfMemory,
                Refusal::Deadline { .. } => Outcome::DeadlineExceeded,
                Refusal::Init(_) => Outcome::Failed,
            }
        } else if error.is::<PoolConcurrencyLimitError>() {
            Outcome::Overloaded
        } else if matches!(error.downcast_ref::<Trap>(), Some(Trap::OutOfFuel)) {
            Outcome::OutOfFuel
        } else if is_hostcall_fuel(error) {
            Outcome::AnswerTooLarge
        } else {
            Outcome::Trapped
        };
        Self { outcome, detail: detail(error) }
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
