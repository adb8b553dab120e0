//! The plugin folder as served: the catalog of what loaded, and what does not load and why.

mod loading;
mod watch;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::{broadcast, mpsc, oneshot};
use tracing::{debug, error, info};

pub use self::watch::Watch;
use super::folder::Folder;
use super::{Catalog, LoadError, Loader, Plugin, ProviderId};
use crate::telemetry::metrics::{LoadResult, Loads};

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
    events: broadcast::Sender<Event>,
    orders: mpsc::Sender<Order>,
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
}

/// What is in the folder and does not load.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// When that was tried last.
    pub(crate) at: Timestamp,
    /// Why.
    pub(crate) error: Arc<LoadError>,
}

/// What came of a reload that was asked for.
#[derive(Clone, Debug)]
pub(crate) enum Reloaded {
    /// It is served from now on.
    Loaded,
    /// It is what was served already.
    Unchanged,
    /// It does not load; a version before it is kept if there is one.
    Refused(Arc<LoadError>),
    /// There are no files of this name.
    Gone,
}

/// Who wants to hear of the end of a load.
type Asker = oneshot::Sender<Reloaded>;

/// A reload, and who wants to hear of its end.
struct Order {
    id: ProviderId,
    asker: Asker,
}

impl Shelf {
    /// Loads every plugin in `folder`. One that does not load is reported and left out.
    ///
    /// What happens to plugins, these first loads included, is told to the receiver.
    pub async fn open(
        dir: impl Into<std::path::PathBuf>,
        loader: Loader,
    ) -> (Arc<Self>, Watch, broadcast::Receiver<Event>) {
        let (events, told) = broadcast::channel(EVENTS);
        let (orders, ordered) = mpsc::channel(ORDERS);
        let shelf = Arc::new(Self {
            folder: loader.folder(dir),
            loader,
            catalog: ArcSwap::default(),
            refused: Mutex::default(),
            events,
            orders,
            loads: Loads::default(),
        });
        let watch = Watch::begin(Arc::clone(&shelf), ordered).await;
        (shelf, watch, told)
    }

    /// The providers of this moment.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.catalog.load_full()
    }

    /// What does not load at this moment, by name. A version before it may be in the catalog.
    pub(crate) fn refused(&self) -> BTreeMap<ProviderId, Refused> {
        self.refusals().clone()
    }

    /// The loads so far.
    pub(crate) fn loads(&self) -> &Loads {
        &self.loads
    }

    /// The runtime that its plugins run in.
    pub(crate) fn runtime(&self) -> &Arc<crate::runtime::Runtime> {
        self.loader.runtime()
    }

    /// Loads the plugin `id` again, as if its files had changed, and waits for the end of that.
    ///
    /// Asked many times at once, it is loaded once more after the load that is under way.
    pub(crate) async fn reload(&self, id: ProviderId) -> Reloaded {
        let (asker, answer) = oneshot::channel();
        // Both fail only if the host is about to end, or by a bug of its own that the log tells of.
        if self.orders.send(Order { id, asker }).await.is_err() {
            return Reloaded::Gone;
        }
        answer.await.unwrap_or(Reloaded::Gone)
    }

    /// Loads every plugin of the folder again, as [`reload`](Self::reload) does one.
    pub(crate) async fn reload_all(&self) -> BTreeMap<ProviderId, Reloaded> {
        let catalog = self.catalog();
        let mut ids: Vec<ProviderId> = catalog.plugins().map(|plugin| plugin.id().clone()).collect();
        ids.extend(self.refusals().keys().filter(|id| catalog.provider(id.as_str()).is_none()).cloned());
        let reloads = ids.into_iter().map(async |id| (id.clone(), self.reload(id).await));
        join_all(reloads).await.into_iter().collect()
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
        let (id, digest) = (plugin.id().clone(), plugin.digest().short());
        let before = self.catalog.load();
        let old = before.provider(id.as_str()).map(|plugin| plugin.digest().short());
        self.catalog.store(Arc::new(before.with(plugin, &self.loader.settings().order)));
        self.refusals().remove(&id);

        let took = since.elapsed();
        let took_ms = took.as_millis();
        let result = match &old {
            Some(old) => {
                info!(plugin = %id, %digest, was = %old, took_ms, "plugin replaced");
                LoadResult::Replaced
            }
            None => {
                info!(plugin = %id, %digest, took_ms, "plugin loaded");
                LoadResult::Loaded
            }
        };
        self.loads.ended(result, took);
        self.tell(id, EventKind::Loaded { replaced: old.is_some(), took });
        Reloaded::Loaded
    }

    fn keep(&self, id: &ProviderId, since: Instant) -> Reloaded {
        debug!(plugin = %id, "plugin is as it was");
        self.refusals().remove(id);
        self.loads.ended(LoadResult::Unchanged, since.elapsed());
        Reloaded::Unchanged
    }

    fn refuse(&self, id: ProviderId, since: Instant, error: LoadError) -> Reloaded {
        let kept = self.catalog.load().provider(id.as_str()).is_some();
        let chain: &dyn std::error::Error = &error;
        if kept {
            error!(plugin = %id, error = chain, "plugin kept as it was: the new version does not load");
        } else {
            error!(plugin = %id, error = chain, "plugin not served: it does not load");
        }
        let (took, error) = (since.elapsed(), Arc::new(error));
        self.refusals().insert(id.clone(), Refused { at: Timestamp::now(), error: Arc::clone(&error) });
        self.loads.ended(LoadResult::Refused, took);
        self.tell(id, EventKind::Refused { kept, took, error: Arc::clone(&error) });
        Reloaded::Refused(error)
    }

    fn remove(&self, id: ProviderId) {
        self.refusals().remove(&id);
        let before = self.catalog.load();
        if before.provider(id.as_str()).is_none() {
            return;
        }
        self.catalog.store(Arc::new(before.without(&id)));
        info!(plugin = %id, "plugin unloaded: its file is gone");
        self.tell(id, EventKind::Unloaded);
    }
}
