//! Loads in progress, and their waiting callers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use tokio::task::{AbortHandle, JoinSet};
use tracing::{debug, error};

use super::PluginRegistry;
use super::command::{Asker, OperatorRequest};
use super::source::{Found, LoadSource};
use crate::plugin::LoadError;
use crate::plugin::progress::LoadProgress;
use contract::ProviderId;
use net::chain;

/// Loads in progress, concurrent: a large component delays no other.
pub(super) struct Loading {
    progress: LoadProgress,
    tasks: JoinSet<LoadTask>,
    /// The current load of each provider. Older ones were cancelled.
    newest: HashMap<ProviderId, Newest>,
}

struct Newest {
    task: AbortHandle,
    waiting: Waiting,
}

/// The source of a load, and its waiting callers.
pub(super) struct Waiting {
    pub(super) source: LoadSource,
    /// The time since which the newest files are not loaded. A load that is begun anew for a further change keeps it.
    pub(super) since: Instant,
    /// Callers that wait for the end of this load.
    pub(super) askers: Vec<Asker>,
    /// Orders that arrived meanwhile, and are carried out next.
    pub(super) followers: Vec<OperatorRequest>,
}

/// The result of a load's task.
struct LoadTask {
    id: ProviderId,
    since: Instant,
    found: Result<Found, LoadError>,
}

/// A load that has ended and was not cancelled.
pub(super) struct LoadEnd {
    pub(super) id: ProviderId,
    /// The time at which its files were noticed.
    pub(super) since: Instant,
    pub(super) found: Result<Found, LoadError>,
    pub(super) waiting: Waiting,
}

impl Waiting {
    /// Returns all callers, of this load and of later orders.
    pub(super) fn everybody(self) -> Vec<Asker> {
        self.askers.into_iter().chain(self.followers.into_iter().flat_map(|order| order.askers)).collect()
    }
}

impl Loading {
    /// Creates an empty set, whose steps `progress` shows.
    pub(super) fn new(progress: LoadProgress) -> Self {
        Self { progress, tasks: JoinSet::new(), newest: HashMap::new() }
    }

    /// Returns whether no load is in progress.
    pub(super) fn is_idle(&self) -> bool {
        self.newest.is_empty()
    }

    /// Starts the load of `waiting`. No other load of this name may be in progress.
    pub(super) fn begin(&mut self, registry: &Arc<PluginRegistry>, id: ProviderId, waiting: Waiting) {
        let since = Instant::now();
        let registry = Arc::clone(registry);
        let steps = self.progress.begin(&id, waiting.since);
        let (task_id, source) = (id.clone(), waiting.source.clone());
        let task = self.tasks.spawn(async move {
            let found = registry.load(&task_id, &source, steps).await;
            LoadTask { id: task_id, since, found }
        });
        self.newest.insert(id, Newest { task, waiting });
    }

    /// Cancels a load, and returns its source and callers; `None` if none is in progress.
    pub(super) fn cancel(&mut self, id: &ProviderId) -> Option<Waiting> {
        let Newest { task, waiting } = self.newest.remove(id)?;
        task.abort();
        self.progress.end(id);
        Some(waiting)
    }

    /// Queues an order after the load in progress. Equal orders in a row share one load. Returns the order if
    /// no load is in progress.
    pub(super) fn follow(&mut self, order: OperatorRequest) -> Option<OperatorRequest> {
        let Some(newest) = self.newest.get_mut(&order.id) else { return Some(order) };
        let followers = &mut newest.waiting.followers;
        match followers.last_mut().filter(|last| last.command == order.command) {
            Some(last) => last.askers.extend(order.askers),
            None => followers.push(order),
        }
        None
    }

    /// Waits for the end of a load; returns `None` if none is in progress.
    ///
    /// Cancelled loads are skipped, even those that ended just before: their file may be gone by now. The wait
    /// may itself be cancelled, as by `select!`, without missing a load.
    pub(super) async fn next(&mut self) -> Option<LoadEnd> {
        loop {
            let (task, LoadTask { id, since, found }) = match self.tasks.join_next_with_id().await? {
                Ok(ended) => ended,
                Err(error) if error.is_cancelled() => continue,
                Err(error) => {
                    for (id, _) in self.newest.extract_if(|_, newest| newest.task.id() == error.id()) {
                        self.progress.end(&id);
                    }
                    error!(error = %chain(&error), "a load failed by an internal error; the previous version stays");
                    continue;
                }
            };
            if self.newest.get(&id).is_none_or(|newest| newest.task.id() != task) {
                debug!(plugin = %id, "load superseded by a later change");
                continue;
            }
            let Newest { waiting, .. } = self.newest.remove(&id)?;
            self.progress.end(&id);
            return Some(LoadEnd { id, since, found, waiting });
        }
    }
}
