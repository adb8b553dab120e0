//! Limits of one guest call, and the meter of its memory.

use std::num::NonZeroU64;
use std::time::Duration;

use bytesize::ByteSize;
use wasmtime::ResourceLimiter;

use super::abort::HostAbort;
use super::config::{INSTANCES, MEMORIES, TABLES};
use admission::{Held, MemoryOwner};
use contract::CardSizes;
use net::to_usize;

/// Limits of one guest call. Each call starts again from these values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time from dispatch to answer, including instantiation and host calls. A call that exceeds it
    /// ends as `deadline-exceeded`, a few milliseconds late at most.
    pub time: Duration,
    /// Instructions the guest may run, in the engine's fuel units (about one per instruction; 5 × 10⁹ take
    /// about 0.8 s). A call that exceeds it ends as `out-of-fuel`.
    pub fuel: NonZeroU64,
    /// Bytes of memory and tables, summed over the whole component. A call that exceeds it ends as
    /// `out-of-memory`.
    pub memory: ByteSize,
    /// Bytes that the guest may pass to the host in one piece, above all as its answer. A call that exceeds it
    /// ends as `answer-too-large`.
    pub answer: ByteSize,
    /// Bytes of a card, serialised. A card that exceeds it is left out of the answer.
    pub card: ByteSize,
    /// Bytes of a card from which the log, `check` and `conform` warn that not every client may show it.
    pub card_warning: ByteSize,
    /// Bytes of log kept per call, including standard output and error. More is dropped, and the log reports
    /// it.
    pub log: ByteSize,
}

impl Limits {
    /// Returns these limits, none above `cap`'s.
    #[must_use]
    pub fn capped_by(self, cap: &Self) -> Self {
        Self {
            time: self.time.min(cap.time),
            fuel: self.fuel.min(cap.fuel),
            memory: self.memory.min(cap.memory),
            answer: self.answer.min(cap.answer),
            card: self.card.min(cap.card),
            card_warning: self.card_warning.min(cap.card_warning),
            log: self.log.min(cap.log),
        }
    }

    /// The sizes of cards, as the contract's checks take them.
    #[must_use]
    pub fn card_sizes(&self) -> CardSizes {
        CardSizes { warned: to_usize(self.card_warning.as_u64()), most: to_usize(self.card.as_u64()) }
    }
}

/// The defaults of a call.
impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(4),
            fuel: NonZeroU64::new(5_000_000_000).expect("the constant is not zero"),
            memory: ByteSize::mib(64),
            answer: ByteSize::mib(1),
            card: ByteSize::kib(40),
            card_warning: ByteSize::kib(28),
            log: ByteSize::kib(64),
        }
    }
}

/// The highest limits that an operator may set. They determine the size of the pool.
pub const MAXIMA: Limits = Limits {
    time: Duration::from_millis(4_250),
    fuel: NonZeroU64::new(20_000_000_000).expect("the constant is not zero"),
    memory: ByteSize::mib(512),
    answer: ByteSize::mib(4),
    card: ByteSize::kib(256),
    card_warning: ByteSize::kib(256),
    log: ByteSize::mib(1),
};

/// Bytes the engine uses per table element.
const TABLE_ELEMENT: usize = size_of::<usize>();

/// Counts the memory of one call, and rejects growth past its limit or past the limit of all calls.
///
/// The engine's own limits apply to each memory separately, so a component with several could hold several
/// times as much; this one applies to the sum.
pub(super) struct Meter {
    limit: usize,
    held: usize,
    peak: usize,
    /// The last growth granted, undone if the engine then fails to grow.
    last: usize,
    /// The memory of all calls that this one holds. It includes bytes that the host holds for the call, which do not
    /// count towards its limit.
    shared: Held,
}

impl Meter {
    pub(super) fn new(limit: ByteSize, owner: MemoryOwner) -> Self {
        Self { limit: to_usize(limit.as_u64()), held: 0, peak: 0, last: 0, shared: Held::new(owner) }
    }

    /// Returns the most bytes held at any moment.
    pub(super) fn peak(&self) -> usize {
        self.peak
    }

    /// Counts `bytes` that the host may hold for the call towards the memory of all calls, until the call ends.
    ///
    /// # Errors
    ///
    /// Fails if fewer are left.
    pub(super) fn hold_beside(&mut self, bytes: usize) -> Result<(), HostAbort> {
        self.shared.grow(bytes).map_err(|refused| HostAbort::SharedMemory { wanted: bytes, refused })
    }

    fn grow(&mut self, bytes: usize) -> wasmtime::Result<bool> {
        let wanted = self.held.saturating_add(bytes);
        if wanted > self.limit {
            return Err(HostAbort::MemoryLimit { limit: self.limit, wanted }.into());
        }
        self.shared.grow(bytes).map_err(|refused| HostAbort::SharedMemory { wanted, refused })?;
        self.held = wanted;
        self.peak = self.peak.max(wanted);
        self.last = bytes;
        Ok(true)
    }

    fn take_back(&mut self) {
        let bytes = std::mem::take(&mut self.last);
        self.held -= bytes;
        self.shared.shrink(bytes);
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(desired.saturating_sub(current))
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.take_back();
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(desired.saturating_sub(current).saturating_mul(TABLE_ELEMENT))
    }

    fn table_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.take_back();
        Ok(())
    }

    fn instances(&self) -> usize {
        INSTANCES as usize
    }

    fn tables(&self) -> usize {
        TABLES as usize
    }

    fn memories(&self) -> usize {
        MEMORIES as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(limit: ByteSize, shared: &MemoryOwner) -> Meter {
        Meter::new(limit, shared.clone())
    }

    #[test]
    fn several_memories_together_stay_below_the_limit() {
        let shared = MemoryOwner::of_its_own(ByteSize::mib(64));
        let mut meter = meter(ByteSize::mib(1), &shared);

        assert!(meter.memory_growing(0, 600 << 10, None).is_ok());
        let error = meter.memory_growing(0, 600 << 10, None).expect_err("past the limit");

        assert!(matches!(error.downcast_ref(), Some(HostAbort::MemoryLimit { .. })));
        assert_eq!(meter.peak(), 600 << 10);
    }

    #[test]
    fn calls_together_stay_below_what_they_share_and_give_it_back() {
        let shared = MemoryOwner::of_its_own(ByteSize::mib(1));
        let mut first = meter(ByteSize::mib(1), &shared);
        let mut second = meter(ByteSize::mib(1), &shared);
        assert!(first.memory_growing(0, 700 << 10, None).is_ok());

        let error = second.memory_growing(0, 700 << 10, None).expect_err("the other holds it");
        assert!(matches!(error.downcast_ref(), Some(HostAbort::SharedMemory { .. })));

        drop(first);
        assert!(second.memory_growing(0, 700 << 10, None).is_ok());
    }

    #[test]
    fn what_the_host_holds_for_a_call_is_shared_and_none_of_its_limit() {
        let shared = MemoryOwner::of_its_own(ByteSize::mib(4));
        let mut meter = meter(ByteSize::mib(1), &shared);

        meter.hold_beside(2 << 20).expect("so much is left");
        assert!(meter.memory_growing(0, 1 << 20, None).is_ok(), "its own limit is untouched");
        assert_eq!((meter.peak(), shared.held()), (1 << 20, 3 << 20));
        assert!(matches!(meter.hold_beside(2 << 20), Err(HostAbort::SharedMemory { .. })));

        drop(meter);
        assert_eq!(shared.held(), 0);
    }

    #[test]
    fn growth_that_the_engine_fails_to_make_is_not_counted() {
        let shared = MemoryOwner::of_its_own(ByteSize::mib(1));
        let mut meter = meter(ByteSize::mib(1), &shared);

        meter.memory_growing(0, 1 << 20, None).expect("within the limit");
        meter.memory_grow_failed(wasmtime::Error::msg("its own maximum")).expect("never fails");

        assert!(meter.memory_growing(0, 1 << 20, None).is_ok());
    }

    #[test]
    fn a_table_counts_as_the_memory_it_takes() {
        let shared = MemoryOwner::of_its_own(ByteSize::gib(64));
        let mut meter = meter(ByteSize::mib(64), &shared);

        assert!(meter.table_growing(0, u32::MAX as usize, None).is_err());
    }
}
