//! A plugin's use of the log and of the key-value store, which all plugins share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plugin::Plugin;

/// The use of what all plugins share.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SharedView {
    /// Lines of its log, and of the host's about its calls, that were dropped because there were too many, since this
    /// version was loaded.
    pub(crate) log_lines_dropped: u64,
    /// Bytes that its key-value entries take; absent without a grant.
    pub(crate) key_value_bytes: Option<u64>,
    /// Its key-value entries that were evicted to make room for others, since the host started.
    pub(crate) key_value_evicted: Option<u64>,
}

impl SharedView {
    pub(super) fn of(plugin: &Plugin) -> Self {
        let share = plugin.egress().store_share();
        Self {
            log_lines_dropped: plugin.dropped_lines().iter().sum(),
            key_value_bytes: share.map(|share| share.bytes),
            key_value_evicted: share.map(|share| share.evicted),
        }
    }
}
