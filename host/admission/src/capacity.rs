//! The capacity of the host that all plugins share: slots for calls, and memory.

use std::sync::Arc;
use std::time::Instant;

use super::memory::SharedMemory;
use super::slots::{NoSlot, Slot, Slots};

/// The capacity of the host: slots for calls and memory, shared by all plugins.
#[derive(Debug)]
pub struct Capacity {
    calls: Arc<Slots>,
    memory: Arc<SharedMemory>,
    /// Bytes that a call may take as it begins.
    first: usize,
    threads: usize,
}

/// The use of a host's capacity at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Calls admitted and not given back yet.
    pub calls: u64,
    /// Calls that may be admitted concurrently.
    pub calls_at_once: u64,
    /// Bytes that all calls hold together.
    pub memory: u64,
    /// Bytes that they may hold.
    pub memory_at_most: u64,
}

/// The right to run one call, given back when dropped: after the call's sandbox is gone.
#[derive(Debug)]
pub struct CallSlots {
    _of_its_plugin: Slot,
    _of_all_calls: Slot,
}

/// The host is at capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AtCapacity {
    /// The limit on concurrent calls is reached.
    #[error("the host's limit on concurrent calls is reached")]
    Calls,
    /// The limit on the memory of all calls is reached.
    #[error("the limit on the memory of all calls is reached")]
    Memory,
}

impl Capacity {
    /// A capacity of `calls` concurrent calls that run on `threads` threads and share `memory`, of which each takes up to
    /// `first` bytes as it begins.
    #[must_use]
    pub fn new(calls: usize, threads: usize, memory: SharedMemory, first: usize) -> Self {
        Self { calls: Arc::new(Slots::new(calls)), memory: Arc::new(memory), first, threads }
    }

    /// Admits one call that has a slot of its plugin's. Waits for a slot of the host's until `until`.
    ///
    /// # Errors
    ///
    /// Fails if there is none, at once if waiting would be in vain.
    pub(super) async fn admit(&self, slot: Slot, until: Instant) -> Result<CallSlots, AtCapacity> {
        if self.memory.lacks(self.first) {
            return Err(AtCapacity::Memory);
        }
        let slots = self.calls.enter(until).await.map_err(|NoSlot| AtCapacity::Calls)?;
        Ok(CallSlots { _of_its_plugin: slot, _of_all_calls: slots })
    }

    /// Calls that may be in flight concurrently.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.size()
    }

    /// Threads that guests run on.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// The memory that calls share, for others who hold bytes on behalf of requests.
    #[must_use]
    pub fn memory(&self) -> &Arc<SharedMemory> {
        &self.memory
    }

    /// Returns how much is in use now.
    #[must_use]
    pub fn usage(&self) -> Usage {
        Usage {
            calls: self.calls.taken() as u64,
            calls_at_once: self.calls.size() as u64,
            memory: self.memory.held(),
            memory_at_most: self.memory.capacity(),
        }
    }
}
