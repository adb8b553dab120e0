//! Counts of what was denied to a plugin.

use std::sync::atomic::{AtomicU64, Ordering};

use bytesize::ByteSize;

use net::telemetry::LogBudget;

/// The kind of egress that a plugin used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EgressKind {
    /// An outgoing HTTP request.
    Http,
    /// A secret.
    Secret,
    /// The key-value store.
    KeyValue,
}

impl EgressKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Http, Self::Secret, Self::KeyValue];

    /// Returns the name in metrics and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Secret => "secret",
            Self::KeyValue => "key-value",
        }
    }
}

/// The number of operations denied to a plugin, by kind.
pub struct EgressDenials {
    counts: [AtomicU64; EgressKind::ALL.len()],
    /// Requests that failed at once, because their backend does not respond.
    untried: AtomicU64,
    /// The limit on the log's lines about them.
    pub(super) log_budget: LogBudget,
}

impl Default for EgressDenials {
    fn default() -> Self {
        Self {
            counts: Default::default(),
            untried: AtomicU64::new(0),
            log_budget: LogBudget::new(ByteSize::kib(16), ByteSize::kib(256)),
        }
    }
}

impl EgressDenials {
    /// Counts one denied operation.
    pub fn count(&self, kind: EgressKind) {
        self.counts[kind as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that failed at once, because its backend does not respond.
    pub(super) fn count_untried(&self) {
        self.untried.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the number of requests that failed at once, because their backend does not respond.
    pub fn untried(&self) -> u64 {
        self.untried.load(Ordering::Relaxed)
    }

    /// Returns the number of denied operations so far.
    pub fn get(&self, kind: EgressKind) -> u64 {
        self.counts[kind as usize].load(Ordering::Relaxed)
    }
}
