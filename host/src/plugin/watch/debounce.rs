//! Hints of the operating system that files in a folder change, with debounce.

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
use net::chain;

/// The quiet time that ends a burst (debounce).
const QUIET: Duration = Duration::from_millis(30);

/// The longest burst before it is acted on.
const LONGEST: Duration = Duration::from_millis(250);

/// The source of hints. Without any, files are only polled.
pub(super) struct Hints {
    /// `None` if the system has no more watchers.
    watcher: Option<RecommendedWatcher>,
    folders: BTreeMap<PathBuf, FolderId>,
    burst: Burst,
}

/// Hints in quick succession.
#[derive(Clone)]
pub(super) struct Burst(Arc<Notify>);

impl Hints {
    pub(super) fn new() -> Self {
        let burst = Burst(Arc::default());
        let hint = Arc::clone(&burst.0);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // An error is a reason to look, too.
            if !event.is_ok_and(|event| is_mere_reading(event.kind)) {
                hint.notify_one();
            }
        });
        let watcher = watcher
            .inspect_err(|error| {
                warn!(error = %chain(error), "files are polled every few seconds: the system reports no changes")
            })
            .ok();
        Self { watcher, folders: BTreeMap::new(), burst }
    }

    pub(super) fn burst(&self) -> Burst {
        self.burst.clone()
    }

    /// Takes hints from these folders only, from now on. Returns whether any of them is new.
    pub(super) fn come_from(&mut self, folders: BTreeMap<PathBuf, FolderId>) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        for folder in
            self.folders.iter().filter(|(folder, id)| folders.get(*folder) != Some(id)).map(|(folder, _)| folder)
        {
            // The folder is gone, and the system has already removed the watch.
            let _ = watcher.unwatch(folder);
        }
        let mut any_new = false;
        for (folder, _) in folders.iter().filter(|(folder, id)| self.folders.get(*folder) != Some(id)) {
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => any_new = true,
                Err(error) => {
                    debug!(folder = %folder.display(), error = %chain(&error), "folder is only polled every few seconds")
                }
            }
        }
        self.folders = folders;
        any_new
    }
}

impl Burst {
    /// Waits for a hint, and then until no other came for a while or the burst has lasted too long.
    ///
    /// A hint since the last wait counts, even if it came between waits.
    pub(super) async fn over(&self) {
        self.0.notified().await;
        let latest = Instant::now() + LONGEST;
        while timeout_at(latest, timeout(QUIET, self.0.notified())).await.is_ok_and(|hint| hint.is_ok()) {}
    }
}

/// Returns whether the event is not a write. Our own reading causes such events: reacting to them would never
/// end.
fn is_mere_reading(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}
