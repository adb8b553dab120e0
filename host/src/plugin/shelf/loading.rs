//! Loads under way, and who waits for them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use tokio::task::{AbortHandle, JoinSet};
use tracing::{debug, error};

use super::Shelf;
use super::order::{Asker, Order};
use super::source::{Found, Source};
use crate::plugin::LoadError;
use contract::ProviderId;

/// Loads under way, side by side: a large component holds up nobody else's.
#[derive(Default)]
pub(super) struct Loading {
    tasks: JoinSet<Load>,
    /// The load of each provider that counts. An older one was cancelled.
    newest: HashMap<ProviderId, Newest>,
}

struct Newest {
    task: AbortHandle,
    waiting: Waiting,
}

/// What is being loaded, and who waits.
pub(super) struct Waiting {
    pub(super) source: Source,
    /// Who waits for the end of this load.
    pub(super) askers: Vec<Asker>,
    /// What was ordered meanwhile, and is done next.
    pub(super) followers: Vec<Order>,
}

/// What a load's task returns.
struct Load {
    id: ProviderId,
    since: Instant,
    found: Result<Found, LoadError>,
}

/// A load that has ended, and counts.
pub(super) struct Ended {
    pub(super) id: ProviderId,
    /// When its files were noticed.
    pub(super) since: Instant,
    pub(super) found: Result<Found, LoadError>,
    pub(super) waiting: Waiting,
}

impl Waiting {
    /// Everybody who waits, for this load or for what was to follow.
    pub(super) fn everybody(self) -> Vec<Asker> {
        self.askers.into_iter().chain(self.followers.into_iter().flat_map(|order| order.askers)).collect()
    }
}

impl Loading {
    /// Whether no load is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.newest.is_empty()
    }

    /// Begins to load what `waiting` says. No load of this name may be under way.
    pub(super) fn begin(&mut self, shelf: &Arc<Shelf>, id: ProviderId, waiting: Waiting) {
        let since = Instant::now();
        let shelf = Arc::clone(shelf);
        let (task_id, source) = (id.clone(), waiting.source.clone());
        let task = self.tasks.spawn(async move {
            let found = shelf.load(&task_id, &source).await;
            Load { id: task_id, since, found }
        });
        self.newest.insert(id, Newest { task, waiting });
    }

    /// Cancels a load, and returns what it was and who waits; nothing if there is none under way.
    pub(super) fn cancel(&mut self, id: &ProviderId) -> Option<Waiting> {
        let Newest { task, waiting } = self.newest.remove(id)?;
        task.abort();
        Some(waiting)
    }

    /// Has an order follow the load under way: once for all who order the same, one after the other. Returns the
    /// order if there is none under way.
    pub(super) fn follow(&mut self, order: Order) -> Option<Order> {
        let Some(newest) = self.newest.get_mut(&order.id) else { return Some(order) };
        let followers = &mut newest.waiting.followers;
        match followers.last_mut().filter(|last| last.command == order.command) {
            Some(last) => last.askers.extend(order.askers),
            None => followers.push(order),
        }
        None
    }

    /// Waits for the end of a load that counts; nothing if none is under way.
    ///
    /// One that was cancelled, or that ended just before it would have been, counts no more: its
    /// file may be gone by now. May itself be cancelled, as by `select!`, without missing one.
    pub(super) async fn next(&mut self) -> Option<Ended> {
        loop {
            let (task, Load { id, since, found }) = match self.tasks.join_next_with_id().await? {
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
            let Newest { waiting, .. } = self.newest.remove(&id)?;
            return Some(Ended { id, since, found, waiting });
        }
    }
}
