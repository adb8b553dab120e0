//! Memory of all calls together.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytesize::ByteSize;

use super::imports::wasi_http;
use crate::reach::Memory;

/// Bytes that all calls in flight may hold together.
///
/// It keeps five hundred well-behaved calls from the kernel's out-of-memory killer: each may be within its own
/// limit while all of them exceed the machine's memory.
#[derive(Debug)]
pub(crate) struct SharedMemory {
    capacity: usize,
    held: AtomicUsize,
}

impl SharedMemory {
    pub(crate) fn new(capacity: ByteSize) -> Self {
        Self { capacity: usize::try_from(capacity.as_u64()).unwrap_or(usize::MAX), held: AtomicUsize::new(0) }
    }

    /// Takes `bytes`, or nothing if fewer are left.
    pub(crate) fn take(&self, bytes: usize) -> bool {
        self.held
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
                held.checked_add(bytes).filter(|sum| *sum <= self.capacity)
            })
            .is_ok()
    }

    /// Gives back `bytes` that were taken.
    pub(crate) fn give(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Returns the bytes held now.
    pub(crate) fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed) as u64
    }

    /// Returns the bytes that may be held.
    pub(crate) fn capacity(&self) -> u64 {
        self.capacity as u64
    }

    /// Returns whether too little is left for another call to begin.
    pub(crate) fn is_exhausted(&self) -> bool {
        /// Bytes that a call may take at its start: a module of the usual toolchains has a MiB of stack and
        /// some data, and the host counts its bytes for `wasi:http`.
        const FIRST: usize = wasi_http::HELD + (2 << 20);
        self.held.load(Ordering::Relaxed).saturating_add(FIRST) > self.capacity
    }
}

/// Counts bytes that egress holds on behalf of guests.
impl Memory for SharedMemory {
    fn take(&self, bytes: usize) -> bool {
        Self::take(self, bytes)
    }

    fn give(&self, bytes: usize) {
        Self::give(self, bytes);
    }
}

/// Returns half of the memory that this process may use: the machine's, or its control group's if less.
pub(crate) fn half_of_what_there_is() -> ByteSize {
    let machine = machine_memory().unwrap_or(ByteSize::gib(2).as_u64());
    let group = group_memory().unwrap_or(u64::MAX);
    ByteSize::b(machine.min(group) / 2)
}

/// Reads `MemTotal` of `/proc/meminfo`, in bytes.
fn machine_memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}

/// Reads the smallest `memory.max` from this process's control group upwards, in bytes.
fn group_memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/cgroup").ok()?;
    let group = text.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let root = std::path::Path::new("/sys/fs/cgroup");
    root.join(group)
        .ancestors()
        .take_while(|path| path.starts_with(root))
        .filter_map(|path| fs::read_to_string(path.join("memory.max")).ok()?.trim().parse().ok())
        .min()
}
