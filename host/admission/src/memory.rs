//! The memory that all calls share, and the accounts of those who hold it.
//!
//! It stands between five hundred well-behaved calls and the kernel's out-of-memory killer: each may be within its own
//! limit and all of them beyond the machine.
//!
//! Each plugin has an account. So have the bodies of requests, and the trials at load. An account may hold at most as
//! much as is still free, the rule of slots: a plugin whose calls grow and sleep gets half, and its neighbours get what
//! they need of the rest. Within an account a caller may hold at most as much as the account could still take. The
//! only plugin of a host is not held to this, and the only caller of an account leaves a sixteenth.
//!
//! Of many plugins, one after the other would take half of what is left until nothing is. So each has an equal part of
//! the last quarter. Whoever holds no more than a call takes as it begins is not limited by shares at all, so that calls
//! of a small machine begin.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytesize::ByteSize;

use super::caller::CallerKey;
use super::company::Company;
use super::population::Population;
use super::shares::{ShareHolder, ShareRefusals, SharedResource};

/// The part of all memory that plugins have equal parts of.
const LAST: usize = 4;

/// The part of all memory that a caller who is alone leaves for others.
const RESERVE: usize = 16;

/// The bytes that all calls in flight may hold together.
#[derive(Debug)]
pub struct SharedMemory {
    capacity: usize,
    held: AtomicUsize,
    /// Bytes that a call may take as it begins.
    first: usize,
    population: Arc<Population>,
}

/// The reason why memory was refused. The text continues a sentence of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoMemory {
    /// All memory is held.
    #[error("all calls together have reached their limit")]
    Limit,
    /// The plugin, or whatever the account is for, holds as much as is free.
    #[error("its plugin holds its share of the memory of all calls")]
    PluginShare,
    /// The caller holds as much as its plugin may still take.
    #[error("its caller holds its share of the plugin's memory")]
    CallerShare,
}

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountKind {
    /// The calls of one plugin.
    Plugin,
    /// What the host holds besides: bodies of requests, or trials at load.
    Host,
}

/// The memory that one plugin holds, or the host on behalf of requests.
#[derive(Debug)]
pub struct MemoryAccount {
    shared: Arc<SharedMemory>,
    kind: AccountKind,
    refusals: Arc<ShareRefusals>,
    balance: Mutex<Balance>,
}

/// What an account holds.
#[derive(Debug, Default)]
struct Balance {
    held: usize,
    /// What it holds for each caller. Callers for whom it holds nothing are left out.
    callers: HashMap<CallerKey, usize>,
    company: Company<CallerKey>,
}

impl SharedMemory {
    /// A budget of `capacity` bytes, of which none is held.
    #[must_use]
    pub fn new(capacity: ByteSize) -> Self {
        Self::of_plugins(capacity, 0, Arc::default())
    }

    /// Creates a budget that the plugins of `population` share, and of which each call takes up to `first` bytes as it
    /// begins.
    pub(crate) fn of_plugins(capacity: ByteSize, first: usize, population: Arc<Population>) -> Self {
        let capacity = usize::try_from(capacity.as_u64()).unwrap_or(usize::MAX);
        Self { capacity, held: AtomicUsize::new(0), first, population }
    }

    /// Takes `bytes` for the host itself, which counts them in no account, or nothing if fewer are left. Returns whether
    /// they were taken.
    pub fn take(&self, bytes: usize) -> bool {
        let sum = |held: usize| held.checked_add(bytes).filter(|sum| *sum <= self.capacity);
        self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum).is_ok()
    }

    /// Takes `bytes` that are held already, even if fewer are left. Nothing else can be taken then.
    pub fn add(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Gives back bytes that were taken.
    pub fn give(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Returns the bytes held now.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed) as u64
    }

    /// Returns the bytes that may be held.
    #[must_use]
    pub fn capacity(&self) -> u64 {
        self.capacity as u64
    }
}

impl MemoryAccount {
    /// Creates an account that holds nothing.
    pub(crate) fn new(shared: Arc<SharedMemory>, kind: AccountKind, refusals: Arc<ShareRefusals>) -> Self {
        Self { shared, kind, refusals, balance: Mutex::default() }
    }

    /// Returns the bytes that it holds now.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.balance().held as u64
    }

    /// Returns whether a call of `caller` could not begin now.
    pub(crate) fn lacks_first(&self, caller: CallerKey) -> Result<(), NoMemory> {
        let mut balance = self.balance();
        balance.company.see(caller, Instant::now());
        let held = self.shared.held.load(Ordering::Relaxed);
        let refused = self.check(&balance, caller, self.shared.first, held);
        self.counted(refused)
    }

    fn take(&self, caller: CallerKey, bytes: usize) -> Result<(), NoMemory> {
        let mut balance = self.balance();
        balance.company.see(caller, Instant::now());
        let mut refused = Ok(());
        let taken = self.shared.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
            refused = self.check(&balance, caller, bytes, held);
            refused.is_ok().then(|| held + bytes)
        });
        if taken.is_ok() && bytes > 0 {
            balance.held += bytes;
            *balance.callers.entry(caller).or_default() += bytes;
        }
        self.counted(refused)
    }

    fn give(&self, caller: CallerKey, bytes: usize) {
        if bytes == 0 {
            return;
        }
        let mut balance = self.balance();
        balance.held -= bytes;
        if let Some(held) = balance.callers.get_mut(&caller) {
            *held -= bytes;
            if *held == 0 {
                balance.callers.remove(&caller);
            }
        }
        self.shared.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Checks that `caller` may hold so many bytes more while all accounts together hold `held`.
    fn check(&self, balance: &Balance, caller: CallerKey, bytes: usize, held: usize) -> Result<(), NoMemory> {
        let SharedMemory { capacity, first, ref population, .. } = *self.shared;
        let sum = |held: usize| held.checked_add(bytes).ok_or(NoMemory::Limit);
        let free = capacity.checked_sub(sum(held)?).ok_or(NoMemory::Limit)?;
        if !population.is_fair() {
            return Ok(());
        }
        let (own, of_caller) = (sum(balance.held)?, sum(balance.callers.get(&caller).copied().unwrap_or_default())?);
        let is_alone = self.kind == AccountKind::Plugin && !population.is_several();
        let left = if is_alone { free } else { free.saturating_sub(own) };
        let last = capacity / LAST;
        let is_last = free < last && own > (last / population.plugins().max(1)).max(first);
        if !is_alone && own > first && (own > free || is_last) {
            return Err(NoMemory::PluginShare);
        }
        if of_caller <= first {
            return Ok(());
        }
        let is_within = if balance.company.is_alone(caller, Instant::now()) {
            left >= capacity / RESERVE
        } else {
            of_caller <= left
        };
        if is_within { Ok(()) } else { Err(NoMemory::CallerShare) }
    }

    fn counted(&self, refused: Result<(), NoMemory>) -> Result<(), NoMemory> {
        match refused {
            Err(NoMemory::PluginShare) => self.refusals.count(SharedResource::Memory, ShareHolder::Plugin),
            Err(NoMemory::CallerShare) => self.refusals.count(SharedResource::Memory, ShareHolder::Caller),
            Err(NoMemory::Limit) | Ok(()) => {}
        }
        refused
    }

    fn balance(&self) -> MutexGuard<'_, Balance> {
        self.balance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever memory is held for: a caller, in the account of a plugin or of the host.
#[derive(Clone, Debug)]
pub struct MemoryOwner {
    account: Arc<MemoryAccount>,
    caller: CallerKey,
}

impl MemoryOwner {
    /// Creates the owner of what `account` holds for `caller`.
    #[must_use]
    pub fn new(account: Arc<MemoryAccount>, caller: CallerKey) -> Self {
        Self { account, caller }
    }

    /// Creates an owner with a budget of its own, which is shared with nobody.
    #[must_use]
    pub fn of_its_own(capacity: ByteSize) -> Self {
        let shared = Arc::new(SharedMemory::new(capacity));
        shared.population.set_fair(false);
        Self::new(Arc::new(MemoryAccount::new(shared, AccountKind::Host, Arc::default())), CallerKey::Host)
    }

    /// Returns the caller.
    #[must_use]
    pub fn caller(&self) -> CallerKey {
        self.caller
    }

    /// Returns the bytes that its account holds now.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.account.held()
    }
}

/// Bytes held, given back when dropped.
#[derive(Debug)]
pub struct Held {
    owner: MemoryOwner,
    bytes: usize,
}

impl Held {
    /// Holds nothing yet for `owner`.
    #[must_use]
    pub fn new(owner: MemoryOwner) -> Self {
        Self { owner, bytes: 0 }
    }

    /// Holds `bytes` more.
    ///
    /// # Errors
    ///
    /// Fails if all memory is held, or the owner's share of it.
    pub fn grow(&mut self, bytes: usize) -> Result<(), NoMemory> {
        self.owner.account.take(self.owner.caller, bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    /// Gives back `bytes` of those that it holds.
    pub fn shrink(&mut self, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.owner.account.give(self.owner.caller, bytes);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.owner.account.give(self.owner.caller, self.bytes);
    }
}

#[cfg(test)]
mod tests;
