//! The one task that changes a shelf's catalog: as the folder changes, and as it is told to.

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::warn;

use super::loading::{Ended, Loading};
use super::{Order, Reloaded, Shelf};
use crate::plugin::folder::{ChangeKind, Snapshot, diff};
use crate::plugin::watch::changes;

/// The one task that changes a shelf's catalog, as the folder changes.
pub struct Watch {
    shelf: Arc<Shelf>,
    seen: Snapshot,
    loading: Loading,
    orders: mpsc::Receiver<Order>,
}

impl Watch {
    /// Loads what is in the folder.
    pub(super) async fn begin(shelf: Arc<Shelf>, orders: mpsc::Receiver<Order>) -> Self {
        let folder = shelf.folder.clone();
        let seen = tokio::task::spawn_blocking(move || folder.scan()).await.expect("a scan does not panic");
        let mut watch = Self { shelf, seen: Snapshot::default(), loading: Loading::default(), orders };
        watch.take_up(seen);
        while let Some(ended) = watch.loading.next().await {
            watch.finish(ended);
        }
        watch
    }

    /// Follows the folder for as long as it is polled.
    pub async fn run(mut self) {
        let mut changes = changes(self.shelf.folder.clone(), self.seen.clone());
        loop {
            tokio::select! {
                now = changes.next() => self.take_up(Snapshot::clone(&now)),
                Some(ended) = self.loading.next() => self.finish(ended),
                Some(order) = self.orders.recv() => self.obey(order),
            }
        }
    }

    fn take_up(&mut self, now: Snapshot) {
        for problem in now.problems.iter().filter(|problem| !self.seen.problems.contains(problem)) {
            warn!(%problem, "file ignored");
        }
        for change in diff(&self.seen, &now) {
            let askers = self.loading.cancel(&change.provider);
            match change.kind {
                ChangeKind::Gone => {
                    self.shelf.remove(change.provider);
                    tell(askers, &Reloaded::Gone);
                }
                ChangeKind::Appeared | ChangeKind::Component | ChangeKind::Settings => {
                    self.loading.begin(&self.shelf, change.provider, askers);
                }
            }
        }
        self.seen = now;
    }

    fn obey(&mut self, Order { id, asker }: Order) {
        if !self.seen.providers.contains_key(&id) {
            return tell(vec![asker], &Reloaded::Gone);
        }
        // The load under way may have read the files before they were as the asker knows them.
        if let Some(asker) = self.loading.follow(&id, asker) {
            self.loading.begin(&self.shelf, id, vec![asker]);
        }
    }

    fn finish(&mut self, Ended { id, since, loaded, askers, followers }: Ended) {
        let reloaded = match loaded {
            Ok(Some(plugin)) => self.shelf.put(plugin, since),
            Ok(None) => self.shelf.keep(&id, since),
            Err(error) => self.shelf.refuse(id.clone(), since, error),
        };
        tell(askers, &reloaded);
        if !followers.is_empty() {
            self.loading.begin(&self.shelf, id, followers);
        }
    }
}

fn tell(askers: Vec<super::Asker>, reloaded: &Reloaded) {
    for asker in askers {
        // Who has gone away meanwhile need not know.
        let _ = asker.send(reloaded.clone());
    }
}
