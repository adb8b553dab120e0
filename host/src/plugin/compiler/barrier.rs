//! The barriers that confine the compile child, where the system has them.

/// A barrier that the kernel can put around a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barrier {
    /// Access rights to files, ports and processes.
    Landlock,
    /// The filter of system calls.
    Seccomp,
}

impl Barrier {
    /// All of them.
    pub(super) const ALL: [Self; 2] = [Self::Landlock, Self::Seccomp];

    /// Returns its name, for the log.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Landlock => "landlock",
            Self::Seccomp => "seccomp",
        }
    }
}
