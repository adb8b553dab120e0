//! Watches files for hot reload.
//!
//! Events of the system are only hints: they come in bursts, get lost when many come together, and never come
//! from some file systems. So each burst leads to one look at the files, and so does every [`POLL`]. Successive
//! states are compared, and only a difference counts.

mod debounce;
mod file;
mod sources;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use self::debounce::Hints;
pub(crate) use self::file::{FilesChanges, files, stamps};
pub(crate) use self::sources::{SourceRoots, SourceTree};
use super::folder::{Folder, FolderId, ProblemKind, Snapshot};

/// The time between looks without hints.
const POLL: Duration = Duration::from_secs(2);

/// The time between looks while there is no folder to give hints.
const POLL_MISSING: Duration = Duration::from_millis(200);

/// The state of something on disk, as it changes. Dropping this ends the watch.
#[derive(Debug)]
pub(crate) struct FileWatch<S>(watch::Receiver<Arc<S>>);

impl<S> FileWatch<S> {
    /// Waits until the state differs from the one returned last, and returns the newest.
    ///
    /// States in between are skipped. May be cancelled, as by `select!`, without missing one.
    pub(crate) async fn next(&mut self) -> Arc<S> {
        match self.0.changed().await {
            Ok(()) => Arc::clone(&self.0.borrow_and_update()),
            // The runtime is shutting down and has ended the watch before us.
            Err(_) => std::future::pending().await,
        }
    }
}

/// Watches the plugin folder from the state `seen` on. Must be called within a tokio runtime.
///
/// A change is noticed 30 ms after the last of a burst, and every 250 ms while the burst continues. While the
/// folder cannot be read, its plugins count as unchanged, with one problem that reports it: a folder or a disk
/// that is briefly missing must not unload every plugin.
pub(crate) fn changes(folder: Folder, seen: Snapshot) -> FileWatch<Snapshot> {
    watch_scene(folder, seen)
}

/// A part of the file system that is looked at repeatedly.
trait Watched: Send + 'static {
    type State: PartialEq + Send + Sync + 'static;

    /// Looks at it, given the state `before`. Blocks on the disk.
    fn look(&self, before: &Self::State) -> Look<Self::State>;
}

/// The result of a look.
struct Look<S> {
    state: S,
    /// Folders whose changes are hints.
    folders: BTreeMap<PathBuf, FolderId>,
}

impl Watched for Folder {
    type State = Snapshot;

    fn look(&self, before: &Snapshot) -> Look<Snapshot> {
        match Folder::look(self) {
            Ok((id, state)) => Look { state, folders: BTreeMap::from([(self.path().to_owned(), id)]) },
            Err(error) => {
                // Those of before are not over, and are not to be told again.
                let others = before.problems.iter().filter(|problem| problem.kind != ProblemKind::Unreadable);
                let problems = [self.unreadable(&error)].into_iter().chain(others.cloned()).collect();
                let state = Snapshot { providers: before.providers.clone(), problems };
                Look { state, folders: BTreeMap::new() }
            }
        }
    }
}

fn watch_scene<S: Watched>(scene: S, seen: S::State) -> FileWatch<S::State> {
    let (latest, changes) = watch::channel(Arc::new(seen));
    tokio::spawn(keep_looking(scene, latest));
    FileWatch(changes)
}

/// Looks until there is no receiver any more.
async fn keep_looking<S: Watched>(mut scene: S, latest: watch::Sender<Arc<S::State>>) {
    let mut hints = Hints::new();
    let burst = hints.burst();
    loop {
        let before = Arc::clone(&latest.borrow());
        let looking = tokio::task::spawn_blocking(move || {
            let Look { state, folders } = scene.look(&before);
            let pause = if folders.is_empty() { POLL_MISSING } else { POLL };
            let is_blind_spot = hints.come_from(folders);
            (scene, hints, state, pause, is_blind_spot)
        });
        // It fails only if the runtime is shutting down.
        let Ok((looked, hinted, state, pause, is_blind_spot)) = looking.await else { return };
        (scene, hints) = (looked, hinted);

        latest.send_if_modified(|latest| {
            let differs = **latest != state;
            if differs {
                *latest = Arc::new(state);
            }
            differs
        });
        // A change after the look, but before hints were enabled, would stay unnoticed until the next poll.
        if is_blind_spot {
            continue;
        }
        tokio::select! {
            () = burst.over() => {}
            () = sleep(pause) => {}
            () = latest.closed() => return,
        }
    }
}

#[cfg(test)]
mod tests;
