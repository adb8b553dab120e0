//! What the admin API says, as JSON: written by the host, read by the command line.

mod costs;
mod reach;
mod standing;
mod status;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use self::costs::{CostsView, QuantilesView};
pub(crate) use self::reach::{Granted, ReachView};
pub(crate) use self::standing::{DisabledView, PinView, VersionView};
pub(crate) use self::status::Status;
use crate::plugin::{Plugin, Refused, Reloaded, Shelf, Standing};
use admission::Load;
use contract::ProviderId;
use engine::Limits;
use net::chain;

/// All plugins: those that are served in their order, then those that do not load, then those that are disabled.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PluginList {
    pub(crate) plugins: Vec<PluginSummary>,
}

/// One plugin, in short.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
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
    /// If it stays at one version, which.
    pub(crate) pinned: Option<PinView>,
    /// If it is disabled, by whom.
    pub(crate) disabled: Option<DisabledView>,
}

/// Whether a plugin is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It is, if only in an older version.
    Loaded,
    /// It is, but it has failed so often that it is not asked for a while.
    Suspended,
    /// No version of it is, as none loads.
    Refused,
    /// It is not, as somebody said so.
    Disabled,
}

/// A load that failed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LastError {
    pub(crate) at: Timestamp,
    pub(crate) message: String,
}

/// One plugin, with all that is known of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PluginDetails {
    #[serde(flatten)]
    pub(crate) summary: PluginSummary,
    /// What sellers see above its answers; absent if it is not served, as is what follows.
    pub(crate) title: Option<String>,
    pub(crate) skills: Vec<String>,
    pub(crate) limits: Option<LimitsView>,
    pub(crate) load: Option<LoadView>,
    /// What its calls cost; absent before the first.
    pub(crate) costs: Option<CostsView>,
    pub(crate) reach: Option<ReachView>,
    /// Versions that are kept to go back to, the newest first. Also of one that is not served.
    pub(crate) versions: Vec<VersionView>,
}

/// Limits of each call.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LimitsView {
    pub(crate) time_ms: u64,
    pub(crate) fuel: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) answer_bytes: u64,
    pub(crate) log_bytes: u64,
}

/// How much is asked of it at this moment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoadView {
    pub(crate) calls: usize,
    pub(crate) waiting: usize,
    /// Calls that may be in flight now. Falls as they end too late, and recovers.
    pub(crate) calls_at_once: usize,
    /// If it is suspended, the time until it is tried again.
    pub(crate) suspended_ms: Option<u64>,
    /// The same as an instant.
    pub(crate) suspended_until: Option<Timestamp>,
}

/// What came of an order.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ReloadResult {
    pub(crate) id: String,
    pub(crate) result: ReloadEnd,
    /// SHA-256 of the component that it was rolled back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReloadEnd {
    /// Another version or other settings are served from now on.
    Loaded,
    /// Nothing: it was so already.
    Unchanged,
    /// What was to be loaded does not load; what was served is kept.
    Refused,
    /// It is not served any more.
    Disabled,
    /// Its files have gone meanwhile.
    Gone,
}

impl fmt::Display for ReloadEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loaded => "loaded",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
            Self::Disabled => "disabled",
            Self::Gone => "gone",
        })
    }
}

/// What came of the reload of all.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reloads {
    pub(crate) plugins: Vec<ReloadResult>,
}

impl PluginList {
    pub(super) fn of(shelf: &Shelf) -> Self {
        let (catalog, standing) = (shelf.catalog(), shelf.standing());
        let mut refused = shelf.refused();
        let mut disabled: BTreeSet<&ProviderId> = standing.disabled.keys().collect();
        let mut plugins = Vec::new();
        for plugin in catalog.plugins() {
            disabled.remove(plugin.id());
            let refused = refused.remove(plugin.id());
            plugins.push(PluginSummary::of(plugin.id(), Some(plugin), refused.as_ref(), &standing));
        }
        for (id, refused) in &refused {
            disabled.remove(id);
            plugins.push(PluginSummary::of(id, None, Some(refused), &standing));
        }
        plugins.extend(disabled.into_iter().map(|id| PluginSummary::of(id, None, None, &standing)));
        Self { plugins }
    }
}

impl PluginSummary {
    fn of(id: &ProviderId, plugin: Option<&Plugin>, refused: Option<&Refused>, standing: &Standing) -> Self {
        let capabilities = plugin.map(Plugin::capabilities).unwrap_or_default();
        let calls = plugin.map(|plugin| plugin.calls().by_outcome());
        Self {
            id: id.to_string(),
            state: State::of(plugin, refused),
            version: plugin.and_then(Plugin::profile).map(|profile| profile.version.clone()),
            digest: plugin.map(|plugin| plugin.digest().to_string()),
            capabilities: capabilities.iter().map(ToString::to_string).collect(),
            loaded_at: plugin.map(Plugin::loaded_at),
            calls: calls.into_iter().flatten().map(|(outcome, count)| (outcome.to_string(), count)).collect(),
            last_error: refused.map(|Refused { at, error }| LastError { at: *at, message: chain(error.as_ref()) }),
            pinned: PinView::of(standing, id),
            disabled: DisabledView::of(standing, id),
        }
    }
}

impl PluginDetails {
    /// The plugin `id`, if there is one: served, refused or disabled.
    pub(super) fn of(shelf: &Shelf, id: &ProviderId) -> Option<Self> {
        let (catalog, standing) = (shelf.catalog(), shelf.standing());
        let plugin = catalog.provider(id.as_str()).map(AsRef::as_ref);
        let refused = shelf.refused().remove(id);
        if plugin.is_none() && refused.is_none() && !standing.disabled.contains_key(id) {
            return None;
        }
        let skills = plugin.map(Plugin::skills).unwrap_or_default();
        Some(Self {
            summary: PluginSummary::of(id, plugin, refused.as_ref(), &standing),
            title: plugin.and_then(Plugin::profile).map(|profile| profile.title.clone()),
            skills: skills.iter().map(|skill| skill.name.clone()).collect(),
            limits: plugin.map(|plugin| plugin.limits().into()),
            load: plugin.map(|plugin| plugin.gate().load().into()),
            costs: plugin.and_then(|plugin| CostsView::of(plugin.calls())),
            reach: plugin.map(ReachView::of),
            versions: VersionView::all(&standing, id, plugin.map(Plugin::version)),
        })
    }
}

impl State {
    /// Of a plugin that is served, or that does not load, or else is disabled.
    fn of(plugin: Option<&Plugin>, refused: Option<&Refused>) -> Self {
        match (plugin.map(|plugin| plugin.gate().load().suspended), refused) {
            (Some(Some(_)), _) => Self::Suspended,
            (Some(None), _) => Self::Loaded,
            (None, Some(_)) => Self::Refused,
            (None, None) => Self::Disabled,
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
            suspended_ms: load.suspended.as_ref().map(|suspension| millis(suspension.left)),
            suspended_until: load.suspended.and_then(|suspension| Timestamp::now().checked_add(suspension.left).ok()),
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
    /// What came of an order that could be carried out.
    pub(super) fn of(id: &ProviderId, reloaded: &Reloaded) -> Self {
        let (result, error) = match reloaded {
            Reloaded::Loaded => (ReloadEnd::Loaded, None),
            Reloaded::Unchanged => (ReloadEnd::Unchanged, None),
            Reloaded::Refused(error) => (ReloadEnd::Refused, Some(chain(error.as_ref()))),
            Reloaded::Disabled => (ReloadEnd::Disabled, None),
            Reloaded::Gone => (ReloadEnd::Gone, None),
            Reloaded::Impossible(error) => (ReloadEnd::Refused, Some(chain(error))),
        };
        Self { id: id.to_string(), result, digest: None, error }
    }
}
