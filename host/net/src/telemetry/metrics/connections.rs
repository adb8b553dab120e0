//! Reasons for which a server closes connections, in metrics.

use prometheus_client::encoding::EncodeLabelSet;

/// The reason for which a connection was closed, or a request on it rejected, for the sake of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// All connections were taken, and it had waited longest for a request.
    Idle,
    /// All connections were taken, and its client did not read.
    Stalled,
    /// Its client's address had too many.
    Address,
    /// A request was being answered on every other connection.
    Full,
    /// Partial heads took too much memory.
    Memory,
    /// The process had no file descriptor left.
    Descriptors,
}

/// The label of a closed connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ClosedFor {
    pub(super) reason: &'static str,
}

impl CloseReason {
    /// All reasons, in the order of their numbers.
    pub const ALL: [Self; 6] = [Self::Idle, Self::Stalled, Self::Address, Self::Full, Self::Memory, Self::Descriptors];

    /// The name in the metric and in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Stalled => "stalled",
            Self::Address => "address",
            Self::Full => "full",
            Self::Memory => "memory",
            Self::Descriptors => "descriptors",
        }
    }
}
