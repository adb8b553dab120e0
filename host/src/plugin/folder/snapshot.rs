//! Snapshots of the folder, and their differences.

use std::collections::{BTreeMap, BTreeSet};

use super::{FileStamp, FolderProblem};
use contract::ProviderId;

/// The content of the folder at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// All files named like a component, with their settings.
    pub(crate) providers: BTreeMap<ProviderId, ProviderFiles>,
    /// Problems that concern no plugin, in order.
    pub(crate) problems: Vec<FolderProblem>,
}

/// The files of one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProviderFiles {
    /// `NAME.wasm`. It may turn out not to be a regular file when it is read.
    pub(crate) component: FileStamp,
    /// `NAME.toml`, if there is one.
    pub(crate) settings: Option<FileStamp>,
}

/// A difference between two snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileChange {
    /// The provider.
    pub(crate) provider: ProviderId,
    /// The kind of difference.
    pub(crate) kind: ChangeKind,
}

/// The kind of difference between a provider's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// The component is new.
    Appeared,
    /// The component was written to or replaced, and perhaps its settings too. Its bytes may be the same.
    Component,
    /// The settings appeared, vanished, or were written to.
    Settings,
    /// The component is gone.
    Gone,
}

/// Returns the changes from `old` to `new`, in order of names.
pub(crate) fn diff(old: &Snapshot, new: &Snapshot) -> Vec<FileChange> {
    let names: BTreeSet<_> = old.providers.keys().chain(new.providers.keys()).collect();
    let changes = names.into_iter().filter_map(|provider| {
        let kind = match (old.providers.get(provider), new.providers.get(provider)) {
            (None, None) => return None,
            (None, Some(_)) => ChangeKind::Appeared,
            (Some(_), None) => ChangeKind::Gone,
            (Some(old), Some(new)) if old.component != new.component => ChangeKind::Component,
            (Some(old), Some(new)) if old.settings != new.settings => ChangeKind::Settings,
            (Some(_), Some(_)) => return None,
        };
        Some(FileChange { provider: provider.clone(), kind })
    });
    changes.collect()
}
