//! The capacity of the host that all plugins share: slots for calls, and memory.

use std::sync::Arc;
use std::time::Instant;

use bytesize::ByteSize;

use super::caller::CallerKey;
use super::memory::{AccountKind, MemoryAccount, MemoryOwner, NoMemory, SharedMemory};
use super::population::{Population, Presence};
use super::rejected::Rejected;
use super::shares::{ShareRefusals, SharedResource};
use super::slots::{Sharing, Slot, Slots};

/// The number of a plugin, which it keeps when it is reloaded.
pub(super) type PluginNumber = usize;

/// The capacity of the host: slots for calls and memory, shared by all plugins.
#[derive(Debug)]
pub struct Capacity {
    calls: Arc<Slots<PluginNumber>>,
    memory: Arc<SharedMemory>,
    /// What bodies of requests hold.
    requests: Arc<MemoryAccount>,
    /// What trials at load hold.
    trials: Arc<MemoryAccount>,
    population: Arc<Population>,
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
    _of_its_plugin: Slot<CallerKey>,
    _of_all_calls: Slot<PluginNumber>,
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
    /// A capacity of `calls` concurrent calls that run on `threads` threads and share `memory`, of which each takes up
    /// to `first` bytes as it begins.
    #[must_use]
    pub fn new(calls: usize, threads: usize, memory: ByteSize, first: usize) -> Self {
        let population = Arc::new(Population::default());
        let memory = Arc::new(SharedMemory::of_plugins(memory, first, Arc::clone(&population)));
        let account = || Arc::new(MemoryAccount::new(Arc::clone(&memory), AccountKind::Host, Arc::default()));
        Self {
            calls: Arc::new(Slots::new(calls, Sharing::Plugins(Arc::clone(&population)))),
            requests: account(),
            trials: account(),
            memory,
            population,
            threads,
        }
    }

    /// Admits one call of the plugin `number` for `caller`, which has a slot of its plugin's. Waits for a slot of the
    /// host's until `until`.
    ///
    /// # Errors
    ///
    /// Fails if there is none, at once if waiting would be in vain.
    pub(super) async fn admit(
        &self,
        number: PluginNumber,
        (caller, memory): (CallerKey, &MemoryAccount),
        slot: Slot<CallerKey>,
        until: Instant,
    ) -> Result<CallSlots, Rejected> {
        memory.lacks_first(caller).map_err(|refused| match refused {
            NoMemory::Limit => Rejected::Crowded(AtCapacity::Memory),
            NoMemory::PluginShare => Rejected::PluginShare(SharedResource::Memory),
            NoMemory::CallerShare => Rejected::CallerShare(SharedResource::Memory),
        })?;
        let slots = self.calls.enter(number, until).await.map_err(|refused| match refused.by_share {
            true => Rejected::PluginShare(SharedResource::Slots),
            false => Rejected::Crowded(AtCapacity::Calls),
        })?;
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

    /// The memory that calls share, for what the host holds by itself.
    #[must_use]
    pub fn memory(&self) -> &Arc<SharedMemory> {
        &self.memory
    }

    /// Returns the owner of the memory that the host holds for requests of `caller`, such as their bodies.
    #[must_use]
    pub fn request_memory(&self, caller: CallerKey) -> MemoryOwner {
        MemoryOwner::new(Arc::clone(&self.requests), caller)
    }

    /// Returns the owner of the memory of trials at load.
    #[must_use]
    pub fn trial_memory(&self) -> MemoryOwner {
        MemoryOwner::new(Arc::clone(&self.trials), CallerKey::Host)
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

    /// Applies the operator's choice between shares and first come, first served.
    pub(super) fn set_fair(&self, is_fair: bool) {
        self.population.set_fair(is_fair);
    }

    /// Counts a loaded plugin.
    pub(super) fn presence(&self) -> Presence {
        Presence::new(Arc::clone(&self.population))
    }

    /// Opens the account of a plugin.
    pub(super) fn account(&self, refusals: Arc<ShareRefusals>) -> Arc<MemoryAccount> {
        Arc::new(MemoryAccount::new(Arc::clone(&self.memory), AccountKind::Plugin, refusals))
    }
}
