//! Every plugin of a folder, loaded outside a host.

use std::path::Path;
use std::sync::Arc;

use super::CliError;
use super::host::{self, HostError};
use crate::config::Config;
use crate::plugin::{Catalog, LoadError, PluginRegistry, StateFolder, StateSettings};
use contract::ProviderId;

/// Loads the plugins in `dir`, each with the settings beside it.
///
/// # Errors
///
/// Fails if one does not load: what is said of all would be incomplete. If `only` one matters, others may be broken.
pub(super) async fn load(dir: &Path, config: &Config, only: Option<&ProviderId>) -> Result<Arc<Catalog>, CliError> {
    if !dir.is_dir() {
        return Err(HostError::NoFolder(dir.to_owned()).into());
    }
    // What a host has disabled is its own affair.
    let state = StateFolder::open(&StateSettings::default(), dir).map_err(HostError::State)?;
    let (shelf, unloaded, _events) =
        PluginRegistry::prepare(dir, host::loader(config)?, state).map_err(HostError::State)?;
    let _watch = unloaded.load().await;
    let refused = shelf.refused();
    let matter = refused.iter().filter(|(id, _)| only.is_none_or(|only| only == *id));
    let errors: Vec<Arc<LoadError>> = matter.map(|(_, refused)| Arc::clone(&refused.error)).collect();
    if errors.is_empty() { Ok(shelf.catalog()) } else { Err(CliError::Components(errors)) }
}
