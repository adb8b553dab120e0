//! The additions of a host that an author develops plugins with.

use std::path::Path;
use std::sync::Arc;

use super::Plugin;
use contract::{Capability, Outcome};
use engine::CallEnd;

/// Receives the end of each call of a plugin.
pub(crate) type CallObserver = Arc<dyn Fn(&Plugin, Capability, Outcome, &CallEnd) + Send + Sync>;

/// The author's project, and the author who watches it.
#[derive(Clone)]
pub(crate) struct Development {
    /// The folder of the sources. Its plugins are compiled incrementally, each by itself.
    pub(crate) project: Arc<Path>,
    /// Receives the end of each call.
    pub(crate) observer: CallObserver,
}
