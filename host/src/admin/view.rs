//! The JSON bodies of the admin API: the host writes them, the command line reads them.

mod costs;
mod egress;
mod operator_state;
mod shared;
mod status;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use self::costs::{CostsView, QuantilesView};
pub(crate) use self::egress::{GrantView, ReachView};
pub(crate) use self::operator_state::{DisabledView, PinView, VersionView};
pub(crate) use self::shared::SharedView;
pub(crate) use self::status::Status;
use crate::plugin::{LoadFailure, OperatorState, Plugin, PluginRegistry, Reloaded};
use admission::PluginLoad;
use contract::ProviderId;
use engine::Limits;
use net::chain;

/// All plugins: first those that are served, in their order, then those that do not load, then those that are disabled.
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
    /// The version that the plugin states of itself.
    pub(crate) version: Option<String>,
    /// SHA-256 of the component that is served.
    pub(crate) digest: Option<String>,
    pub(crate) capabilities: Vec<String>,
    /// The time at which the version that is served was loaded.
    pub(crate) loaded_at: Option<Timestamp>,
    /// Calls by outcome, since a version of the plugin was first loaded.
    pub(crate) calls: BTreeMap<String, u64>,
    /// The reason why the version in the folder does not load. If a version is served all the same, it is an older one.
    pub(crate) last_error: Option<LastError>,
    /// The version that it is pinned to, if it is pinned.
    pub(crate) pinned: Option<PinView>,
    /// The operator who disabled it, if it is disabled.
    pub(crate) disabled: Option<DisabledView>,
}

/// The state of a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It is served, possibly in an older version.
    Loaded,
    /// It is served, but its circuit breaker is open: it has failed so often that it gets no calls for a while.
    Suspended,
    /// It is not served, as no version of it loads.
    Refused,
    /// It is not served, as an operator disabled it.
    Disabled,
}

/// A load that failed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LastError {
    pub(crate) at: Timestamp,
    pub(crate) message: String,
}

/// One plugin, in full.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PluginDetails {
    #[serde(flatten)]
    pub(crate) summary: PluginSummary,
    /// The title that sellers see above its answers. This and the following members are absent if it is not served.
    pub(crate) title: Option<String>,
    pub(crate) skills: Vec<String>,
    pub(crate) limits: Option<LimitsView>,
    pub(crate) load: Option<LoadView>,
    /// The costs of its calls; absent before the first.
    pub(crate) costs: Option<CostsView>,
    pub(crate) egress: Option<ReachView>,
    pub(crate) shared: Option<SharedView>,
    /// The versions that are kept for a rollback, the newest first; also of a plugin that is not served.
    pub(crate) versions: Vec<VersionView>,
}

/// The limits of each call.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LimitsView {
    pub(crate) time_ms: u64,
    pub(crate) fuel: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) answer_bytes: u64,
    pub(crate) log_bytes: u64,
}

/// The load of a plugin at this moment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoadView {
    pub(crate) calls: usize,
    pub(crate) waiting: usize,
    /// The calls that may be in flight now: an adaptive limit, which falls while calls are late, and recovers.
    pub(crate) calls_at_once: usize,
    /// The time until it gets a call again, if it is suspended.
    pub(crate) suspended_ms: Option<u64>,
    /// The same as an instant.
    pub(crate) suspended_until: Option<Timestamp>,
}

/// The result of a command for one plugin.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ReloadResult {
    pub(crate) id: String,
    pub(crate) result: ReloadEnd,
    /// SHA-256 of the component that it was rolled back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
    /// The reason why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// The end of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReloadEnd {
    /// Another version or other settings are served from now on.
    Loaded,
    /// Nothing changed: the plugin was in that state already.
    Unchanged,
    /// The version that was to be loaded does not load; the version that was served is kept.
    Refused,
    /// It is no longer served.
    Disabled,
    /// Its files have been removed meanwhile.
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

/// The results of a reload of all plugins.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reloads {
    pub(crate) plugins: Vec<ReloadResult>,
}

impl PluginList {
    pub(super) fn of(registry: &PluginRegistry) -> Self {
        let (catalog, operator_state) = (registry.catalog(), registry.operator_state());
        let mut refused = registry.refused();
        let mut disabled: BTreeSet<&ProviderId> = operator_state.disabled.keys().collect();
        let mut plugins = Vec::new();
        for plugin in catalog.plugins() {
            disabled.remove(plugin.id());
            let refused = refused.remove(plugin.id());
            plugins.push(PluginSummary::of(plugin.id(), Some(plugin), refused.as_ref(), &operator_state));
        }
        for (id, refused) in &refused {
            disabled.remove(id);
            plugins.push(PluginSummary::of(id, None, Some(refused), &operator_state));
        }
        plugins.extend(disabled.into_iter().map(|id| PluginSummary::of(id, None, None, &operator_state)));
        Self { plugins }
    }
}

impl PluginSummary {
    fn of(
        id: &ProviderId,
        plugin: Option<&Plugin>,
        refused: Option<&LoadFailure>,
        operator_state: &OperatorState,
    ) -> Self {
        let capabilities = plugin.map(Plugin::capabilities).cloned().unwrap_or_default();
        let calls = plugin.map(|plugin| plugin.calls().by_outcome());
        Self {
            id: id.to_string(),
            state: State::of(plugin, refused),
            version: plugin.and_then(Plugin::profile).map(|profile| profile.version.clone()),
            digest: plugin.map(|plugin| plugin.digest().to_string()),
            capabilities: capabilities.iter().map(ToString::to_string).collect(),
            loaded_at: plugin.map(Plugin::loaded_at),
            calls: calls.into_iter().flatten().map(|(outcome, count)| (outcome.to_string(), count)).collect(),
            last_error: refused.map(|LoadFailure { at, error }| LastError { at: *at, message: chain(error.as_ref()) }),
            pinned: PinView::of(operator_state, id),
            disabled: DisabledView::of(operator_state, id),
        }
    }
}

impl PluginDetails {
    /// Returns the plugin `id`, if there is one: served, refused or disabled.
    pub(super) fn of(registry: &PluginRegistry, id: &ProviderId) -> Option<Self> {
        let (catalog, operator_state) = (registry.catalog(), registry.operator_state());
        let plugin = catalog.provider(id.as_str()).map(AsRef::as_ref);
        let refused = registry.refused().remove(id);
        if plugin.is_none() && refused.is_none() && !operator_state.disabled.contains_key(id) {
            return None;
        }
        let skills = plugin.map(Plugin::skills).unwrap_or_default();
        Some(Self {
            summary: PluginSummary::of(id, plugin, refused.as_ref(), &operator_state),
            title: plugin.and_then(Plugin::profile).map(|profile| profile.title.clone()),
            skills: skills.iter().map(|skill| skill.name.clone()).collect(),
            limits: plugin.map(|plugin| plugin.limits().into()),
            load: plugin.map(|plugin| plugin.plugin_admission().load().into()),
            costs: plugin.and_then(|plugin| CostsView::of(plugin.calls())),
            egress: plugin.map(ReachView::of),
            shared: plugin.map(SharedView::of),
            versions: VersionView::all(&operator_state, id, plugin.map(Plugin::version)),
        })
    }
}

impl State {
    /// Returns the state of a plugin that is served, or that does not load, or else is disabled.
    fn of(plugin: Option<&Plugin>, refused: Option<&LoadFailure>) -> Self {
        match (plugin.map(|plugin| plugin.plugin_admission().load().suspended), refused) {
            (Some(Some(_)), _) => Self::Suspended,
            (Some(None), _) => Self::Loaded,
            (None, Some(_)) => Self::Refused,
            (None, None) => Self::Disabled,
        }
    }
}

impl From<PluginLoad> for LoadView {
    fn from(load: PluginLoad) -> Self {
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
    /// Converts the result of a command that could be carried out.
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
