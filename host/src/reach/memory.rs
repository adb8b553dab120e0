//! Memory that is held on behalf of guests, counted with theirs.

use std::sync::Arc;

/// What all calls may hold together. Whoever runs guests keeps the count.
pub(crate) trait Memory: Send + Sync {
    /// Takes `bytes`, or nothing if so much is not left.
    fn take(&self, bytes: usize) -> bool;

    /// Gives back what was taken.
    fn give(&self, bytes: usize);
}

/// Bytes held, given back when dropped.
pub(crate) struct Held {
    memory: Arc<dyn Memory>,
    bytes: usize,
}

impl Held {
    pub(super) fn new(memory: Arc<dyn Memory>) -> Self {
        Self { memory, bytes: 0 }
    }

    /// Holds `bytes` more, unless all memory is taken.
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
