//! What the operator may tell a running host of one plugin, and what comes of it.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::plugin::{LoadError, Settings, StateError};

use contract::ProviderId;

/// What is to be done with a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Load once more what is to be served, as if its files had changed. What is pinned stays so.
    Again,
    /// Load what is in the folder, and follow the folder from then on.
    Reload,
    /// Serve it no more, whatever is in the folder.
    Disable,
    /// Serve it again.
    Enable,
    /// Go back to the version that was served before, or to the one whose digest begins so; and stay there, whatever
    /// is in the folder.
    RollBack { to: Option<String> },
}

/// What the watch is told to do.
pub(super) enum Told {
    /// Something with one plugin.
    Order(Order),
    /// To go on by other settings, and whom to tell when it does.
    Restate { settings: Box<Settings>, asker: oneshot::Sender<()> },
}

/// What came of an order, or of a reload.
#[derive(Clone, Debug)]
pub(crate) enum Reloaded {
    /// It is served from now on.
    Loaded,
    /// It is what was served already.
    Unchanged,
    /// It does not load; a version before it is kept if there is one.
    Refused(Arc<LoadError>),
    /// There are no files of this name.
    Gone,
    /// It is not served any more.
    Disabled,
    /// The order cannot be carried out, and nothing has changed.
    Impossible(Impossible),
}

/// Why an order cannot be carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Impossible {
    /// It is not served at all.
    #[error("the plugin is disabled; enable it first")]
    Disabled,
    /// There is nothing to go back to.
    #[error("no version before the one that is served is kept")]
    NothingBefore,
    /// No version that is kept has such a digest.
    #[error("no version is kept whose digest begins with {0}; the details of the plugin list those that are")]
    NotKept(String),
    /// More than one has.
    #[error("several versions are kept whose digest begins with {0}; write more of its digits")]
    Ambiguous(String),
    /// It could not be saved.
    #[error("the order could not be saved, and would have been forgotten at the next start")]
    Unsaved(#[source] Arc<StateError>),
}

/// Who wants to hear of the end of an order.
pub(super) type Asker = oneshot::Sender<Reloaded>;

/// What is to be done, by whose word, and who wants to hear of its end.
pub(super) struct Order {
    pub(super) id: ProviderId,
    pub(super) command: Command,
    /// Who says so, for the record.
    pub(super) by: String,
    pub(super) askers: Vec<Asker>,
}

/// Says what came of an order.
pub(super) fn tell(askers: Vec<Asker>, reloaded: &Reloaded) {
    for asker in askers {
        // Who has gone away meanwhile need not know.
        let _ = asker.send(reloaded.clone());
    }
}
