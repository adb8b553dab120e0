//! The JSON bodies of the admin API: the host writes them, the command line reads them.

mod costs;
mod egress;
mod key_value;
mod operator_state;
mod shares;
mod status;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use self::costs::{CostsView, QuantilesView};
pub(crate) use self::egress::{GrantView, ReachView};
pub(crate) use self::key_value::KeyValueView;
pub(crate) use self::operator_state::{DisabledView, PinView, UnsavedView, VersionView};
pub(crate) use self::shares::{LoadView, SharesView};
pub(crate) use self::status::{PluginCounts, Status};
use crate::plugin::{
    Catalog, FolderProblem, LoadFailure, LoadStatus, LoadStep, OperatorState, Plugin, PluginRegistry, Reloaded,
};
use contract::ProviderId;
use engine::Limits;
use net::chain;

/// All plugins: first those that are served, in their order, then those that are being loaded, those that do not load, and
/// those that are disabled.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PluginList {
    pub(crate) plugins: Vec<PluginSummary>,
    /// Problems of the plugin folder that concern no plugin of the list, such as files that are ignored.
    #[serde(default)]
    pub(crate) problems: Vec<FolderProblem>,
    /// Set if orders of the operator are not saved yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unsaved: Option<UnsavedView>,
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
    /// The capabilities for which merged answers do not wait for it now, as its calls were late so often.
    #[serde(default)]
    pub(crate) late: Vec<String>,
    /// Calls by outcome, since a version of the plugin was first loaded.
    pub(crate) calls: BTreeMap<String, u64>,
    /// The shares that it holds, if it is served.
    pub(crate) shares: Option<SharesView>,
    /// The reason why the version in the folder does not load. If a version is served all the same, it is an older one.
    pub(crate) last_error: Option<LastError>,
    /// The version that it is pinned to, if it is pinned.
    pub(crate) pinned: Option<PinView>,
    /// The operator who disabled it, if it is disabled.
    pub(crate) disabled: Option<DisabledView>,
    /// The load in progress of the version in the folder, if there is one.
    pub(crate) loading: Option<LoadingView>,
}

/// The state of a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It is served, possibly in an older version.
    Loaded,
    /// It is served, but callers are suspended after repeated faults, and none has been answered since. A caller without
    /// faults is tried.
    Suspended,
    /// It is not served yet, as its first version is being loaded.
    Loading,
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
    /// The time of the next attempt, if the failure may be the host's. It is repeated after pauses that grow.
    #[serde(default)]
    pub(crate) retry: Option<Timestamp>,
}

/// A load in progress.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LoadingView {
    pub(crate) step: LoadStep,
    /// The time since its files were noticed.
    pub(crate) seconds: u64,
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
    #[serde(rename = "reach")]
    pub(crate) egress: Option<ReachView>,
    /// Its share of the key-value store, if it is granted one.
    pub(crate) key_value: Option<KeyValueView>,
    /// Log lines of it, and of the host about its calls, that were dropped since this version was loaded.
    pub(crate) log_lines_dropped: Option<u64>,
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
    /// Set if the command is in force and not saved yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unsaved: Option<UnsavedView>,
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
        let found = PluginFacts::of(registry);
        let served = found.catalog.plugins().map(|plugin| plugin.id());
        let others = found.loading.keys().chain(found.refused.keys()).chain(found.operator_state.disabled.keys());
        let mut listed = BTreeSet::new();
        let plugins = served.chain(others).filter(|id| listed.insert(*id)).map(|id| PluginSummary::of(id, &found));
        Self { plugins: plugins.collect(), problems: registry.problems().to_vec(), unsaved: UnsavedView::of(registry) }
    }
}

/// The facts of all plugins at one moment.
struct PluginFacts {
    catalog: Arc<Catalog>,
    refused: BTreeMap<ProviderId, LoadFailure>,
    loading: BTreeMap<ProviderId, LoadStatus>,
    operator_state: Arc<OperatorState>,
}

impl PluginFacts {
    fn of(registry: &PluginRegistry) -> Self {
        // The loads come first: a load that ends meanwhile is in the catalog, or has been rejected.
        let loading = registry.loading();
        let (catalog, refused, operator_state) = (registry.catalog(), registry.refused(), registry.operator_state());
        Self { catalog, refused, loading, operator_state }
    }

    fn plugin(&self, id: &ProviderId) -> Option<&Plugin> {
        self.catalog.provider(id.as_str()).map(AsRef::as_ref)
    }
}

impl PluginSummary {
    fn of(id: &ProviderId, known: &PluginFacts) -> Self {
        let (plugin, refused, loading) = (known.plugin(id), known.refused.get(id), known.loading.get(id));
        let capabilities = plugin.map(Plugin::capabilities).cloned().unwrap_or_default();
        let calls = plugin.map(|plugin| plugin.calls().by_outcome());
        let late = plugin.map(|plugin| plugin.pace().late(plugin.wait_terms())).unwrap_or_default();
        Self {
            id: id.to_string(),
            state: State::of(plugin, refused, loading),
            version: plugin.and_then(Plugin::profile).map(|profile| profile.version.clone()),
            digest: plugin.map(|plugin| plugin.digest().to_string()),
            capabilities: capabilities.iter().map(ToString::to_string).collect(),
            loaded_at: plugin.map(Plugin::loaded_at),
            late: late.iter().map(ToString::to_string).collect(),
            calls: calls.into_iter().flatten().map(|(outcome, count)| (outcome.to_string(), count)).collect(),
            shares: plugin.map(|plugin| SharesView::of(plugin.plugin_admission())),
            last_error: refused.map(LastError::of),
            pinned: PinView::of(&known.operator_state, id),
            disabled: DisabledView::of(&known.operator_state, id),
            loading: loading.map(|load| LoadingView { step: load.step, seconds: load.since.elapsed().as_secs() }),
        }
    }
}

impl LastError {
    fn of(LoadFailure { at, error, retry }: &LoadFailure) -> Self {
        Self { at: *at, message: chain(error.as_ref()), retry: *retry }
    }
}

impl PluginDetails {
    /// Returns the plugin `id`, if there is one: served, being loaded, refused or disabled.
    pub(super) fn of(registry: &PluginRegistry, id: &ProviderId) -> Option<Self> {
        let known = PluginFacts::of(registry);
        let plugin = known.plugin(id);
        let is_named = known.loading.contains_key(id)
            || known.refused.contains_key(id)
            || known.operator_state.disabled.contains_key(id);
        if plugin.is_none() && !is_named {
            return None;
        }
        let skills = plugin.map(Plugin::skills).unwrap_or_default();
        Some(Self {
            summary: PluginSummary::of(id, &known),
            title: plugin.and_then(Plugin::profile).map(|profile| profile.title.clone()),
            skills: skills.iter().map(|skill| skill.name.clone()).collect(),
            limits: plugin.map(|plugin| plugin.limits().into()),
            load: plugin.map(|plugin| plugin.plugin_admission().load().into()),
            costs: plugin.and_then(|plugin| CostsView::of(plugin.calls())),
            egress: plugin.map(ReachView::of),
            key_value: plugin.and_then(KeyValueView::of),
            log_lines_dropped: plugin.map(|plugin| plugin.dropped_lines().iter().sum()),
            versions: VersionView::all(&known.operator_state, id, plugin.map(Plugin::version)),
        })
    }
}

impl State {
    /// Returns the state of a plugin that is served, being loaded, or does not load, or else is disabled.
    fn of(plugin: Option<&Plugin>, refused: Option<&LoadFailure>, loading: Option<&LoadStatus>) -> Self {
        match (plugin.map(|plugin| plugin.plugin_admission().load().suspended.nobody_answered), loading, refused) {
            (Some(Some(_)), _, _) => Self::Suspended,
            (Some(None), _, _) => Self::Loaded,
            (None, Some(_), _) => Self::Loading,
            (None, None, Some(_)) => Self::Refused,
            (None, None, None) => Self::Disabled,
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
        Self { id: id.to_string(), result, digest: None, error, unsaved: None }
    }
}
