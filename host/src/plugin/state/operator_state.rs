//! Operator state: disabled and pinned plugins, and the versions kept for rollback.

use std::collections::{BTreeMap, BTreeSet};

use bytesize::ByteSize;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::plugin::Digest;
use crate::plugin::folder::Contents;
use contract::ProviderId;

/// The operator state. Never changed in place once it is shared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OperatorState {
    /// Plugins that are not served, whatever is in the folder.
    pub(crate) disabled: BTreeMap<ProviderId, Disabled>,
    /// Plugins that are served in one version, whatever is in the folder.
    pub(crate) pinned: BTreeMap<ProviderId, Pin>,
    /// The last served versions of each plugin, the newest at the end.
    pub(crate) kept: BTreeMap<ProviderId, Vec<Kept>>,
}

/// The time and author of a plugin's disabling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disabled {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
}

/// The pinned version of a plugin, with the time and author of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pin {
    pub(crate) version: VersionId,
    /// The version in the folder at that time, which is ignored.
    pub(crate) instead_of: Option<VersionId>,
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    /// Set if the folder has another version by now.
    #[serde(skip)]
    pub(crate) newer_waits: bool,
}

/// A version that was served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    pub(crate) id: VersionId,
    /// The version that its profile states.
    pub(crate) version: Option<String>,
    /// Bytes of the component and its author's settings.
    pub(crate) size: u64,
    /// The time at which it was first served.
    pub(crate) served_at: Timestamp,
}

/// Identifies a version of a plugin by its component and its author's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionId {
    pub(crate) component: Digest,
    pub(crate) settings: Option<Digest>,
}

impl VersionId {
    /// Returns the version of these files.
    pub(crate) fn of(contents: &Contents) -> Self {
        Self { component: Digest::of(&contents.component), settings: contents.settings.as_deref().map(Digest::of) }
    }
}

impl OperatorState {
    /// Returns the version served before `current`; the newest, if `current` is not among those kept.
    pub(crate) fn before(&self, id: &ProviderId, current: Option<VersionId>) -> Option<&Kept> {
        let kept = self.kept.get(id)?;
        match kept.iter().position(|kept| Some(kept.id) == current) {
            Some(place) => kept[..place].last(),
            None => kept.last(),
        }
    }

    /// Returns the versions whose component's digest begins with `digits`, the newest first and `current` last.
    pub(crate) fn beginning(&self, id: &ProviderId, digits: &str, current: Option<VersionId>) -> Vec<&Kept> {
        let kept = self.kept.get(id).into_iter().flatten().rev();
        let mut found: Vec<_> = kept.filter(|kept| kept.id.component.to_string().starts_with(digits)).collect();
        found.sort_by_key(|kept| Some(kept.id) == current);
        found
    }

    /// Returns whether the state stays as it is when a plugin is served as it is in the folder, in this version if its
    /// files are kept.
    pub(crate) fn is_settled(&self, id: &ProviderId, version: Option<&Kept>) -> bool {
        let newest = self.kept.get(id).and_then(|kept| kept.last());
        let is_newest = |version: &Kept| newest.is_some_and(|newest| newest.id == version.id);
        !self.pinned.contains_key(id) && version.is_none_or(is_newest)
    }

    /// Adds a version that is served from now on, keeps `most` versions of its plugin, and returns whether it
    /// differs from the last.
    pub(super) fn serve(&mut self, id: &ProviderId, version: Kept, most: usize) -> bool {
        let kept = self.kept.entry(id.clone()).or_default();
        if kept.last().is_some_and(|last| last.id == version.id) {
            return false;
        }
        kept.retain(|kept| kept.id != version.id);
        kept.push(version);
        let pinned = self.pinned.get(id).map(|pin| pin.version);
        while kept.len() > most.max(1) {
            let oldest = kept.iter().position(|kept| Some(kept.id) != pinned).unwrap_or(0);
            kept.remove(oldest);
        }
        true
    }

    /// Evicts versions until the rest have this size at most: those served longest ago first, and each plugin's
    /// last one after all others. Pinned versions stay. A version that was served while the clock was ahead comes first.
    pub(super) fn make_way(&mut self, size: ByteSize) {
        let mut total: u64 = self.kept.values().flatten().map(|kept| kept.size).sum();
        let now = Timestamp::now();
        while total > size.as_u64() {
            let candidates = self.kept.iter().flat_map(|(id, versions)| {
                let pinned = self.pinned.get(id).map(|pin| pin.version);
                let newest = versions.len() - 1;
                let versions = versions.iter().enumerate().filter(move |(_, kept)| Some(kept.id) != pinned);
                let served_at = move |kept: &Kept| (kept.served_at <= now).then_some(kept.served_at);
                versions.map(move |(place, kept)| (place == newest, served_at(kept), id.clone(), place, kept.size))
            });
            let Some((_, _, id, place, freed)) = candidates.min() else { return };
            if let Some(versions) = self.kept.get_mut(&id) {
                versions.remove(place);
            }
            self.kept.retain(|_, versions| !versions.is_empty());
            total -= freed;
        }
    }

    /// Returns the digests of all files that are needed.
    pub(super) fn digests(&self) -> BTreeSet<Digest> {
        let kept = self.kept.values().flatten().map(|kept| kept.id);
        let pinned = self.pinned.values().map(|pin| pin.version);
        kept.chain(pinned).flat_map(|id| [Some(id.component), id.settings]).flatten().collect()
    }
}
