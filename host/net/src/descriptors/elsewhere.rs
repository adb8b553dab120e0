//! Handles of Windows, which have no limit of a process and no numbers in their order.

use std::io;

/// The codes of errors that mean a lack of handles, memory or buffers: of files, of memory (two) and of sockets (two).
pub(super) const EXHAUSTED: [i32; 5] = [4, 8, 14, 10_024, 10_055];

/// Anything that is open.
pub trait Descriptor {}

impl<T> Descriptor for T {}

/// The limit of open files, and the attempt to raise it.
pub(super) struct RaisedLimit {
    /// The limit before; none is unlimited.
    pub(super) before: Option<u64>,
    /// The highest limit.
    pub(super) maximum: Option<u64>,
    pub(super) raised: io::Result<()>,
}

/// Raises nothing: there is no limit.
pub(super) fn raise() -> RaisedLimit {
    RaisedLimit { before: None, maximum: None, raised: Ok(()) }
}

/// Returns no number.
pub(super) fn number(_descriptor: &impl Descriptor) -> Option<u64> {
    None
}

/// Opens nothing.
pub(super) fn probe() -> io::Result<()> {
    Ok(())
}
