//! Sources of a plugin: the folder, or the kept files of versions served before.
//!
//! A rollback is a load like any other: the version is tried before it is served, and the pin is saved only if
//! it works. Reloading one plugin by name ends its pin; reloading all does not.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tracing::warn;

use super::PluginRegistry;
use crate::plugin::folder::Contents;
use crate::plugin::load::LoadRequest;
use crate::plugin::progress::StepReporter;
use crate::plugin::state::{Kept, Pin, VersionId};
use crate::plugin::{LoadError, Plugin};
use contract::ProviderId;
use net::chain;

/// The longest look at the ignored files of the folder: the pinned version does not wait for files that are being
/// written. They are looked at again when they have changed.
const GLANCE: Duration = Duration::from_secs(1);

/// The source of a load.
#[derive(Clone, Debug)]
pub(super) enum LoadSource {
    /// The folder, which is followed from then on. On an operator's order, even a component that the compiler has
    /// rejected before is compiled.
    Folder { is_ordered: bool },
    /// The pinned version.
    Pinned(Pin),
    /// The version to pin, if it loads.
    ToPin(Pin),
}

/// The result of a load.
pub(super) struct Found {
    /// The plugin; `None` if it is unchanged.
    pub(super) plugin: Option<Plugin>,
    /// The record of its kept files.
    pub(super) kept: Option<Kept>,
    /// Set if its files could not be kept, as on a full disk. That is tried again.
    pub(super) is_unkept: bool,
    /// The version in the folder, if it could be read.
    pub(super) in_folder: Option<VersionId>,
}

impl PluginRegistry {
    /// Loads the plugin `id`.
    pub(super) async fn load(
        &self,
        id: &ProviderId,
        source: &LoadSource,
        steps: StepReporter,
    ) -> Result<Found, LoadError> {
        let current = self.catalog.load().provider(id.as_str()).cloned();
        let is_known = current.is_some() || self.operator_state.load().kept.contains_key(id);
        let retries = matches!(source, LoadSource::Folder { is_ordered: true });
        let request = LoadRequest { id: id.clone(), current: current.clone(), is_known, retries, steps };
        match source {
            LoadSource::Folder { .. } => {
                let loaded = self.loader.load(&self.folder, &request).await?;
                // Files that changed in nothing but comments are those of another version.
                let is_of_files = |plugin: &&Plugin| plugin.version() == loaded.version;
                let unkept = current.as_deref().filter(is_of_files).filter(|plugin| !self.keeps(plugin));
                let kept = match loaded.plugin.as_ref().or(unkept) {
                    Some(plugin) => self.keep_files(plugin, loaded.contents).await.map(Some),
                    None => Ok(None),
                };
                let is_unkept = kept.is_err();
                Ok(Found { plugin: loaded.plugin, kept: kept.ok().flatten(), is_unkept, in_folder: None })
            }
            LoadSource::Pinned(pin) | LoadSource::ToPin(pin) => {
                let in_folder = timeout(GLANCE, self.version_in_folder(id)).await.ok().flatten();
                let plugin = self.loader.load_kept(&self.state, pin.version, &request).await?.plugin;
                Ok(Found { plugin, kept: None, is_unkept: false, in_folder })
            }
        }
    }

    /// Returns the version in the folder, if its files can be read.
    async fn version_in_folder(&self, id: &ProviderId) -> Option<VersionId> {
        let contents = self.folder.read(id).await.ok()?;
        Some(spawn_blocking(move || VersionId::of(&contents)).await.expect("hashing does not panic"))
    }

    /// Returns whether the files of a version are kept.
    fn keeps(&self, plugin: &Plugin) -> bool {
        let operator_state = self.operator_state.load();
        operator_state.kept.get(plugin.id()).is_some_and(|kept| kept.iter().any(|kept| kept.id == plugin.version()))
    }

    /// Keeps the files of a version that is served, or about to be. A failure, which is logged, does not prevent that.
    async fn keep_files(&self, plugin: &Plugin, contents: Arc<Contents>) -> Result<Kept, ()> {
        let (state, id) = (Arc::clone(&self.state), plugin.version());
        let size = contents.component.len() + contents.settings.as_ref().map_or(0, Vec::len);
        let kept = spawn_blocking(move || state.keep(id, &contents)).await.expect("keeping does not panic");
        if let Err(error) = kept {
            warn!(plugin = %plugin.id(), error = %chain(&error), "no rollback to this version yet: its files cannot be kept");
            return Err(());
        }
        let version = plugin.profile().map(|profile| profile.version.clone());
        Ok(Kept { id, version, size: size as u64, served_at: Timestamp::now() })
    }
}
