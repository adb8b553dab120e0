//! The plugin folder as served: the catalog of what loaded, and what does not load and why.

mod loading;
mod order;
mod record;
mod source;
mod watch;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::{broadcast, mpsc, oneshot};
use tracing::{debug, error};

pub(crate) use self::order::{Command, Impossible, Reloaded};
use self::order::{Order, Told};
pub use self::watch::Watch;
use super::folder::Folder;
use super::{Catalog, LoadError, Loader, Plugin, ProviderId, Settings, Standing, StateError, StateFolder};
use net::chain;
use net::telemetry::metrics::{LoadResult, Loads};

/// Events kept for a subscriber that is slow to look.
const EVENTS: usize = 256;

/// Reloads asked for that the watch has not looked at yet. Further askers wait.
const ORDERS: usize = 64;

/// The plugins of a folder, and the catalog of those that loaded.
pub struct Shelf {
    folder: Folder,
    loader: Loader,
    catalog: ArcSwap<Catalog>,
    refused: Mutex<BTreeMap<ProviderId, Refused>>,
    state: Arc<StateFolder>,
    standing: ArcSwap<Standing>,
    events: broadcast::Sender<Event>,
    orders: mpsc::Sender<Told>,
    loads: Loads,
}

/// Something happened to a plugin.
#[derive(Clone, Debug)]
pub struct Event {
    /// Whose.
    pub plugin: ProviderId,
    /// What.
    pub kind: EventKind,
}

/// What happened to a plugin.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// It is served from now on.
    Loaded {
        /// Whether it took the place of another version.
        replaced: bool,
        /// Time from noticing the files to serving them.
        took: Duration,
    },
    /// It does not load; a version before it is kept if there is one.
    Refused {
        /// Whether a version before it is still served.
        kept: bool,
        /// Time from noticing the files to refusing them.
        took: Duration,
        /// Why.
        error: Arc<LoadError>,
    },
    /// Its file is gone, and so is it.
    Unloaded,
    /// The operator has disabled it.
    Disabled,
}

/// What is in the folder and does not load.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// When that was tried last.
    pub(crate) at: Timestamp,
    /// Why.
    pub(crate) error: Arc<LoadError>,
}

/// Plugins that are not loaded yet. Orders wait.
pub struct Unloaded {
    shelf: Arc<Shelf>,
    orders: mpsc::Receiver<Told>,
}

impl Unloaded {
    /// Loads every plugin of the folder. One that does not load is reported and left out.
    pub async fn load(self) -> Watch {
        Watch::begin(self.shelf, self.orders).await
    }
}

impl Shelf {
    /// A shelf for the plugins in `dir`, empty until the second is told to load them.
    ///
    /// What happens to plugins, these first loads included, is told to the receiver.
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
        let (orders, ordered) = mpsc::channel(ORDERS);
        let shelf = Arc::new(Self {
            folder: loader.folder(dir),
            loader,
            catalog: ArcSwap::default(),
            refused: Mutex::default(),
            standing: ArcSwap::from_pointee(state.standing()?),
            state: Arc::new(state),
            events,
            orders,
            loads: Loads::default(),
        });
        let unloaded = Unloaded { shelf: Arc::clone(&shelf), orders: ordered };
        Ok((shelf, unloaded, told))
    }

    /// The providers of this moment.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.catalog.load_full()
    }

    /// What does not load at this moment, by name. A version before it may be in the catalog.
    pub(crate) fn refused(&self) -> BTreeMap<ProviderId, Refused> {
        self.refusals().clone()
    }

    /// What is disabled and pinned at this moment, and which versions are kept.
    pub(crate) fn standing(&self) -> Arc<Standing> {
        self.standing.load_full()
    }

    /// The loads so far.
    pub(crate) fn loads(&self) -> &Loads {
        &self.loads
    }

    /// The runtime that its plugins run in.
    pub(crate) fn runtime(&self) -> &Arc<engine::Runtime> {
        self.loader.runtime()
    }

    /// Operations that the key-value store of its plugins did not do; 0 if none was granted it yet.
    pub(crate) fn key_value_failures(&self) -> u64 {
        self.loader.outside().key_value_failures()
    }

    /// Has something done with the plugin `id`, and waits for the end of that. `by` says for the record whose word it
    /// is.
    ///
    /// Asked for the same many times at once, it is done once more after what is under way.
    pub(crate) async fn order(&self, id: ProviderId, command: Command, by: String) -> Reloaded {
        let (asker, answer) = oneshot::channel();
        // Both fail only if the host is about to end, or by a bug of its own that the log tells of.
        let order = Told::Order(Order { id, command, by, askers: vec![asker] });
        if self.orders.send(order).await.is_err() {
            return Reloaded::Gone;
        }
        answer.await.unwrap_or(Reloaded::Gone)
    }

    /// Loads every plugin of the folder again. Those that are pinned stay so, and those that are disabled are left.
    pub(crate) async fn reload_all(&self, by: &str) -> BTreeMap<ProviderId, Reloaded> {
        let catalog = self.catalog();
        let mut ids: Vec<ProviderId> = catalog.plugins().map(|plugin| plugin.id().clone()).collect();
        ids.extend(self.refusals().keys().filter(|id| catalog.provider(id.as_str()).is_none()).cloned());
        let reloads = ids.into_iter().map(async |id| (id.clone(), self.order(id, Command::Again, by.to_owned()).await));
        join_all(reloads).await.into_iter().collect()
    }

    /// Goes on by other settings. Plugins for which they differ are made anew, which is not waited for; a version that
    /// does not come to be leaves the one before.
    pub(crate) async fn restate(&self, settings: Settings) {
        let (asker, answer) = oneshot::channel();
        let order = Told::Restate { settings: Box::new(settings), asker };
        if self.orders.send(order).await.is_ok() {
            let _ = answer.await;
        }
    }

    fn refusals(&self) -> MutexGuard<'_, BTreeMap<ProviderId, Refused>> {
        // Nothing is left half done by a panic in there.
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, plugin: ProviderId, kind: EventKind) {
        // Without subscribers there is nobody to tell.
        let _ = self.events.send(Event { plugin, kind });
    }

    fn put(&self, plugin: Plugin, since: Instant) -> Reloaded {
        let id = plugin.id().clone();
        let before = self.catalog.load();
        let old = before.provider(id.as_str());
        let after = Arc::new(before.with(plugin, &self.loader.settings().order));
        self.catalog.store(Arc::clone(&after));
        self.refusals().remove(&id);

        let (took, replaced) = (since.elapsed(), old.is_some());
        if let Some(new) = after.provider(id.as_str()) {
            record::loaded(new, old.map(AsRef::as_ref), took);
        }
        self.loads.ended(if replaced { LoadResult::Replaced } else { LoadResult::Loaded }, took);
        self.tell(id, EventKind::Loaded { replaced, took });
        Reloaded::Loaded
    }

    fn keep(&self, id: &ProviderId, since: Instant) -> Reloaded {
        debug!(plugin = %id, "plugin is as it was");
        self.refusals().remove(id);
        self.loads.ended(LoadResult::Unchanged, since.elapsed());
        Reloaded::Unchanged
    }

    fn refuse(&self, id: ProviderId, since: Instant, error: LoadError) -> Reloaded {
        let served = self.catalog.load().provider(id.as_str()).cloned();
        let grants = &self.loader.settings().of(&id).grants.clone();
        let may_stay = served.as_ref().is_none_or(|plugin| grants.cover(plugin.reach().grants()));
        if !may_stay {
            // A grant that was taken back is gone, whatever keeps the plugin from being made without it.
            self.take_out(&id);
            error!(plugin = %id, "plugin served no more: what was served may reach more than the settings grant now");
        }
        let kept = served.is_some() && may_stay;
        let why = chain(&error);
        if kept {
            error!(plugin = %id, error = %why, "plugin kept as it was: the new version does not load");
        } else {
            error!(plugin = %id, error = %why, "plugin not served: it does not load");
        }
        record::refused(&id, &error, kept);
        let (took, error) = (since.elapsed(), Arc::new(error));
        self.refusals().insert(id.clone(), Refused { at: Timestamp::now(), error: Arc::clone(&error) });
        self.loads.ended(LoadResult::Refused, took);
        self.tell(id, EventKind::Refused { kept, took, error: Arc::clone(&error) });
        Reloaded::Refused(error)
    }

    /// Leaves a plugin as it is: the version that it was to go back to does not load.
    fn stay(&self, id: &ProviderId, error: LoadError) -> Reloaded {
        error!(plugin = %id, error = %chain(&error), "plugin not rolled back: that version does not load");
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

    /// Takes a plugin out of the catalog, and returns whether it was there.
    fn take_out(&self, id: &ProviderId) -> bool {
        let before = self.catalog.load();
        let was_there = before.provider(id.as_str()).is_some();
        if was_there {
            self.catalog.store(Arc::new(before.without(id)));
        }
        was_there
    }
}
