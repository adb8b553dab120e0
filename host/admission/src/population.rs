//! The number of loaded plugins, on which their shares of the host depend.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The loaded plugins of a host, and the operator's choice between shares and first come, first served.
#[derive(Debug)]
pub(crate) struct Population {
    plugins: AtomicUsize,
    is_fair: AtomicBool,
}

impl Default for Population {
    fn default() -> Self {
        Self { plugins: AtomicUsize::new(0), is_fair: AtomicBool::new(true) }
    }
}

impl Population {
    /// Applies the operator's choice.
    pub(crate) fn set_fair(&self, is_fair: bool) {
        self.is_fair.store(is_fair, Ordering::Relaxed);
    }

    /// Returns whether nobody may hold more than is still free.
    pub(crate) fn is_fair(&self) -> bool {
        self.is_fair.load(Ordering::Relaxed)
    }

    /// Returns the number of loaded plugins.
    pub(crate) fn plugins(&self) -> usize {
        self.plugins.load(Ordering::Relaxed)
    }

    /// Returns whether a plugin has neighbours.
    pub(crate) fn is_several(&self) -> bool {
        self.plugins() > 1
    }
}

/// A loaded plugin, counted until this is dropped.
#[derive(Debug)]
pub(crate) struct Presence(Arc<Population>);

impl Presence {
    /// Counts one more plugin.
    pub(crate) fn new(population: Arc<Population>) -> Self {
        population.plugins.fetch_add(1, Ordering::Relaxed);
        Self(population)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.0.plugins.fetch_sub(1, Ordering::Relaxed);
    }
}
