//! The shares of a plugin.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use admission::PluginAdmission;

/// The slots and the memory that a plugin holds at this moment, and what it was refused.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SharesView {
    pub(crate) slots: usize,
    pub(crate) memory_bytes: u64,
    /// How often it, or one of its callers, was refused more than a share of slots or memory.
    pub(crate) refused: u64,
    /// Callers whose calls are suspended after repeated faults.
    pub(crate) suspended_callers: usize,
}

impl SharesView {
    pub(super) fn of(admission: &PluginAdmission) -> Self {
        let load = admission.load();
        Self {
            slots: load.calls,
            memory_bytes: load.memory,
            refused: admission.share_refusals().sum(),
            suspended_callers: load.suspended.callers,
        }
    }
}
