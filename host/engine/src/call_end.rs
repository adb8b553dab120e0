//! The end of a call, as the host learns it.

use std::time::Duration;

use crate::bindings::Failure;
use admission::Completion;
use contract::{Outcome, Repairs, Reply};

/// The end of a call: its result and cost.
#[derive(Debug)]
pub struct CallEnd {
    /// The answer, or the failure.
    pub result: Result<Reply, Failure>,
    /// Set for a fault of the plugin's own: it crashed, or exceeded a limit within the time that it was promised.
    pub own_fault: bool,
    /// The repairs that the answer needed.
    pub repairs: Repairs,
    /// The cost.
    pub spent: Spent,
}

impl CallEnd {
    /// Returns whether the plugin answered.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.result.is_ok()
    }

    /// Returns the outcome's public name.
    pub fn outcome(&self) -> Outcome {
        self.result.as_ref().map_or_else(|failure| failure.outcome, |_| Outcome::Answered)
    }

    /// The end of the call, as far as admission learns from it.
    #[must_use]
    pub fn completion(&self) -> Completion {
        Completion { outcome: self.outcome(), time: self.spent.time, is_own_fault: self.own_fault }
    }

    /// Returns the end of a call that did not begin.
    pub fn refused(outcome: Outcome, detail: String, retry_after: Option<u32>) -> Self {
        let failure = Failure { outcome, detail, retry_after };
        Self { result: Err(failure), own_fault: false, repairs: Repairs::default(), spent: Spent::default() }
    }
}

/// The cost of a call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// Fuel used.
    pub fuel: u64,
    /// Wall-clock time from the creation of the sandbox to its answer.
    pub time: Duration,
    /// The most bytes of memory it held.
    pub memory: usize,
    /// Its calls of the host.
    pub host_calls: HostCalls,
}

/// The number of a call's operations on the host, denied ones included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HostCalls {
    /// HTTP requests.
    pub http: u32,
    /// Key-value operations.
    pub key_value: u32,
    /// Lines of its log.
    pub log_lines: usize,
}
