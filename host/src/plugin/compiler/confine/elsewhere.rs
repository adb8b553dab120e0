//! Confinement of the compile child, which macOS and Windows do not have in a form that a process puts around itself.

use super::barrier::Barrier;

/// Confines nothing. Returns the barriers that are lacking: both.
pub(super) fn confine() -> Vec<Barrier> {
    vec![Barrier::Landlock, Barrier::Seccomp]
}

/// Returns whether this process has no other thread, which makes no difference here.
pub(super) fn is_single_threaded() -> bool {
    true
}
