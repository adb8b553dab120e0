//! Orders of the operator to a running host, and their results.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::plugin::{LoadError, Settings};

use contract::ProviderId;

/// An operation on a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OperatorCommand {
    /// Load the version that is to be served again, as if its files had changed. A pinned plugin stays pinned.
    Again,
    /// Load the version in the folder, and follow the folder from then on.
    Reload,
    /// Stop serving it, whatever is in the folder.
    Disable,
    /// Serve it again.
    Enable,
    /// Roll back to the version served before, or to one whose digest begins with `to`, and stay there,
    /// whatever is in the folder.
    RollBack { to: Option<String> },
}

/// An order to the watch task.
pub(super) enum RegistryMessage {
    /// An operation on one plugin.
    Request(OperatorRequest),
    /// Files that the settings of these plugins name have changed.
    Reread(BTreeSet<ProviderId>),
    /// The order to apply other settings, and the caller to notify.
    Restate { settings: Box<Settings>, asker: oneshot::Sender<()> },
    /// The order to save what is not saved, and the caller to notify.
    SaveAll(oneshot::Sender<()>),
}

/// The result of an order or a reload.
#[derive(Clone, Debug)]
pub(crate) enum Reloaded {
    /// The plugin is served from now on.
    Loaded,
    /// The plugin is unchanged.
    Unchanged,
    /// The plugin cannot be loaded; an earlier version is kept if there is one.
    Refused(Arc<LoadError>),
    /// There are no files with this name.
    Gone,
    /// The plugin is no longer served.
    Disabled,
    /// The order cannot be carried out, and nothing has changed.
    Impossible(Impossible),
}

/// The reason an order cannot be carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Impossible {
    /// The plugin is disabled.
    #[error("the plugin is disabled; enable it first")]
    Disabled,
    /// There is no earlier version.
    #[error("no earlier version is kept")]
    NothingBefore,
    /// No kept version has such a digest.
    #[error("no kept version has a digest that begins with {0}; the details of the plugin list those versions")]
    NotKept(String),
    /// Several kept versions have such a digest.
    #[error("several kept versions have a digest that begins with {0}; add more digits")]
    Ambiguous(String),
}

/// A caller that waits for the result of an order.
pub(super) type Asker = oneshot::Sender<Reloaded>;

/// An order, its author, and the callers that wait for its result.
pub(super) struct OperatorRequest {
    pub(super) id: ProviderId,
    pub(super) command: OperatorCommand,
    /// The author of the order, for the audit log.
    pub(super) by: String,
    pub(super) askers: Vec<Asker>,
}

/// Sends the result of an order to its callers.
pub(super) fn tell(askers: Vec<Asker>, reloaded: &Reloaded) {
    for asker in askers {
        // A caller that has disconnected needs no result.
        let _ = asker.send(reloaded.clone());
    }
}
