//! The operator state of a plugin: disabled, pinned, and the versions that a rollback can return to.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plugin::{OperatorState, PluginRegistry, VersionId};
use contract::ProviderId;
use net::chain;

/// The record of a disabled plugin: the operator who disabled it, and the time.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct DisabledView {
    pub(crate) at: Timestamp,
    /// The token's fingerprint, and the address that it came from.
    pub(crate) by: String,
}

/// The version that a plugin is pinned to, whatever is in the folder.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PinView {
    /// SHA-256 of its component.
    pub(crate) digest: String,
    pub(crate) at: Timestamp,
    /// The token's fingerprint, and the address that it came from.
    pub(crate) by: String,
    /// True if the files in the folder have changed since.
    pub(crate) newer_file_waits: bool,
}

/// A version that is kept for a rollback.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionView {
    /// SHA-256 of the component.
    pub(crate) digest: String,
    /// SHA-256 of its author's settings, if there were any.
    pub(crate) settings_digest: Option<String>,
    /// The version that it states of itself.
    pub(crate) version: Option<String>,
    /// The time from which it was served.
    pub(crate) served_at: Timestamp,
    pub(crate) size_bytes: u64,
    /// True for the version that is served.
    pub(crate) is_served: bool,
}

impl DisabledView {
    pub(super) fn of(operator_state: &OperatorState, id: &ProviderId) -> Option<Self> {
        operator_state.disabled.get(id).map(|disabled| Self { at: disabled.at, by: disabled.by.clone() })
    }
}

impl PinView {
    pub(super) fn of(operator_state: &OperatorState, id: &ProviderId) -> Option<Self> {
        operator_state.pinned.get(id).map(|pin| Self {
            digest: pin.version.component.to_string(),
            at: pin.at,
            by: pin.by.clone(),
            newer_file_waits: pin.newer_waits,
        })
    }
}

impl VersionView {
    /// Lists the versions that are kept of the plugin `id`, the newest first.
    pub(super) fn all(operator_state: &OperatorState, id: &ProviderId, served: Option<VersionId>) -> Vec<Self> {
        let kept = operator_state.kept.get(id).into_iter().flatten().rev();
        kept.map(|kept| Self {
            digest: kept.id.component.to_string(),
            settings_digest: kept.id.settings.map(|digest| digest.to_string()),
            version: kept.version.clone(),
            served_at: kept.served_at,
            size_bytes: kept.size,
            is_served: Some(kept.id) == served,
        })
        .collect()
    }
}

/// The list of disabled and pinned plugins is in force and could not be saved yet.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct UnsavedView {
    /// The time since which it differs from the list on the disk, which holds at the next start.
    pub(crate) since: Timestamp,
    pub(crate) error: String,
}

impl UnsavedView {
    /// Returns it, if the list is not saved.
    pub(in crate::admin) fn of(registry: &PluginRegistry) -> Option<Self> {
        let unsaved = registry.unsaved()?;
        Some(Self { since: unsaved.since, error: chain(&*unsaved.error) })
    }
}
