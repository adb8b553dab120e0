//! A plugin's share of the key-value store.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plugin::Plugin;

/// The share of the key-value store.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct KeyValueView {
    /// Bytes that its entries take.
    pub(crate) bytes: u64,
    /// Its entries that were evicted to make room for others, since the host started.
    pub(crate) evicted: u64,
}

impl KeyValueView {
    /// Returns the share of a plugin that is granted the store.
    pub(super) fn of(plugin: &Plugin) -> Option<Self> {
        let share = plugin.egress().store_share()?;
        Some(Self { bytes: share.bytes, evicted: share.evicted })
    }
}
