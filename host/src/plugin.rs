//! Plugins: a component and its settings, from bytes on disk to an entry of the catalog.
//!
//! A plugin owns the counters of its calls, and passes them on when it is reloaded. So its time series end with
//! it, and no label comes from an unauthenticated client.

mod cache;
mod catalog;
mod compiler;
mod description;
mod development;
mod folder;
mod load;
mod pace;
mod progress;
mod provider;
mod query;
mod registry;
mod settings;
mod state;
mod turns;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::Timestamp;

pub(crate) use self::cache::{Cache, Digest};
pub use self::catalog::Catalog;
pub(crate) use self::compiler::{ChildLimits, CompileForm, run_child};
pub use self::compiler::{CompileSettings, Compiler};
use self::description::Description;
pub(crate) use self::development::{CallObserver, Development};
pub(crate) use self::folder::{FileStamp, FolderProblem, ProblemKind};
pub use self::load::{LoadError, Loader};
pub use self::pace::MergeSettings;
pub(crate) use self::pace::{LateProbe, Pace, Wait, WaitTerms};
pub(crate) use self::progress::{LoadStatus, LoadStep};
pub use self::query::{Query, QuestionGuard};
pub use self::registry::{Event, EventKind, PluginRegistry, StartWait, Unloaded, Watch};
pub(crate) use self::registry::{LoadFailure, OperatorCommand, Reloaded};
pub(crate) use self::settings::{AuthorSettings, LimitWishes, Wishes};
pub(crate) use self::state::{OperatorState, VersionId};
pub use self::state::{StateDirectory, StateError, StateFolder, StateSettings};
pub(crate) use self::watch::{FileWatch, FilesChanges, SourceRoots, SourceTree, files, stamps};
use admission::{CallSlots, PluginAdmission};
use contract::{Capability, Outcome, Profile, ProviderId, Repairs, Skill, SkillTool};
use egress::{Grants, PluginEgress};
use engine::{CallEnd, CallSpec, Limits, Program, Runtime};
use net::telemetry::LogBudget;
use net::telemetry::metrics::PluginCalls;
use net::trace::CallSpan;

/// The operator's settings for plugins.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Providers whose insights come first, in this order. Others follow by their authors' `order`, then by
    /// name.
    pub order: Vec<ProviderId>,
    /// Limits per call. A plugin's author may tighten them.
    pub limits: Limits,
    /// Limits on load.
    pub load: admission::Settings,
    /// Waits of merged answers.
    pub merge: MergeSettings,
    /// Settings of single plugins.
    pub plugins: BTreeMap<ProviderId, OperatorSettings>,
}

/// The operator's settings for one plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorSettings {
    /// Limits per call, in place of those for every plugin.
    pub(crate) limits: LimitWishes,
    /// Values that it reads through the interface `config`, in place of its author's.
    pub config: BTreeMap<String, String>,
    /// Egress that it is granted.
    pub grants: Grants,
    /// Limits on its load.
    pub(crate) load: admission::PluginSettings,
    /// The time that merged answers wait for it, in place of that for every plugin.
    pub(crate) wait_limit: Option<Duration>,
    /// True if merged answers wait for it until its deadline.
    pub(crate) required: bool,
}

impl Settings {
    /// Returns the settings of the plugin `id`.
    fn of(&self, id: &ProviderId) -> &OperatorSettings {
        static NOTHING: LazyLock<OperatorSettings> = LazyLock::new(OperatorSettings::default);
        self.plugins.get(id).unwrap_or(&NOTHING)
    }

    /// Returns whether `other` may change the plugin `id`.
    fn differs_for(&self, other: &Self, id: &ProviderId) -> bool {
        self.limits != other.limits
            || self.load != other.load
            || self.merge != other.merge
            || self.of(id) != other.of(id)
    }

    /// Returns the values that the plugin `id` reads: its author's, overridden by the operator's.
    fn config(&self, id: &ProviderId, author: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut values = author.clone();
        values.extend(self.of(id).config.clone());
        values
    }

    /// Returns the terms on which merged answers wait for the plugin `id`.
    fn wait_terms(&self, id: &ProviderId) -> WaitTerms {
        let OperatorSettings { wait_limit, required, .. } = self.of(id);
        let limit = wait_limit.unwrap_or(self.merge.wait_limit);
        WaitTerms { limit: (!required).then_some(limit), grace: self.merge.grace }
    }

    /// Returns the limits per call of one plugin: the operator's, tightened by the author's.
    fn limits(&self, id: &ProviderId, author: LimitWishes) -> Limits {
        let operator = self.of(id).limits.or(self.limits);
        operator.capped_by(&author.or(operator))
    }
}

/// A loaded plugin: one provider of insights.
pub struct Plugin {
    id: ProviderId,
    /// Its id, for the log of its calls.
    name: Arc<str>,
    digest: Digest,
    version: VersionId,
    program: Arc<Program>,
    description: Description,
    settings: AuthorSettings,
    config: Arc<BTreeMap<String, String>>,
    egress: Arc<PluginEgress>,
    plugin_admission: PluginAdmission,
    limits: Limits,
    /// The counters of its calls, across all versions since the first was loaded.
    calls: Arc<PluginCalls>,
    /// The times of the calls of this component. Another version may be faster.
    pace: Arc<Pace>,
    wait_terms: WaitTerms,
    /// The limit on the host's own lines about its calls.
    log_budget: LogBudget,
    /// Receives the end of each of its calls.
    observer: Option<CallObserver>,
    loaded_at: Timestamp,
}

impl Plugin {
    /// Returns its name.
    #[must_use]
    pub fn id(&self) -> &ProviderId {
        &self.id
    }

    /// Returns the SHA-256 of its component.
    pub(crate) fn digest(&self) -> Digest {
        self.digest
    }

    /// Returns the version: the digests of its files.
    pub(crate) fn version(&self) -> VersionId {
        self.version
    }

    /// Returns its profile, if it has one.
    pub(crate) fn profile(&self) -> Option<&Profile> {
        self.description.profile.as_ref()
    }

    /// Returns the capabilities it implements.
    #[must_use]
    pub fn capabilities(&self) -> &BTreeSet<Capability> {
        self.program.capabilities()
    }

    /// Returns its chat skills.
    pub(crate) fn skills(&self) -> &[Skill] {
        &self.description.skills
    }

    /// Returns the tools of its chat skills.
    pub(crate) fn tools(&self) -> &[SkillTool] {
        &self.description.tools
    }

    /// Returns the skill with this name, in any letter case.
    pub(crate) fn skill(&self, name: &str) -> Option<&Skill> {
        self.description.skills.iter().find(|skill| skill.name.eq_ignore_ascii_case(name))
    }

    /// Returns the repairs that its description needed.
    pub(crate) fn repairs(&self) -> &Repairs {
        &self.description.repairs
    }

    /// Returns its egress.
    pub(crate) fn egress(&self) -> &PluginEgress {
        &self.egress
    }

    /// Returns its admission control.
    #[must_use]
    pub fn plugin_admission(&self) -> &PluginAdmission {
        &self.plugin_admission
    }

    /// Returns its limits per call.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Returns the counters of its calls, since a version of it was first loaded.
    pub(crate) fn calls(&self) -> &Arc<PluginCalls> {
        &self.calls
    }

    /// Returns the times of its calls.
    pub(crate) fn pace(&self) -> &Arc<Pace> {
        &self.pace
    }

    /// Returns the terms on which merged answers wait for it.
    pub(crate) fn wait_terms(&self) -> WaitTerms {
        self.wait_terms
    }

    /// Returns the limit on the host's own lines about its calls.
    pub(crate) fn log_budget(&self) -> &LogBudget {
        &self.log_budget
    }

    /// Shows the end of a call to the author, if one develops the plugin.
    pub(crate) fn show(&self, capability: Capability, outcome: Outcome, ended: &CallEnd) {
        if let Some(observer) = &self.observer {
            observer(self, capability, outcome, ended);
        }
    }

    /// Returns how many lines of its guest log, and of the host's own about its calls, were dropped since it was
    /// loaded.
    pub(crate) fn dropped_lines(&self) -> [u64; 2] {
        [self.program.dropped_lines(), self.log_budget.dropped()]
    }

    /// Returns the time at which this version was loaded.
    pub(crate) fn loaded_at(&self) -> Timestamp {
        self.loaded_at
    }

    /// Returns its author's settings.
    pub(crate) fn settings(&self) -> &AuthorSettings {
        &self.settings
    }

    /// Sends a question to it, in a fresh sandbox. Dropping the future cancels the call.
    pub(crate) async fn ask(&self, runtime: &Runtime, admitted: CallSlots, query: &Query, span: &CallSpan) -> CallEnd {
        self.program.call(runtime, self.call_spec(query, Some(admitted), span.clone())).await
    }

    /// Sends a question to it on the current thread, without admission.
    pub async fn ask_here(&self, runtime: &Runtime, query: &Query) -> CallEnd {
        self.program.call_here(runtime, self.call_spec(query, None, CallSpan::none())).await
    }

    fn call_spec(&self, query: &Query, admitted: Option<CallSlots>, span: CallSpan) -> CallSpec {
        CallSpec {
            plugin: Arc::clone(&self.name),
            partner: Arc::clone(&self.description.partner),
            limits: self.limits,
            config: Arc::clone(&self.config),
            egress: Arc::clone(&self.egress),
            deadline: query.deadline,
            context: Arc::clone(&query.context),
            ask: Arc::clone(&query.ask),
            window: query.window,
            memory: self.plugin_admission.memory(query.caller),
            admitted,
            span,
        }
    }
}

/// Shows which plugin it is, for logs. The rest is the engine's.
impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin").field("id", &self.id).field("digest", &self.digest).finish_non_exhaustive()
    }
}
