//! The memory that this process may use.

mod group;

use std::fs;

use bytesize::ByteSize;

/// Returns half of the memory that this process may use: the machine's, or its control group's if less.
pub(crate) fn half_of_what_there_is() -> ByteSize {
    let machine = machine_memory().unwrap_or(ByteSize::gib(2).as_u64());
    let group = group::limit().unwrap_or(u64::MAX);
    ByteSize::b(machine.min(group) / 2)
}

/// Reads `MemTotal` of `/proc/meminfo`, in bytes.
fn machine_memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}
