//! Memory held on behalf of guests, counted as theirs.
//!
//! A response counts from its first byte until the guest has taken it. The engine's library for `wasi:http`
//! holds a body that cannot be rejected piece by piece, so that one counts at its largest from the start of the
//! call.

use std::sync::Arc;

/// The memory that all calls share. The module that runs guests keeps the count.
pub(crate) trait Memory: Send + Sync {
    /// Takes `bytes`, or nothing if fewer are left.
    fn take(&self, bytes: usize) -> bool;

    /// Gives back `bytes` that were taken.
    fn give(&self, bytes: usize);
}

/// Bytes held, which are given back on drop.
pub(crate) struct Held {
    memory: Arc<dyn Memory>,
    bytes: usize,
}

impl Held {
    pub(super) fn new(memory: Arc<dyn Memory>) -> Self {
        Self { memory, bytes: 0 }
    }

    /// Takes `bytes` more, unless fewer are left.
    pub(super) fn grow(&mut self, bytes: usize) -> bool {
        let is_taken = self.memory.take(bytes);
        self.bytes += if is_taken { bytes } else { 0 };
        is_taken
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.memory.give(self.bytes);
    }
}
