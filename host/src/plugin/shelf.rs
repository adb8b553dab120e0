//! The plugin folder as served: loads what is there, and swaps in what changes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use tokio::sync::broadcast;
use tokio::task::{self, AbortHandle, JoinError, JoinSet};
use tracing::{debug, error, info, warn};

use super::folder::{ChangeKind, Folder, Snapshot, diff};
use super::{Catalog, LoadError, Loader, Plugin, ProviderId, watch};

/// Events kept for a subscriber that is slow to look.
const EVENTS: usize = 256;

/// The plugins of a folder, and the catalog of those that loaded.
pub struct Shelf {
    folder: Folder,
    loader: Loader,
    catalog: ArcSwap<Catalog>,
    events: broadcast::Sender<Event>,
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

/// A load that has ended.
struct Load {
    id: ProviderId,
    /// When its files were noticed.
    since: Instant,
    loaded: Result<Option<Plugin>, LoadError>,
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
        let folder = loader.folder(dir);
        let shelf = Arc::new(Self { folder: folder.clone(), loader, catalog: ArcSwap::default(), events });
        let seen = tokio::task::spawn_blocking(move || folder.scan()).await.expect("a scan does not panic");
        let mut watch = Watch {
            shelf: Arc::clone(&shelf),
            seen: Snapshot::default(),
            loading: JoinSet::new(),
            newest: HashMap::new(),
        };
        watch.take_up(seen);
        while let Some(ended) = watch.loading.join_next_with_id().await {
            watch.finish(ended);
        }
        (shelf, watch, told)
    }

    /// The providers of this moment.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.catalog.load_full()
    }

    /// The runtime that its plugins run in.
    pub(crate) fn runtime(&self) -> &Arc<crate::runtime::Runtime> {
        self.loader.runtime()
    }

    fn tell(&self, plugin: ProviderId, kind: EventKind) {
        // Without subscribers there is nobody to tell.
        let _ = self.events.send(Event { plugin, kind });
    }

    fn put(&self, plugin: Plugin, since: Instant) {
        let (id, digest) = (plugin.id().clone(), plugin.digest().short());
        let before = self.catalog.load();
        let old = before.provider(id.as_str()).map(|plugin| plugin.digest().short());
        self.catalog.store(Arc::new(before.with(plugin, &self.loader.settings().order)));

        let took = since.elapsed();
        let took_ms = took.as_millis();
        match &old {
            Some(old) => info!(plugin = %id, %digest, was = %old, took_ms, "plugin replaced"),
            None => info!(plugin = %id, %digest, took_ms, "plugin loaded"),
        }
        self.tell(id, EventKind::Loaded { replaced: old.is_some(), took });
    }

    fn refuse(&self, id: ProviderId, since: Instant, error: LoadError) {
        let kept = self.catalog.load().provider(id.as_str()).is_some();
        let chain: &dyn std::error::Error = &error;
        if kept {
            error!(plugin = %id, error = chain, "plugin kept as it was: the new version does not load");
        } else {
            error!(plugin = %id, error = chain, "plugin not served: it does not load");
        }
        self.tell(id, EventKind::Refused { kept, took: since.elapsed(), error: Arc::new(error) });
    }

    fn remove(&self, id: ProviderId) {
        let before = self.catalog.load();
        if before.provider(id.as_str()).is_none() {
            return;
        }
        self.catalog.store(Arc::new(before.without(&id)));
        info!(plugin = %id, "plugin unloaded: its file is gone");
        self.tell(id, EventKind::Unloaded);
    }
}

/// The one task that changes a shelf's catalog, as the folder changes.
pub struct Watch {
    shelf: Arc<Shelf>,
    seen: Snapshot,
    /// Loads under way, side by side: a large component holds up nobody else's.
    loading: JoinSet<Load>,
    /// The load of each provider that counts. An older one was cancelled.
    newest: HashMap<ProviderId, AbortHandle>,
}

impl Watch {
    /// Follows the folder for as long as it is polled.
    pub async fn run(mut self) {
        let mut changes = watch::changes(self.shelf.folder.clone(), self.seen.clone());
        loop {
            tokio::select! {
                now = changes.next() => self.take_up(Snapshot::clone(&now)),
                Some(ended) = self.loading.join_next_with_id() => self.finish(ended),
            }
        }
    }

    fn take_up(&mut self, now: Snapshot) {
        for problem in now.problems.iter().filter(|problem| !self.seen.problems.contains(problem)) {
            warn!(%problem, "file ignored");
        }
        for change in diff(&self.seen, &now) {
            if let Some(older) = self.newest.remove(&change.provider) {
                older.abort();
            }
            match change.kind {
                ChangeKind::Gone => self.shelf.remove(change.provider),
                ChangeKind::Appeared | ChangeKind::Component | ChangeKind::Settings => self.load(change.provider),
            }
        }
        self.seen = now;
    }

    fn load(&mut self, id: ProviderId) {
        let since = Instant::now();
        let shelf = Arc::clone(&self.shelf);
        let task_id = id.clone();
        let task = self.loading.spawn(async move {
            let current = shelf.catalog.load().provider(task_id.as_str()).cloned();
            let loaded = shelf.loader.load(&shelf.folder, &task_id, current).await;
            Load { id: task_id, since, loaded }
        });
        self.newest.insert(id, task);
    }

    /// Takes in what was loaded. One that was cancelled, or that ended just before it would have
    /// been, counts no more: its file may be gone by now.
    fn finish(&mut self, ended: Result<(task::Id, Load), JoinError>) {
        let (task, Load { id, since, loaded }) = match ended {
            Ok(ended) => ended,
            Err(error) if error.is_cancelled() => return,
            Err(error) => return error!(%error, "a load failed for a bug of the host's; the version before stays"),
        };
        if self.newest.get(&id).is_none_or(|newest| newest.id() != task) {
            return debug!(plugin = %id, "load overtaken by a later change");
        }
        self.newest.remove(&id);
        match loaded {
            Ok(Some(plugin)) => self.shelf.put(plugin, since),
            Ok(None) => debug!(plugin = %id, "plugin is as it was"),
            Err(error) => self.shelf.refuse(id, since, error),
        }
    }
}
