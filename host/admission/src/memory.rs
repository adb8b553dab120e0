//! The memory budget that all calls share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytesize::ByteSize;

/// The bytes that all calls in flight may hold together.
///
/// It stands between five hundred well-behaved calls and the kernel's out-of-memory killer: each may be within its own
/// limit and all of them beyond the machine.
#[derive(Debug)]
pub struct SharedMemory {
    capacity: usize,
    held: AtomicUsize,
}

impl SharedMemory {
    /// A budget of `capacity` bytes, of which none is held.
    #[must_use]
    pub fn new(capacity: ByteSize) -> Self {
        Self { capacity: usize::try_from(capacity.as_u64()).unwrap_or(usize::MAX), held: AtomicUsize::new(0) }
    }

    /// Takes `bytes`, or nothing if fewer are left. Returns whether they were taken.
    pub fn take(&self, bytes: usize) -> bool {
        self.held
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
                held.checked_add(bytes).filter(|sum| *sum <= self.capacity)
            })
            .is_ok()
    }

    /// Takes `bytes` that are held already, even if fewer are left. Nothing else can be taken then.
    pub fn add(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Gives back bytes that were taken.
    pub fn give(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Bytes held now.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed) as u64
    }

    /// Bytes that may be held.
    #[must_use]
    pub fn capacity(&self) -> u64 {
        self.capacity as u64
    }

    /// Returns whether `bytes` could not be taken now.
    #[must_use]
    pub fn lacks(&self, bytes: usize) -> bool {
        self.held.load(Ordering::Relaxed).saturating_add(bytes) > self.capacity
    }
}

/// Bytes held, given back when dropped.
pub struct Held {
    memory: Arc<SharedMemory>,
    bytes: usize,
}

impl Held {
    /// Holds nothing yet of `memory`.
    #[must_use]
    pub fn new(memory: Arc<SharedMemory>) -> Self {
        Self { memory, bytes: 0 }
    }

    /// Holds `bytes` more, unless all memory is taken.
    pub fn grow(&mut self, bytes: usize) -> bool {
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
