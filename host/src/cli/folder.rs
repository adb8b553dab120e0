//! Every plugin of a folder, loaded outside a host.

use std::path::Path;
use std::sync::Arc;

use super::host::{self, HostError};
use super::{CliError, chain};
use crate::config::Config;
use crate::plugin::{Catalog, Shelf, StateFolder, StateSettings};

/// Loads the plugins in `dir`, each with the settings beside it.
///
/// # Errors
///
/// Fails if one does not load: what is said of the others would be incomplete.
pub(super) async fn load(dir: &Path, config: &Config) -> Result<Arc<Catalog>, CliError> {
    if !dir.is_dir() {
        return Err(HostError::NoFolder(dir.to_owned()).into());
    }
    // What a host has disabled is its own affair.
    let state = StateFolder::open(&StateSettings::default(), dir).map_err(HostError::State)?;
    let (shelf, unloaded, _events) = Shelf::prepare(dir, host::loader(config)?, state).map_err(HostError::State)?;
    let _watch = unloaded.load().await;
    let refused = shelf.refused();
    if refused.is_empty() {
        return Ok(shelf.catalog());
    }
    let problems: Vec<String> = refused.values().map(|refused| chain(&*refused.error)).collect();
    Err(CliError::Contract(problems.join("\n")))
}
