//! Byte counts of settings as sizes in memory.

/// Returns a number of bytes as a size in memory. A number beyond the address space becomes the largest size.
#[must_use]
pub fn to_usize(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
