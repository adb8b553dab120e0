//! How a plugin stands by the operator's word: disabled, pinned, and what there is to go back to.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plugin::{Standing, VersionId};

use contract::ProviderId;

/// Who disabled a plugin, and when.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct DisabledView {
    pub(crate) at: Timestamp,
    /// The token's fingerprint, and the address that it came from.
    pub(crate) by: String,
}

/// The version that a plugin stays at, whatever is in the folder.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PinView {
    /// SHA-256 of its component.
    pub(crate) digest: String,
    pub(crate) at: Timestamp,
    /// The token's fingerprint, and the address that it came from.
    pub(crate) by: String,
    /// Whether the files in the folder have changed since.
    pub(crate) newer_file_waits: bool,
}

/// A version that is kept, to go back to.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionView {
    /// SHA-256 of the component.
    pub(crate) digest: String,
    /// SHA-256 of its author's settings, if it had some.
    pub(crate) settings_digest: Option<String>,
    /// What it says of itself.
    pub(crate) version: Option<String>,
    /// When it began to be served.
    pub(crate) served_at: Timestamp,
    pub(crate) size_bytes: u64,
    /// Whether it is the one that is served.
    pub(crate) is_served: bool,
}

impl DisabledView {
    pub(super) fn of(standing: &Standing, id: &ProviderId) -> Option<Self> {
        standing.disabled.get(id).map(|disabled| Self { at: disabled.at, by: disabled.by.clone() })
    }
}

impl PinView {
    pub(super) fn of(standing: &Standing, id: &ProviderId) -> Option<Self> {
        standing.pinned.get(id).map(|pin| Self {
            digest: pin.version.component.to_string(),
            at: pin.at,
            by: pin.by.clone(),
            newer_file_waits: pin.newer_waits,
        })
    }
}

impl VersionView {
    /// The versions that are kept of the plugin `id`, the newest first.
    pub(super) fn all(standing: &Standing, id: &ProviderId, served: Option<VersionId>) -> Vec<Self> {
        let kept = standing.kept.get(id).into_iter().flatten().rev();
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
