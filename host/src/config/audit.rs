//! The table `[audit]`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use net::telemetry::audit::Settings;

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AuditTable {
    path: Option<PathBuf>,
}

impl From<AuditTable> for Settings {
    fn from(AuditTable { path }: AuditTable) -> Self {
        Self { path }
    }
}
