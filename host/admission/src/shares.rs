//! Counts of what was refused to a plugin because it, or one of its callers, held a share already.

use std::sync::atomic::{AtomicU64, Ordering};

/// A resource that is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedResource {
    /// The right to run a call.
    Slots,
    /// Bytes.
    Memory,
}

/// The holder of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareHolder {
    /// A plugin, of what the host has.
    Plugin,
    /// A caller, of what is left to the plugin.
    Caller,
}

impl SharedResource {
    /// Every resource.
    pub const ALL: [Self; 2] = [Self::Slots, Self::Memory];

    /// The name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slots => "slots",
            Self::Memory => "memory",
        }
    }
}

impl ShareHolder {
    /// Every holder.
    pub const ALL: [Self; 2] = [Self::Plugin, Self::Caller];

    /// The name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Caller => "caller",
        }
    }
}

/// The number of refusals, by resource and holder.
#[derive(Debug, Default)]
pub struct ShareRefusals([[AtomicU64; 2]; 2]);

impl ShareRefusals {
    /// Counts a refusal.
    pub(crate) fn count(&self, resource: SharedResource, holder: ShareHolder) {
        self.0[resource as usize][holder as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the number of refusals so far.
    pub fn get(&self, resource: SharedResource, holder: ShareHolder) -> u64 {
        self.0[resource as usize][holder as usize].load(Ordering::Relaxed)
    }

    /// Returns the number of all refusals so far.
    pub fn sum(&self) -> u64 {
        self.0.iter().flatten().map(|count| count.load(Ordering::Relaxed)).sum()
    }
}
