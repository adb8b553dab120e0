//! What the admin API says, as JSON: written by the host, read by the command line.

mod reach;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use self::reach::{Granted, ReachView};
use crate::admission::Load;
use crate::plugin::{Plugin, ProviderId, Refused, Reloaded, Shelf};
use crate::runtime::Limits;

/// All plugins: those that are served in their order, then those that do not load.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PluginList {
    pub(crate) plugins: Vec<PluginSummary>,
}

/// One plugin, in short.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PluginSummary {
    pub(crate) id: String,
    pub(crate) state: State,
    /// What it says of itself.
    pub(crate) version: Option<String>,
    /// SHA-256 of the component that is served.
    pub(crate) digest: Option<String>,
    pub(crate) capabilities: Vec<String>,
    /// When the version that is served was loaded.
    pub(crate) loaded_at: Option<Timestamp>,
    /// Calls since some version was first loaded, by outcome.
    pub(crate) calls: BTreeMap<String, u64>,
    /// Why what is in the folder does not load. If another version is served, it is an older one.
    pub(crate) last_error: Option<LastError>,
}

/// Whether a plugin is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It is, if only in an older version.
    Loaded,
    /// It is, but it has failed so often that it is not asked for a while.
    Suspended,
    /// No version of it is.
    Refused,
}

/// A load that failed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LastError {
    pub(crate) at: Timestamp,
    pub(crate) message: String,
}

/// One plugin, with all that is known of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PluginDetails {
    #[serde(flatten)]
    pub(crate) summary: PluginSummary,
    /// What sellers see above its answers; absent if it is not served, as is what follows.
    pub(crate) title: Option<String>,
    pub(crate) skills: Vec<String>,
    pub(crate) limits: Option<LimitsView>,
    pub(crate) load: Option<LoadView>,
    pub(crate) reach: Option<ReachView>,
}

/// Limits of each call.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LimitsView {
    pub(crate) time_ms: u64,
    pub(crate) fuel: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) answer_bytes: u64,
    pub(crate) log_bytes: u64,
}

/// How much is asked of it at this moment.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoadView {
    pub(crate) calls: usize,
    pub(crate) waiting: usize,
    /// Calls that may be in flight now. Falls as they end too late, and recovers.
    pub(crate) calls_at_once: usize,
    /// If it is suspended, the time until it is tried again.
    pub(crate) suspended_ms: Option<u64>,
}

/// What came of a reload.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReloadResult {
    pub(crate) id: String,
    pub(crate) result: ReloadEnd,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// How a reload ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReloadEnd {
    /// Another version or other settings are served from now on.
    Loaded,
    /// What is in the folder is what was served already.
    Unchanged,
    /// What is in the folder does not load; what was served is kept.
    Refused,
    /// Its files have gone meanwhile.
    Gone,
}

impl fmt::Display for ReloadEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loaded => "loaded",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
            Self::Gone => "gone",
        })
    }
}

/// What came of the reload of all.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reloads {
    pub(crate) plugins: Vec<ReloadResult>,
}

impl PluginList {
    pub(super) fn of(shelf: &Shelf) -> Self {
        let catalog = shelf.catalog();
        let mut refused = shelf.refused();
        let served = catalog.plugins().map(|plugin| {
            let refused = refused.remove(plugin.id());
            PluginSummary::of(plugin.id(), Some(plugin), refused.as_ref())
        });
        let mut plugins: Vec<_> = served.collect();
        plugins.extend(refused.iter().map(|(id, refused)| PluginSummary::of(id, None, Some(refused))));
        Self { plugins }
    }
}

impl PluginSummary {
    fn of(id: &ProviderId, plugin: Option<&Plugin>, refused: Option<&Refused>) -> Self {
        let capabilities = plugin.map(Plugin::capabilities).unwrap_or_default();
        let calls = plugin.map(|plugin| plugin.calls().by_outcome());
        Self {
            id: id.to_string(),
            state: plugin.map_or(State::Refused, State::of),
            version: plugin.and_then(Plugin::profile).map(|profile| profile.version.clone()),
            digest: plugin.map(|plugin| plugin.digest().to_string()),
            capabilities: capabilities.iter().map(ToString::to_string).collect(),
            loaded_at: plugin.map(Plugin::loaded_at),
            calls: calls.into_iter().flatten().map(|(outcome, count)| (outcome.to_string(), count)).collect(),
            last_error: refused.map(|Refused { at, error }| LastError { at: *at, message: chain(error.as_ref()) }),
        }
    }
}

impl PluginDetails {
    /// The plugin `id`, if there is one, served or refused.
    pub(super) fn of(shelf: &Shelf, id: &ProviderId) -> Option<Self> {
        let catalog = shelf.catalog();
        let plugin = catalog.provider(id.as_str()).map(AsRef::as_ref);
        let refused = shelf.refused().remove(id);
        if plugin.is_none() && refused.is_none() {
            return None;
        }
        let skills = plugin.map(Plugin::skills).unwrap_or_default();
        Some(Self {
            summary: PluginSummary::of(id, plugin, refused.as_ref()),
            title: plugin.and_then(Plugin::profile).map(|profile| profile.title.clone()),
            skills: skills.iter().map(|skill| skill.name.clone()).collect(),
            limits: plugin.map(|plugin| plugin.limits().into()),
            load: plugin.map(|plugin| plugin.gate().load().into()),
            reach: plugin.map(ReachView::of),
        })
    }
}

impl State {
    fn of(plugin: &Plugin) -> Self {
        match plugin.gate().load().suspended {
            Some(_) => Self::Suspended,
            None => Self::Loaded,
        }
    }
}

impl From<Load> for LoadView {
    fn from(load: Load) -> Self {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            calls: load.calls,
            waiting: load.waiting,
            calls_at_once: load.calls_at_once,
            suspended_ms: load.suspended.map(|suspension| millis(suspension.left)),
        }
    }
}

impl From<Limits> for LimitsView {
    fn from(limits: Limits) -> Self {
        Self {
            time_ms: u64::try_from(limits.time.as_millis()).unwrap_or(u64::MAX),
            fuel: limits.fuel.get(),
            memory_bytes: limits.memory.as_u64(),
            answer_bytes: limits.answer.as_u64(),
            log_bytes: limits.log.as_u64(),
        }
    }
}

impl ReloadResult {
    pub(super) fn of(id: &ProviderId, reloaded: &Reloaded) -> Self {
        let (result, error) = match reloaded {
            Reloaded::Loaded => (ReloadEnd::Loaded, None),
            Reloaded::Unchanged => (ReloadEnd::Unchanged, None),
            Reloaded::Refused(error) => (ReloadEnd::Refused, Some(chain(error.as_ref()))),
            Reloaded::Gone => (ReloadEnd::Gone, None),
        };
        Self { id: id.to_string(), result, error }
    }
}

/// An error and what caused it, in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
