//! Loads under way, and who waits for them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use tokio::task::{AbortHandle, JoinSet};
use tracing::{debug, error};

use super::{Asker, Shelf};
use crate::plugin::{LoadError, Plugin, ProviderId};

/// Loads under way, side by side: a large component holds up nobody else's.
#[derive(Default)]
pub(super) struct Loading {
    tasks: JoinSet<Load>,
    /// The load of each provider that counts. An older one was cancelled.
    newest: HashMap<ProviderId, Newest>,
}

struct Newest {
    task: AbortHandle,
    /// Who waits for its end.
    askers: Vec<Asker>,
    /// Who waits for the end of the one after it.
    followers: Vec<Asker>,
}

/// What a load's task returns.
struct Load {
    id: ProviderId,
    since: Instant,
    loaded: Result<Option<Plugin>, LoadError>,
}

/// A load that has ended, and counts.
pub(super) struct Ended {
    pub(super) id: ProviderId,
    /// When its files were noticed.
    pub(super) since: Instant,
    /// The plugin; nothing if it is the one that is served.
    pub(super) loaded: Result<Option<Plugin>, LoadError>,
    /// Who waits for its end.
    pub(super) askers: Vec<Asker>,
    /// Who asked for another load meanwhile.
    pub(super) followers: Vec<Asker>,
}

impl Loading {
    /// Begins to load what is in the folder under this name. No load of it may be under way.
    pub(super) fn begin(&mut self, shelf: &Arc<Shelf>, id: ProviderId, askers: Vec<Asker>) {
        let since = Instant::now();
        let shelf = Arc::clone(shelf);
        let task_id = id.clone();
        let task = self.tasks.spawn(async move {
            let current = shelf.catalog.load().provider(task_id.as_str()).cloned();
            let loaded = shelf.loader.load(&shelf.folder, &task_id, current).await;
            Load { id: task_id, since, loaded }
        });
        self.newest.insert(id, Newest { task, askers, followers: Vec::new() });
    }

    /// Cancels a load, and returns everybody who waits.
    pub(super) fn cancel(&mut self, id: &ProviderId) -> Vec<Asker> {
        let Some(Newest { task, mut askers, followers }) = self.newest.remove(id) else { return Vec::new() };
        task.abort();
        askers.extend(followers);
        askers
    }

    /// Has another load follow the one under way, one for all who ask. Returns the asker if there is
    /// none under way.
    pub(super) fn follow(&mut self, id: &ProviderId, asker: Asker) -> Option<Asker> {
        let Some(newest) = self.newest.get_mut(id) else { return Some(asker) };
        newest.followers.push(asker);
        None
    }

    /// Waits for the end of a load that counts; nothing if none is under way.
    ///
    /// One that was cancelled, or that ended just before it would have been, counts no more: its
    /// file may be gone by now. May itself be cancelled, as by `select!`, without missing one.
    pub(super) async fn next(&mut self) -> Option<Ended> {
        loop {
            let (task, Load { id, since, loaded }) = match self.tasks.join_next_with_id().await? {
                Ok(ended) => ended,
                Err(error) if error.is_cancelled() => continue,
                Err(error) => {
                    self.newest.retain(|_, newest| newest.task.id() != error.id());
                    error!(%error, "a load failed for a bug of the host's; the version before stays");
                    continue;
                }
            };
            if self.newest.get(&id).is_none_or(|newest| newest.task.id() != task) {
                debug!(plugin = %id, "load overtaken by a later change");
                continue;
            }
            let Newest { askers, followers, .. } = self.newest.remove(&id)?;
            return Some(Ended { id, since, loaded, askers, followers });
        }
    }
}
