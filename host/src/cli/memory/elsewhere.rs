//! The memory of the process, on macOS and Windows: an author's machine, on which it is open to the author's programs.

/// Hides nothing.
pub(super) fn hide() {}

/// Disables nothing.
pub(super) fn dump_none() {}
