//! The difference between the settings in force and new ones, and the part of it that needs a restart (hot reload).

use std::collections::{BTreeMap, BTreeSet};

use tracing::{info, warn};

use super::effective::Effective;

/// The target of events for the audit log.
const AUDIT: &str = "insight_host::audit";

/// Tables that take effect while the host runs, except for [`AT_START`].
const TAKEN_UP: [&str; 8] = ["auth", "fetch", "order", "time-zone", "limits", "load", "merge", "plugins"];

/// Keys in those tables that are read at start only.
const AT_START: [&str; 2] = ["load.caller-rate", "load.start-wait"];

/// Keys whose values differ.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ChangedKeys {
    /// Keys that take effect now.
    taken_up: BTreeSet<String>,
    /// Keys that need a restart.
    at_start: BTreeSet<String>,
}

impl ChangedKeys {
    /// Compares `before` with `now`. A key that needs a restart counts only if the host was `started` with another
    /// value.
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

    /// Returns whether plugins are affected.
    pub(super) fn concern_plugins(&self) -> bool {
        self.taken_up.iter().any(|key| !is_of_callers(key) && !is_of_proxies(key))
    }

    /// Returns whether the authentication of callers is affected.
    pub(super) fn concern_callers(&self) -> bool {
        self.taken_up.iter().any(|key| is_of_callers(key))
    }

    /// Returns whether the proxies of the host's own requests are affected.
    pub(super) fn concern_proxies(&self) -> bool {
        self.taken_up.iter().any(|key| is_of_proxies(key))
    }

    /// Logs the keys that took effect, a line for each plugin, and in one line those that did not. Values are not
    /// logged.
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
            info!(target: AUDIT, event, plugin, keys, "settings applied");
        }
        if !self.at_start.is_empty() {
            let keys = self.at_start.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            warn!(keys, "settings changed that take effect at the next start only");
        }
    }
}

fn is_of_callers(key: &str) -> bool {
    super::tree::is_at_or_below(key, "auth")
}

fn is_of_proxies(key: &str) -> bool {
    super::tree::is_at_or_below(key, "fetch")
}

fn is_taken_up(key: &str) -> bool {
    let table = key.split(['.', '[']).next().unwrap_or_default();
    TAKEN_UP.contains(&table) && !AT_START.iter().any(|at_start| super::tree::is_at_or_below(key, at_start))
}

/// Returns the keys whose values differ, including those that only one of both has.
fn differing(one: &Effective, other: &Effective) -> BTreeSet<String> {
    let one: BTreeMap<_, _> = one.settings().collect();
    let other: BTreeMap<_, _> = other.settings().collect();
    let keys = one.keys().chain(other.keys()).filter(|key| one.get(*key) != other.get(*key));
    keys.map(|&key| key.to_owned()).collect()
}
