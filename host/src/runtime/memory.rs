//! The memory of all calls together.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytesize::ByteSize;

use super::imports::wasi_http;
use crate::net::to_usize;
use crate::reach::Memory;

/// Bytes that all calls in flight may hold together.
///
/// It stands between five hundred well-behaved calls and the kernel's killer: each may be within
/// its own limit and all of them beyond the machine.
#[derive(Debug)]
pub(crate) struct SharedMemory {
    capacity: usize,
    held: AtomicUsize,
}

impl SharedMemory {
    pub(crate) fn new(capacity: ByteSize) -> Self {
        Self { capacity: to_usize(capacity.as_u64()), held: AtomicUsize::new(0) }
    }

    /// Takes `bytes`, or nothing if so much is not left.
    pub(crate) fn take(&self, bytes: usize) -> bool {
        self.held
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
                held.checked_add(bytes).filter(|sum| *sum <= self.capacity)
            })
            .is_ok()
    }

    /// Gives back what was taken.
    pub(crate) fn give(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Bytes held now.
    pub(crate) fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed) as u64
    }

    /// Bytes that may be held.
    pub(crate) fn capacity(&self) -> u64 {
        self.capacity as u64
    }

    /// Whether everything is taken, so that another call could hardly begin.
    pub(crate) fn is_exhausted(&self) -> bool {
        /// What a call may take as it begins: a module of the usual toolchains has a MiB of stack and some data, and the
        /// host counts what it may hold for `wasi:http`.
        const FIRST: usize = wasi_http::HELD + (2 << 20);
        self.held.load(Ordering::Relaxed).saturating_add(FIRST) > self.capacity
    }
}

/// For what is held on behalf of guests elsewhere.
impl Memory for SharedMemory {
    fn take(&self, bytes: usize) -> bool {
        Self::take(self, bytes)
    }

    fn give(&self, bytes: usize) {
        Self::give(self, bytes);
    }
}

/// Half of the memory that this process may use: the machine's, or its control group's if less.
pub(crate) fn half_of_what_there_is() -> ByteSize {
    let machine = machine_memory().unwrap_or(ByteSize::gib(2).as_u64());
    let group = group_memory().unwrap_or(u64::MAX);
    ByteSize::b(machine.min(group) / 2)
}

/// `MemTotal` of `/proc/meminfo`, in bytes.
fn machine_memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}

/// The smallest `memory.max` from this process's control group upwards, in bytes.
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
