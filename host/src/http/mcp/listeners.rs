//! The listeners for changes of tools: few in all, and of each caller no more than are still free.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use admission::CallerKey;
use net::telemetry::metrics::{OpenListener, ToolMetrics};

/// The most listeners.
const MOST: usize = 256;

/// The listeners of a server. Clones share them.
#[derive(Clone)]
pub(super) struct Listeners {
    open: Arc<Mutex<HashMap<CallerKey, usize>>>,
    metrics: ToolMetrics,
}

/// The place of one listener, which it leaves when dropped.
pub(super) struct ListenerPlace {
    listeners: Listeners,
    caller: CallerKey,
    _counted: OpenListener,
}

impl Listeners {
    pub(super) fn new(metrics: ToolMetrics) -> Self {
        Self { open: Arc::default(), metrics }
    }

    /// Takes a place for a listener of `caller`. `None` if there is none for it.
    pub(super) fn enter(&self, caller: CallerKey) -> Option<ListenerPlace> {
        let mut open = self.open();
        let free = MOST.saturating_sub(open.values().sum());
        let own = open.get(&caller).copied().unwrap_or(0);
        if own >= free {
            drop(open);
            self.metrics.refused_listener();
            return None;
        }
        open.insert(caller, own + 1);
        drop(open);
        Some(ListenerPlace { listeners: self.clone(), caller, _counted: self.metrics.listener() })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<CallerKey, usize>> {
        // Each change is complete before anything can panic.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ListenerPlace {
    fn drop(&mut self) {
        let mut open = self.listeners.open();
        if let Some(own) = open.get_mut(&self.caller) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_caller_takes_the_places_that_others_need() {
        let listeners = Listeners::new(ToolMetrics::default());
        let enter = |caller: u128| listeners.enter(CallerKey::Known(caller));

        let mut held: Vec<_> = std::iter::from_fn(|| enter(1)).collect();
        assert_eq!(held.len(), MOST / 2);
        let others: Vec<_> = (2..10).map(enter).collect();
        assert!(others.iter().all(Option::is_some));
        assert!(enter(1).is_none());

        drop(others);
        held.clear();
        assert!(listeners.open().is_empty());
        assert!(enter(1).is_some());
    }
}
