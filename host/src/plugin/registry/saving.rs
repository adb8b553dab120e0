//! Saving the operator state: an order takes effect even if the disk is full, and is saved once that is possible.
//!
//! A bad plugin must be switched off whatever the disk does. Until the state is saved, the answer to each order, the list
//! of plugins and a metric say that it would be lost at the next start.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until};
use tracing::{error, info};

use super::PluginRegistry;
use super::watch::Watch;
use crate::plugin::StateError;
use crate::plugin::state::OperatorState;
use net::chain;

/// The pause before the first retry. It doubles with each.
const FIRST: Duration = Duration::from_secs(1);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(30);

/// The operator state differs from the one on the disk.
#[derive(Clone, Debug)]
pub(crate) struct Unsaved {
    /// The time since which it does.
    pub(crate) since: Timestamp,
    /// The reason.
    pub(crate) error: Arc<StateError>,
}

/// The next retry of saving.
#[derive(Debug, Default)]
pub(super) struct SaveRetry(Option<(Instant, Duration)>);

impl SaveRetry {
    /// Plans the next retry, after a pause that grows.
    fn plan(&mut self, now: Instant) {
        let pause = self.0.map_or(FIRST, |(_, pause)| (pause * 2).min(LONGEST));
        self.0 = Some((now + pause, pause));
    }

    /// Waits until it is time; for ever if everything is saved. May be cancelled.
    pub(super) async fn due(&self) {
        match self.0 {
            Some((at, _)) => sleep_until(at).await,
            None => pending().await,
        }
    }
}

impl PluginRegistry {
    /// Returns the reason why the operator state is not saved yet, if it is not.
    pub(crate) fn unsaved(&self) -> Option<Arc<Unsaved>> {
        self.unsaved.load_full()
    }
}

impl Watch {
    /// Applies an operator state, and then saves it. If it cannot be saved now, that is tried again.
    pub(super) async fn apply(&mut self, operator_state: OperatorState) {
        self.registry.operator_state.store(Arc::new(operator_state));
        self.save().await;
    }

    /// Saves the operator state.
    pub(super) async fn save(&mut self) {
        let (state, to_save) = (Arc::clone(&self.registry.state), self.registry.operator_state());
        let is_idle = self.loading.is_idle();
        let saving = spawn_blocking(move || {
            state.save(&to_save)?;
            // Files of a load in progress may be kept already, and not be in the state.
            if is_idle {
                state.sweep(&to_save);
            }
            Ok::<_, StateError>(())
        });
        match saving.await.expect("saving does not panic") {
            Ok(()) => {
                self.has_news = false;
                self.save_retry = SaveRetry::default();
                if self.registry.unsaved.swap(None).is_some() {
                    info!("the list of disabled, pinned and kept plugins is saved");
                }
            }
            Err(error) => self.defer(error),
        }
    }

    fn defer(&mut self, error: StateError) {
        self.save_retry.plan(Instant::now());
        let before = self.registry.unsaved.load_full();
        if before.is_none() {
            error!(
                error = %chain(&error),
                "the list of disabled, pinned and kept plugins could not be saved: it is in force, and would be lost at \
                 the next start; saving is tried again"
            );
        }
        let since = before.map_or_else(Timestamp::now, |before| before.since);
        self.registry.unsaved.store(Some(Arc::new(Unsaved { since, error: Arc::new(error) })));
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn pauses_grow_to_a_bound_and_nothing_is_due_when_all_is_saved() {
        let mut retry = SaveRetry::default();
        assert!(retry.due().now_or_never().is_none());
        let long_ago = Instant::now() - Duration::from_secs(60);

        let pauses: Vec<u64> = (0..7)
            .filter_map(|_| {
                retry.plan(long_ago);
                retry.0.map(|(_, pause)| pause.as_secs())
            })
            .collect();

        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
        assert!(retry.due().now_or_never().is_some());
    }
}
