//! Readiness that depends on plugins.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::ReadyState;
use crate::plugin::PluginRegistry;

/// The plugins that a host must serve to be ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadyPlugins {
    /// None: a plugin that does not load says nothing about the others.
    #[default]
    None,
    /// One or more.
    Any,
    /// Every plugin of the folder that is not disabled, in any version.
    All,
}

/// The plugins that a host must serve to be ready, and those that it serves.
pub(super) struct Requirement {
    plugins: ReadyPlugins,
    registry: Arc<PluginRegistry>,
}

impl Requirement {
    pub(super) fn new(plugins: ReadyPlugins, registry: Arc<PluginRegistry>) -> Self {
        Self { plugins, registry }
    }

    /// Returns the state of a host that lacks plugins.
    pub(super) fn lack(&self) -> Option<ReadyState> {
        if self.plugins == ReadyPlugins::None {
            return None;
        }
        let catalog = self.registry.catalog();
        if catalog.plugins().next().is_none() {
            return Some(ReadyState::NoPlugin);
        }
        let (loading, refused) = (self.registry.loading(), self.registry.refused());
        let mut wanted = loading.keys().chain(refused.keys());
        let is_missing = wanted.any(|id| catalog.provider(id.as_str()).is_none());
        (self.plugins == ReadyPlugins::All && is_missing).then_some(ReadyState::Incomplete)
    }
}

/// The registry of plugins has no `Debug` output.
impl fmt::Debug for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requirement").field("plugins", &self.plugins).finish_non_exhaustive()
    }
}
