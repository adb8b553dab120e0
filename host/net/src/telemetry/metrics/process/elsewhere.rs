//! Figures of the process, which Windows does not give by files.

/// The highest number of descriptors; none is unlimited.
pub(super) fn descriptors_limit() -> Option<u64> {
    None
}

/// Memory that the process holds, in bytes.
pub(super) fn resident_memory() -> Option<u64> {
    None
}

/// The number of open descriptors.
pub(super) fn open_descriptors() -> Option<u64> {
    None
}

/// User and system time, in seconds.
pub(super) fn processor_time() -> Option<f64> {
    None
}
