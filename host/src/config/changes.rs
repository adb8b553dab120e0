//! What differs between settings in force and those that come, and what of it needs a restart.

use std::collections::{BTreeMap, BTreeSet};

use tracing::{info, warn};

use super::effective::Effective;

/// What the audit log is fed by.
const AUDIT: &str = "insight_host::audit";

/// Tables that are taken up while the host runs, but for [`AT_START`].
const TAKEN_UP: [&str; 4] = ["order", "limits", "load", "plugins"];

/// Keys in those tables that are read at the start alone.
const AT_START: [&str; 1] = ["load.caller-rate"];

/// Keys whose values differ.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// What is taken up.
    taken_up: BTreeSet<String>,
    /// What needs a restart.
    at_start: BTreeSet<String>,
}

impl Changes {
    /// What differs from `before` to `now`; of what needs a restart, only what the host was not `started` with.
    pub(super) fn between(started: &Effective, before: &Effective, now: &Effective) -> Self {
        let mut changes = Self::default();
        for key in differing(before, now) {
            if is_taken_up(&key) {
                changes.taken_up.insert(key)
            } else {
                changes.at_start.insert(key)
            };
        }
        let from_start = differing(started, now);
        changes.at_start.retain(|key| from_start.contains(key));
        changes
    }

    /// Whether plugins have to be told.
    pub(super) fn concern_plugins(&self) -> bool {
        !self.taken_up.is_empty()
    }

    /// Says what was taken up, a line for each plugin, and names in one what was not. Values are never said.
    pub(super) fn tell(&self) {
        let mut lines: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for key in &self.taken_up {
            let plugin = key.strip_prefix("plugins.").and_then(|rest| rest.split('.').next()).unwrap_or_default();
            let is_grant =
                key.strip_prefix(&format!("plugins.{plugin}.")).is_some_and(|rest| rest.starts_with("grants"));
            let event = if is_grant { "grants-changed" } else { "settings-changed" };
            lines.entry((event, plugin)).or_default().push(key);
        }
        for ((event, plugin), keys) in lines {
            let (plugin, keys) = (Some(plugin).filter(|plugin| !plugin.is_empty()), keys.join(", "));
            info!(target: AUDIT, event, plugin, keys, "settings taken up");
        }
        if !self.at_start.is_empty() {
            let keys = self.at_start.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            warn!(keys, "settings changed that count at the next start only");
        }
    }
}

fn is_taken_up(key: &str) -> bool {
    let table = key.split(['.', '[']).next().unwrap_or_default();
    TAKEN_UP.contains(&table) && !AT_START.iter().any(|at_start| super::tree::is_at_or_below(key, at_start))
}

/// The keys whose values are not the same, those that only one has among them.
fn differing(one: &Effective, other: &Effective) -> BTreeSet<String> {
    let one: BTreeMap<_, _> = one.settings().collect();
    let other: BTreeMap<_, _> = other.settings().collect();
    let keys = one.keys().chain(other.keys()).filter(|key| one.get(*key) != other.get(*key));
    keys.map(|&key| key.to_owned()).collect()
}
