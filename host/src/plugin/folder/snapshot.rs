//! The folder at one moment, and what differs from one moment to another.

use std::collections::{BTreeMap, BTreeSet};

use super::Stamp;
use contract::ProviderId;

/// What is in the folder at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// Everything named like a component, with its settings.
    pub(crate) providers: BTreeMap<ProviderId, Files>,
    /// What cannot be a plugin and why, one sentence each, in alphabetical order.
    pub(crate) problems: Vec<String>,
}

/// The files of one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Files {
    /// `NAME.wasm`. It need not be a regular file: reading it tells.
    pub(crate) component: Stamp,
    /// `NAME.toml`, if there is one.
    pub(crate) settings: Option<Stamp>,
}

/// A difference between two snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Whose files differ.
    pub(crate) provider: ProviderId,
    /// How they differ.
    pub(crate) kind: ChangeKind,
}

/// How a provider's files differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// There was no component of this name.
    Appeared,
    /// The component was written to or replaced, and perhaps its settings too. Its bytes may be the same.
    Component,
    /// The settings appeared, went, or were written to.
    Settings,
    /// There is no component of this name any more.
    Gone,
}

/// What changed from `old` to `new`, in order of names.
pub(crate) fn diff(old: &Snapshot, new: &Snapshot) -> Vec<Change> {
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
        Some(Change { provider: provider.clone(), kind })
    });
    changes.collect()
}
