//! Audit events of plugins: the author of each order and the version, but no content of files.

use std::ptr;
use std::time::Duration;

use tracing::info;

use crate::plugin::state::VersionId;
use crate::plugin::{LoadError, Plugin};
use contract::ProviderId;
use net::telemetry::audit::TARGET;

/// Records that a plugin is served, in place of the version `old` if there was one.
pub(super) fn loaded(plugin: &Plugin, old: Option<&Plugin>, took: Duration) {
    let (id, digest, took_ms) = (plugin.id(), plugin.digest().short(), took.as_millis());
    let grants = plugin.egress().grants();
    let granted = grants.summary().join("; ");
    let Some(old) = old else {
        info!(target: TARGET, event = "plugin-loaded", plugin = %id, %digest, took_ms, granted, "plugin loaded");
        return;
    };
    let was = old.digest().short();
    info!(target: TARGET, event = "plugin-replaced", plugin = %id, %digest, %was, took_ms, granted, "plugin replaced");
    if old.egress().grants() != grants {
        info!(target: TARGET, event = "grants-changed", plugin = %id, granted, "grants changed");
    } else if !ptr::eq(old.egress(), plugin.egress()) {
        // The egress is the same unless grants or secrets differ.
        info!(target: TARGET, event = "secrets-changed", plugin = %id, "secrets changed");
    }
}

/// Records that a plugin cannot be loaded.
pub(super) fn refused(id: &ProviderId, error: &LoadError, kept: bool) {
    let reason = error.reason();
    info!(target: TARGET, event = "plugin-refused", plugin = %id, reason, kept, "plugin refused");
}

/// Records that a plugin's files were removed.
pub(super) fn removed(id: &ProviderId) {
    info!(target: TARGET, event = "plugin-removed", plugin = %id, "plugin unloaded: its file is gone");
}

/// Records that a plugin was disabled.
pub(super) fn disabled(id: &ProviderId, by: &str) {
    info!(target: TARGET, event = "plugin-disabled", plugin = %id, by, "plugin disabled");
}

/// Records that a plugin was enabled.
pub(super) fn enabled(id: &ProviderId, by: &str) {
    info!(target: TARGET, event = "plugin-enabled", plugin = %id, by, "plugin enabled");
}

/// Records that a plugin was rolled back, and stays at this version.
pub(super) fn pinned(id: &ProviderId, version: VersionId, by: &str) {
    let digest = version.component.short();
    info!(target: TARGET, event = "plugin-pinned", plugin = %id, %digest, by, "plugin pinned to a version served before");
}

/// Records that a plugin follows the folder again.
pub(super) fn unpinned(id: &ProviderId) {
    info!(target: TARGET, event = "plugin-unpinned", plugin = %id, "plugin follows the folder again");
}

/// Records that the folder has other files, which are ignored.
pub(super) fn newer_waits(id: &ProviderId, pinned: VersionId) {
    let pinned = pinned.component.short();
    info!(target: TARGET, event = "newer-file-waits", plugin = %id, %pinned, "plugin stays pinned: a newer file waits");
}
