//! Reasons for which the host ends a call, and the outcome of each.

use std::time::Duration;

use bytesize::ByteSize;
use wasmtime::{PoolConcurrencyLimitError, Trap};
use wasmtime_wasi::I32Exit;

use super::MAXIMA;
use super::guest_frames::guest_frames;
use admission::NoMemory;
use contract::Outcome;

/// The reason the host ended a call. It passes through the engine as a trap's cause.
#[derive(Debug, thiserror::Error)]
pub(super) enum HostAbort {
    /// The call needs more memory than its limit.
    #[error(
        "needs {} of memory, but its limit is {} (the operator may raise `limits.memory` to {})",
        ByteSize::b(*wanted as u64), ByteSize::b(*limit as u64), MAXIMA.memory
    )]
    MemoryLimit {
        /// Bytes it may hold.
        limit: usize,
        /// Bytes it would have held.
        wanted: usize,
    },
    /// The call needs memory that other calls hold.
    #[error("needs {} of memory, but {refused}", ByteSize::b(*wanted as u64))]
    SharedMemory {
        /// Bytes it would have held.
        wanted: usize,
        /// The limit of all calls, or a share of it.
        refused: NoMemory,
    },
    /// The call's time has run out.
    #[error("took longer than {} ms", after.as_millis())]
    Deadline {
        /// The time it had.
        after: Duration,
    },
    /// The plugin's `init` returned an error.
    #[error("its init failed: {0}")]
    Init(String),
}

/// A failed call: its public outcome, and the engine's text for the log.
#[derive(Debug)]
pub(crate) struct CallFault {
    pub outcome: Outcome,
    /// Set for a fault of the plugin's own, provided it had the time that it was promised.
    pub is_own: bool,
    /// The cause, for the log; bounded, but may contain a guest's text.
    pub detail: String,
}

impl CallFault {
    /// Classifies the error that ended a call.
    pub(super) fn classify(error: &wasmtime::Error) -> Self {
        let (outcome, is_own) = if let Some(refusal) = error.downcast_ref::<HostAbort>() {
            match refusal {
                HostAbort::MemoryLimit { .. } => (Outcome::OutOfMemory, true),
                HostAbort::SharedMemory { .. } => (Outcome::OutOfMemory, false),
                HostAbort::Deadline { .. } => (Outcome::DeadlineExceeded, true),
                HostAbort::Init(_) => (Outcome::Failed, false),
            }
        } else if error.is::<PoolConcurrencyLimitError>() {
            (Outcome::Overloaded, false)
        } else if matches!(error.downcast_ref::<Trap>(), Some(Trap::OutOfFuel)) {
            (Outcome::OutOfFuel, true)
        } else if is_hostcall_fuel(error) {
            // The data of one record may be the cause.
            (Outcome::AnswerTooLarge, false)
        } else {
            (Outcome::Trapped, true)
        };
        let detail = match guest_frames(error) {
            Some(frames) => format!("{}; in {frames}", detail(error)),
            None => detail(error),
        };
        Self { outcome, is_own, detail }
    }
}

/// Returns whether the guest passed more bytes in one piece than it may.
///
/// The engine has no type for this, only this text. Tests with such a guest fail if it changes.
fn is_hostcall_fuel(error: &wasmtime::Error) -> bool {
    error.chain().any(|cause| cause.to_string().contains("fuel allocated for hostcalls has been exhausted"))
}

/// Returns the cause in one line.
fn detail(error: &wasmtime::Error) -> String {
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return format!("called exit({})", exit.0);
    }
    if matches!(error.downcast_ref::<Trap>(), Some(Trap::OutOfFuel)) {
        return format!("used up its fuel (the operator may raise `limits.fuel` to {})", MAXIMA.fuel);
    }
    if is_hostcall_fuel(error) {
        return format!(
            "passed more to the host in one piece than its limit (the operator may raise `limits.answer` to {})",
            MAXIMA.answer
        );
    }
    error.root_cause().to_string()
}
