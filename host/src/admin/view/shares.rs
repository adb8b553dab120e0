//! The load of a plugin, and the shares that it holds.

use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use admission::{PluginAdmission, PluginLoad};

/// The load of a plugin at this moment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoadView {
    pub(crate) calls: usize,
    pub(crate) waiting: usize,
    /// The calls that may be in flight now: an adaptive limit, which falls while calls are late, and recovers.
    pub(crate) calls_at_once: usize,
    /// The time until a suspended caller is tried again, if nobody has been answered since.
    pub(crate) suspended_ms: Option<u64>,
    /// The same as an instant.
    pub(crate) suspended_until: Option<Timestamp>,
}

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

impl From<PluginLoad> for LoadView {
    fn from(load: PluginLoad) -> Self {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let suspended = load.suspended.nobody_answered;
        Self {
            calls: load.calls,
            waiting: load.waiting,
            calls_at_once: load.calls_at_once,
            suspended_ms: suspended.as_ref().map(|suspension| millis(suspension.left)),
            suspended_until: suspended.and_then(|suspension| Timestamp::now().checked_add(suspension.left).ok()),
        }
    }
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
