//! Confinement of the compile child, which macOS and Windows do not have in a form that a process puts around itself.

/// A barrier that the kernel can put around a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barrier {
    /// Access rights to files, ports and processes.
    Landlock,
    /// The filter of system calls.
    Seccomp,
}

impl Barrier {
    /// Returns its name, for the log.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Landlock => "landlock",
            Self::Seccomp => "seccomp",
        }
    }
}

/// Confines nothing. Returns the barriers that are lacking: both.
pub(super) fn confine() -> Vec<Barrier> {
    vec![Barrier::Landlock, Barrier::Seccomp]
}

/// Returns whether this process has no other thread, which makes no difference here.
pub(super) fn is_single_threaded() -> bool {
    true
}
