//! The scheduling state of one plugin's calls. The calls for one caller are a flow, in the terms of fair queueing.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use admission::CallerKey;

use super::brevity::Brevity;

/// The most callers whose last call is remembered as long. Beyond them all are forgotten: their next calls begin on the
/// threads for brief calls, and soon leave them.
const MOST_CALLERS: usize = 1_024;

/// The calls of one plugin, as far as the threads of guests tell plugins apart.
#[derive(Default)]
pub(crate) struct PluginFlow {
    /// The trust that its calls are brief, for all callers.
    brevity: Brevity,
    /// Callers whose last call was long.
    long: Mutex<HashSet<CallerKey>>,
    /// Number of those.
    long_callers: AtomicUsize,
    /// Threads that were replaced while they ran one of its calls, and still run it, by caller.
    stuck: Mutex<HashMap<CallerKey, usize>>,
    /// Number of those.
    stuck_threads: AtomicUsize,
}

/// The calls of one plugin for one caller.
#[derive(Clone)]
pub(crate) struct Flow {
    plugin: Arc<PluginFlow>,
    caller: CallerKey,
}

impl PluginFlow {
    /// Returns the calls for `caller`.
    pub(crate) fn of(self: &Arc<Self>, caller: CallerKey) -> Flow {
        Flow { plugin: Arc::clone(self), caller }
    }
}

impl Flow {
    /// Returns the plugin.
    pub(super) fn plugin(&self) -> &Arc<PluginFlow> {
        &self.plugin
    }

    /// Returns the caller.
    pub(super) fn caller(&self) -> CallerKey {
        self.caller
    }

    /// Returns whether its next call begins on the threads for long calls.
    pub(super) fn is_long(&self) -> bool {
        self.plugin.long_callers.load(Ordering::Relaxed) > 0 && locked(&self.plugin.long).contains(&self.caller)
    }

    /// Records that a call has computed for long, or has ended without.
    pub(super) fn record(&self, is_long: bool) {
        if is_long == self.is_long() {
            return;
        }
        let mut long = locked(&self.plugin.long);
        if !is_long {
            long.remove(&self.caller);
        } else {
            if long.len() >= MOST_CALLERS {
                long.clear();
            }
            long.insert(self.caller);
        }
        self.plugin.long_callers.store(long.len(), Ordering::Relaxed);
    }

    /// Returns whether its next call may begin on an answering thread.
    pub(super) fn is_trusted(&self) -> bool {
        self.plugin.brevity.is_earned() && self.plugin.stuck_threads.load(Ordering::Relaxed) == 0
    }

    /// Records that a call has ended that was brief, or that one is not brief.
    pub(super) fn record_brief(&self, is_brief: bool) {
        self.plugin.brevity.record(is_brief);
    }

    /// Keeps its plugin from the answering threads for a while.
    pub(super) fn bar(&self) {
        self.plugin.brevity.bar();
    }

    /// Returns whether one more call may run: fewer than `most` of the caller's, and twice as many of the plugin's, occupy
    /// replaced threads.
    pub(super) fn may_run(&self, most: usize) -> bool {
        match self.plugin.stuck_threads.load(Ordering::Relaxed) {
            0 => true,
            all => all < 2 * most && locked(&self.plugin.stuck).get(&self.caller).is_none_or(|own| *own < most),
        }
    }

    /// Records that a thread with one of its calls was replaced.
    pub(super) fn took_thread(&self) {
        *locked(&self.plugin.stuck).entry(self.caller).or_default() += 1;
        self.plugin.stuck_threads.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that a replaced thread is done with its call.
    pub(super) fn gave_thread(&self) {
        let mut stuck = locked(&self.plugin.stuck);
        if let Some(own) = stuck.get_mut(&self.caller) {
            *own -= 1;
            if *own == 0 {
                stuck.remove(&self.caller);
            }
            self.plugin.stuck_threads.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
