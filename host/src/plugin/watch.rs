//! Noticing that files change.

use std::path::PathBuf;
use std::sync::Arc;

use super::folder::{Folder, Snapshot};

/// States of something on disk, as it changes. Dropping it ends the watching.
#[derive(Debug)]
pub struct Changes<S> { latest: tokio::sync::watch::Receiver<Arc<S>> }

impl<S> Changes<S> {
    /// Waits until the state differs from the one last returned, and returns the newest.
    pub async fn next(&mut self) -> Arc<S> { todo!() }
}

/// Watches the plugin folder from the state `seen` on. Must be called within a tokio runtime.
pub fn changes(folder: Folder, seen: Snapshot) -> Changes<Snapshot> { todo!() }

/// The state of a tree of sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {}

/// Watches the tree of sources below `dir`. Must be called within a tokio runtime.
pub fn sources(dir: PathBuf) -> Changes<Sources> { todo!() }
