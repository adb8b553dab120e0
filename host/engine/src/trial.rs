//! The failure of a component's trial.

use wasmtime::PoolConcurrencyLimitError;

use super::abort::HostAbort;

/// A component failed its trial.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub struct TrialError {
    detail: String,
    may_pass: bool,
}

impl TrialError {
    /// Creates the failure that `error` caused, as `detail` tells it.
    pub(super) fn new(detail: String, error: &wasmtime::Error) -> Self {
        let is_by_memory = matches!(error.downcast_ref::<HostAbort>(), Some(HostAbort::SharedMemory { .. }));
        Self { detail, may_pass: is_by_memory || error.is::<PoolConcurrencyLimitError>() }
    }

    /// Creates the failure of a component that took too long.
    pub(super) fn late(detail: String) -> Self {
        Self { detail, may_pass: false }
    }

    /// Returns whether another trial may succeed: the host had no memory or sandbox left.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        self.may_pass
    }
}

#[cfg(test)]
mod tests {
    use admission::NoMemory;

    use super::*;

    fn may_pass(abort: HostAbort) -> bool {
        TrialError::new(String::new(), &abort.into()).may_pass()
    }

    #[test]
    fn a_lack_of_memory_that_others_hold_may_pass_and_a_limit_of_its_own_does_not() {
        assert!(may_pass(HostAbort::SharedMemory { wanted: 1, refused: NoMemory::PluginShare }));
        assert!(!may_pass(HostAbort::MemoryLimit { limit: 1, wanted: 2 }));
        assert!(!may_pass(HostAbort::Init("no".to_owned())));
    }
}
