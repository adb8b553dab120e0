//! Changes of plugins, as subscribers hear of them.

use std::sync::Arc;
use std::time::Duration;

use super::{LoadError, ProviderId};

/// A change of a plugin.
#[derive(Clone, Debug)]
pub struct Event {
    /// The plugin.
    pub plugin: ProviderId,
    /// The kind of change.
    pub kind: EventKind,
}

/// The kind of change of a plugin.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// The plugin is served from now on.
    Loaded {
        /// Set if it replaced another version.
        replaced: bool,
        /// The time from noticing the files to serving them.
        took: Duration,
    },
    /// The plugin cannot be loaded; an earlier version is kept if there is one.
    Refused {
        /// Set if an earlier version is still served.
        kept: bool,
        /// The time from noticing the files to rejecting them.
        took: Duration,
        /// The reason.
        error: Arc<LoadError>,
    },
    /// The file was removed, and the plugin with it.
    Unloaded,
    /// The operator has disabled the plugin.
    Disabled,
}
