//! PluginRegistry of plugins with hot reload: the catalog of loaded plugins, and the errors of those that cannot be
//! loaded.
//!
//! A revoked grant ends at once, whatever its plugin does: if the plugin cannot be rebuilt without the grant,
//! it is no longer served. Loads are counted here and nowhere else.

mod command;
mod emptiness;
mod event;
mod loading;
mod record;
mod retry;
mod saving;
mod source;
mod start;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use arc_swap::{ArcSwap, ArcSwapOption};
use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::{broadcast, mpsc, oneshot};
use tracing::{debug, error, warn};

pub(crate) use self::command::{OperatorCommand, Reloaded};
use self::command::{OperatorRequest, RegistryMessage};
pub use self::event::{Event, EventKind};
pub(crate) use self::saving::Unsaved;
pub use self::start::StartWait;
pub use self::watch::Watch;
use super::folder::{Folder, FolderProblem};
use super::progress::{LoadProgress, LoadStatus};
use super::{Catalog, LoadError, Loader, OperatorState, Plugin, ProviderId, Settings, StateError, StateFolder};
use egress::Egress;
use net::chain;
use net::telemetry::metrics::{LoadResult, Loads};

/// Events kept for a slow subscriber.
const EVENTS: usize = 256;

/// Messages that the watch task has not taken yet. Further callers wait.
const MESSAGES: usize = 64;

/// The plugins of a folder, and the catalog of those that are loaded.
pub struct PluginRegistry {
    folder: Folder,
    loader: Loader,
    catalog: ArcSwap<Catalog>,
    /// Sends the plugin of each change of the catalog, once the catalog has changed.
    swaps: broadcast::Sender<ProviderId>,
    refused: Mutex<BTreeMap<ProviderId, LoadFailure>>,
    problems: ArcSwap<Vec<FolderProblem>>,
    state: Arc<StateFolder>,
    operator_state: ArcSwap<OperatorState>,
    /// Set while the operator state differs from the one on the disk.
    unsaved: ArcSwapOption<Unsaved>,
    events: broadcast::Sender<Event>,
    messages: mpsc::Sender<RegistryMessage>,
    loads: Loads,
    progress: LoadProgress,
}

/// A plugin in the folder that cannot be loaded.
#[derive(Clone, Debug)]
pub(crate) struct LoadFailure {
    /// The time of the last attempt.
    pub(crate) at: Timestamp,
    /// The reason.
    pub(crate) error: Arc<LoadError>,
    /// The time of the next attempt, if the failure may be the host's.
    pub(crate) retry: Option<Timestamp>,
}

/// A registry before its plugins are loaded.
pub struct Unloaded {
    registry: Arc<PluginRegistry>,
    messages: mpsc::Receiver<RegistryMessage>,
}

impl Unloaded {
    /// Begins to load every plugin of the folder, and waits as long as `wait` says. Those that are still loading then
    /// follow. A plugin that cannot be loaded is reported and left out.
    pub async fn load(self, wait: StartWait) -> Watch {
        Watch::begin(self.registry, self.messages, wait).await
    }
}

impl PluginRegistry {
    /// Creates a registry for the plugins in `dir`, which is empty until [`Unloaded::load`] loads them.
    ///
    /// The receiver gets all changes of plugins, these first loads included.
    ///
    /// # Errors
    ///
    /// Fails if `state` cannot be read.
    pub fn prepare(
        dir: impl Into<std::path::PathBuf>,
        loader: Loader,
        state: StateFolder,
    ) -> Result<(Arc<Self>, Unloaded, broadcast::Receiver<Event>), StateError> {
        let (events, told) = broadcast::channel(EVENTS);
        let (messages, received) = mpsc::channel(MESSAGES);
        let registry = Arc::new(Self {
            folder: loader.folder(dir),
            loader,
            catalog: ArcSwap::default(),
            swaps: broadcast::Sender::new(EVENTS),
            refused: Mutex::default(),
            problems: ArcSwap::default(),
            operator_state: ArcSwap::from_pointee(state.operator_state()?),
            unsaved: ArcSwapOption::const_empty(),
            state: Arc::new(state),
            events,
            messages,
            loads: Loads::default(),
            progress: LoadProgress::default(),
        });
        let unloaded = Unloaded { registry: Arc::clone(&registry), messages: received };
        Ok((registry, unloaded, told))
    }

    /// Returns the current catalog.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.catalog.load_full()
    }

    /// Returns the plugins of all further changes of the catalog: loaded, replaced or taken out.
    pub(crate) fn swaps(&self) -> broadcast::Receiver<ProviderId> {
        self.swaps.subscribe()
    }

    /// Returns the plugins that cannot be loaded now, by name. An earlier version may be in the catalog.
    pub(crate) fn refused(&self) -> BTreeMap<ProviderId, LoadFailure> {
        self.refusals().clone()
    }

    /// Returns the problems of the folder that concern no plugin, such as files that are ignored.
    pub(crate) fn problems(&self) -> Arc<Vec<FolderProblem>> {
        self.problems.load_full()
    }

    /// Returns the loads in progress, by name. An earlier version may be in the catalog.
    pub(crate) fn loading(&self) -> BTreeMap<ProviderId, LoadStatus> {
        self.progress.statuses()
    }

    /// Returns the operator state: disabled and pinned plugins, and the versions that are kept.
    pub(crate) fn operator_state(&self) -> Arc<OperatorState> {
        self.operator_state.load_full()
    }

    /// Returns the counters of loads.
    pub(crate) fn loads(&self) -> &Loads {
        &self.loads
    }

    /// Returns the runtime that runs its plugins.
    pub(crate) fn runtime(&self) -> &Arc<engine::Runtime> {
        self.loader.runtime()
    }

    /// Returns the number of failed key-value operations; 0 if no plugin is granted the store yet.
    pub(crate) fn key_value_failures(&self) -> u64 {
        self.loader.outside().key_value_failures()
    }

    /// Sends an order for the plugin `id`, and waits until it is carried out. `by` names its author for the
    /// audit log.
    ///
    /// Several callers with the same order wait for the load in progress, and share the one after it.
    pub(crate) async fn command(&self, id: ProviderId, command: OperatorCommand, by: String) -> Reloaded {
        let (asker, answer) = oneshot::channel();
        // Both fail only if the host is shutting down, or by a bug of its own that the log reports.
        let message = RegistryMessage::Request(OperatorRequest { id, command, by, askers: vec![asker] });
        if self.messages.send(message).await.is_err() {
            return Reloaded::Gone;
        }
        answer.await.unwrap_or(Reloaded::Gone)
    }

    /// Loads every plugin of the folder again. Pinned plugins stay pinned, and disabled ones are skipped.
    pub(crate) async fn reload_all(&self, by: &str) -> BTreeMap<ProviderId, Reloaded> {
        let catalog = self.catalog();
        let mut ids: Vec<ProviderId> = catalog.plugins().map(|plugin| plugin.id().clone()).collect();
        ids.extend(self.refusals().keys().filter(|id| catalog.provider(id.as_str()).is_none()).cloned());
        let reloads =
            ids.into_iter().map(async |id| (id.clone(), self.command(id, OperatorCommand::Again, by.to_owned()).await));
        join_all(reloads).await.into_iter().collect()
    }

    /// Applies other settings. Starts to rebuild the plugins for which they differ, without waiting; a version
    /// that cannot be built leaves the one before.
    pub(crate) async fn restate(&self, settings: Settings) {
        let (asker, answer) = oneshot::channel();
        let message = RegistryMessage::Restate { settings: Box::new(settings), asker };
        if self.messages.send(message).await.is_ok() {
            let _ = answer.await;
        }
    }

    /// Reads secrets of these plugins again, because their files have changed. Starts to rebuild plugins whose secrets
    /// differ, without waiting.
    pub(crate) async fn reread(&self, plugins: BTreeSet<ProviderId>) {
        // It fails only if the host is shutting down.
        let _ = self.messages.send(RegistryMessage::Reread(plugins)).await;
    }

    /// Returns the egress of plugins.
    pub(crate) fn outside(&self) -> &Arc<Egress> {
        self.loader.outside()
    }

    fn refusals(&self) -> MutexGuard<'_, BTreeMap<ProviderId, LoadFailure>> {
        // A panic leaves nothing half done here.
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, plugin: ProviderId, kind: EventKind) {
        // The event has no receiver if there are no subscribers.
        let _ = self.events.send(Event { plugin, kind });
    }

    fn put(&self, plugin: Plugin, since: Instant) -> Reloaded {
        let id = plugin.id().clone();
        let before = self.catalog.load();
        let old = before.provider(id.as_str());
        let after = Arc::new(before.with(plugin, &self.loader.settings().order));
        self.swap(Arc::clone(&after), &id);
        self.refusals().remove(&id);

        let (took, replaced) = (since.elapsed(), old.is_some());
        if let Some(new) = after.provider(id.as_str()) {
            record::loaded(new, old.map(AsRef::as_ref), took);
            for tool in new.tools() {
                if let Some(rival) = after.rival_of(new, tool) {
                    warn!(plugin = %id, tool = %tool.name, %rival, "tool not served: another tool has this name");
                }
            }
        }
        self.loads.ended(if replaced { LoadResult::Replaced } else { LoadResult::Loaded }, took);
        self.tell(id, EventKind::Loaded { replaced, took });
        Reloaded::Loaded
    }

    fn keep(&self, id: &ProviderId, since: Instant) -> Reloaded {
        debug!(plugin = %id, "plugin unchanged");
        self.refusals().remove(id);
        self.loads.ended(LoadResult::Unchanged, since.elapsed());
        Reloaded::Unchanged
    }

    fn refuse(&self, id: ProviderId, since: Instant, error: LoadError, retry: Option<Timestamp>) -> Reloaded {
        let served = self.catalog.load().provider(id.as_str()).cloned();
        let grants = &self.loader.settings().of(&id).grants.clone();
        let may_stay = served.as_ref().is_none_or(|plugin| grants.cover(plugin.egress().grants()));
        if !may_stay {
            // A revoked grant ends, whatever prevents the plugin from being rebuilt without it.
            self.take_out(&id);
            error!(plugin = %id, "plugin no longer served: the settings have revoked a grant of that version");
        }
        let kept = served.is_some() && may_stay;
        if kept {
            error!(plugin = %id, error = %chain(&error), "previous version of the plugin kept: the new one cannot be loaded");
        } else {
            error!(plugin = %id, error = %chain(&error), "plugin not served: it cannot be loaded");
        }
        record::refused(&id, &error, kept);
        let (took, error) = (since.elapsed(), Arc::new(error));
        let failure = LoadFailure { at: Timestamp::now(), error: Arc::clone(&error), retry };
        self.refusals().insert(id.clone(), failure);
        self.loads.ended(LoadResult::Refused, took);
        self.tell(id, EventKind::Refused { kept, took, error: Arc::clone(&error) });
        Reloaded::Refused(error)
    }

    /// Leaves a plugin unchanged: the version of a rollback cannot be loaded.
    fn stay(&self, id: &ProviderId, error: LoadError) -> Reloaded {
        error!(plugin = %id, error = %chain(&error), "plugin not rolled back: that version cannot be loaded");
        record::refused(id, &error, self.catalog.load().provider(id.as_str()).is_some());
        Reloaded::Refused(Arc::new(error))
    }

    fn remove(&self, id: ProviderId) {
        self.refusals().remove(&id);
        if self.take_out(&id) {
            record::removed(&id);
            self.tell(id, EventKind::Unloaded);
        }
    }

    fn withdraw(&self, id: &ProviderId) {
        self.refusals().remove(id);
        if self.take_out(id) {
            self.tell(id.clone(), EventKind::Disabled);
        }
    }

    /// Removes a plugin from the catalog, and returns whether it was there.
    fn take_out(&self, id: &ProviderId) -> bool {
        let before = self.catalog.load();
        let was_there = before.provider(id.as_str()).is_some();
        if was_there {
            self.swap(Arc::new(before.without(id)), id);
        }
        was_there
    }

    /// Puts a catalog in place that differs by the plugin `id`.
    fn swap(&self, catalog: Arc<Catalog>, id: &ProviderId) {
        self.catalog.store(catalog);
        // It fails if nobody listens.
        let _ = self.swaps.send(id.clone());
    }
}
