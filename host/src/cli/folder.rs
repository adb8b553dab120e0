//! Loading of all plugins of a folder, outside a host.

use std::path::Path;
use std::sync::Arc;

use super::CliError;
use super::host::{self, HostError};
use crate::config::Config;
use crate::plugin::{Catalog, LoadError, PluginRegistry, StartWait, StateFolder, StateSettings};
use contract::ProviderId;

/// Loads the plugins in `dir`, each with the settings beside it.
///
/// # Errors
///
/// Fails if a plugin does not load, as the catalog would be incomplete. With `only`, other plugins may fail.
pub(super) async fn load(dir: &Path, config: &Config, only: Option<&ProviderId>) -> Result<Arc<Catalog>, CliError> {
    if !dir.is_dir() {
        return Err(HostError::NoFolder(dir.to_owned()).into());
    }
    let mut config = config.clone();
    host::keep_entries_apart(&mut config);
    // The operator state of a running host does not apply here, so disabled plugins are loaded too.
    let state = StateFolder::open(&StateSettings::default(), dir).map_err(HostError::State)?;
    let (registry, unloaded, _events) =
        PluginRegistry::prepare(dir, host::loader(&config)?, state).map_err(HostError::State)?;
    let _watch = unloaded.load(StartWait::All).await;
    let refused = registry.refused();
    let matter = refused.iter().filter(|(id, _)| only.is_none_or(|only| only == *id));
    let errors: Vec<Arc<LoadError>> = matter.map(|(_, refused)| Arc::clone(&refused.error)).collect();
    if errors.is_empty() { Ok(registry.catalog()) } else { Err(CliError::Components(errors)) }
}
