//! Hints of the operating system that files in a folder change.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, Event, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{debug, warn};

use crate::plugin::folder::FolderId;

/// How long no hint must come for a burst to be over.
const QUIET: Duration = Duration::from_millis(30);

/// How long a burst may last before it is cut.
const LONGEST: Duration = Duration::from_millis(250);

/// Where hints come from. Without any, looking goes by the clock alone.
pub(super) struct Hints {
    /// `None` if the system has no more to give.
    watcher: Option<RecommendedWatcher>,
    folders: BTreeMap<PathBuf, FolderId>,
    burst: Burst,
}

/// Hints that come in quick succession.
#[derive(Clone)]
pub(super) struct Burst(Arc<Notify>);

impl Hints {
    pub(super) fn new() -> Self {
        let burst = Burst(Arc::default());
        let hint = Arc::clone(&burst.0);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // An error too is a reason to look.
            if !event.is_ok_and(|event| is_mere_reading(event.kind)) {
                hint.notify_one();
            }
        });
        let watcher = watcher
            .inspect_err(|error| warn!(%error, "files are looked at every few seconds: the system tells no changes"))
            .ok();
        Self { watcher, folders: BTreeMap::new(), burst }
    }

    pub(super) fn burst(&self) -> Burst {
        self.burst.clone()
    }

    /// Takes hints from these folders from now on and from no others. Returns whether there are new ones among them.
    pub(super) fn come_from(&mut self, folders: BTreeMap<PathBuf, FolderId>) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        for folder in
            self.folders.iter().filter(|(folder, id)| folders.get(*folder) != Some(id)).map(|(folder, _)| folder)
        {
            // It is no longer there, and the system has forgotten it already.
            let _ = watcher.unwatch(folder);
        }
        let mut any_new = false;
        for (folder, _) in folders.iter().filter(|(folder, id)| self.folders.get(*folder) != Some(id)) {
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => any_new = true,
                Err(error) => debug!(folder = %folder.display(), %error, "folder is looked at every few seconds only"),
            }
        }
        self.folders = folders;
        any_new
    }
}

impl Burst {
    /// Waits for a hint, and then until no other came for a while, or until it has waited long enough.
    ///
    /// A hint that came since the last time counts, even if nobody was waiting.
    pub(super) async fn over(&self) {
        self.0.notified().await;
        let latest = Instant::now() + LONGEST;
        while timeout_at(latest, timeout(QUIET, self.0.notified())).await.is_ok_and(|hint| hint.is_ok()) {}
    }
}

/// Whether nobody wrote. Our own looking and reading makes such events: to look because of them would never end.
fn is_mere_reading(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}
