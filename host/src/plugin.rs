//! Plugins: a component and its settings, from bytes on disk to an entry of the catalog.

mod cache;
mod catalog;
mod compiler;
mod folder;
mod load;
mod provider;
mod settings;
mod shelf;
mod state;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

pub(crate) use self::cache::{Cache, Digest};
pub use self::catalog::Catalog;
pub(crate) use self::compiler::{ChildLimits, run_child};
pub use self::compiler::{CompileSettings, Compiler};
pub use self::load::{LoadError, Loader};
pub(crate) use self::settings::{AuthorSettings, LimitWishes};
pub(crate) use self::shelf::{Command, Impossible, Refused, Reloaded};
pub use self::shelf::{Event, EventKind, Shelf, Unloaded, Watch};
pub(crate) use self::state::{Standing, VersionId};
pub use self::state::{StateDirectory, StateError, StateFolder, StateSettings};
pub(crate) use self::watch::{FileChanges, file, sources};
use admission::{Admitted, Gate};
use contract::{Ask, Capability, Context, Deadline, Profile, ProviderId, Repairs, Skill, Window};
use egress::{Grants, Reach};
use engine::{Ended, Limits, Order, Program, Runtime};
use net::telemetry::metrics::Calls;
use net::trace::CallSpan;

/// What the operator states about plugins.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Providers whose insights come first, in this order. Others follow by their authors' `order`,
    /// then by name.
    pub order: Vec<ProviderId>,
    /// Limits of every call. A plugin's author may tighten them.
    pub limits: Limits,
    /// How load is kept within bounds.
    pub load: admission::Settings,
    /// What is stated about single plugins.
    pub plugins: BTreeMap<ProviderId, OperatorSettings>,
}

/// What the operator states about one plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorSettings {
    /// Limits of its calls, in place of those of every call.
    pub(crate) limits: LimitWishes,
    /// Values that it reads through the interface `config`, in place of its author's.
    pub config: BTreeMap<String, String>,
    /// What it may reach.
    pub grants: Grants,
    /// How much may be asked of it.
    pub(crate) load: admission::PluginSettings,
}

impl Settings {
    /// What is stated about the plugin `id`.
    fn of(&self, id: &ProviderId) -> &OperatorSettings {
        static NOTHING: LazyLock<OperatorSettings> = LazyLock::new(OperatorSettings::default);
        self.plugins.get(id).unwrap_or(&NOTHING)
    }

    /// Whether the plugin `id` may be another by `other`.
    fn differs_for(&self, other: &Self, id: &ProviderId) -> bool {
        self.limits != other.limits || self.load != other.load || self.of(id) != other.of(id)
    }

    /// The values that the plugin `id` reads: its author's, and the operator's in place of those.
    fn config(&self, id: &ProviderId, author: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut values = author.clone();
        values.extend(self.of(id).config.clone());
        values
    }

    /// The limits of one plugin's calls: the operator's, tightened by the author's.
    fn limits(&self, id: &ProviderId, author: LimitWishes) -> Limits {
        let operator = self.of(id).limits.or(self.limits);
        operator.capped_by(&author.or(operator))
    }
}

/// A question on its way to one provider, or to several alike.
pub struct Inquiry {
    /// What is asked.
    pub ask: Arc<Ask>,
    /// What is known of the request besides.
    pub context: Arc<Context>,
    /// The items wanted of each provider, which are not always those that the caller wants.
    pub window: Window,
    /// The request's own deadline; a provider's may be earlier.
    pub deadline: Deadline,
}

/// What a plugin says of itself.
#[derive(Clone)]
struct Description {
    profile: Option<Profile>,
    /// Title that heads what it says: the profile's, else its id.
    partner: Arc<str>,
    skills: Vec<Skill>,
    /// What had to be done to it.
    repairs: Repairs,
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
    reach: Arc<Reach>,
    gate: Gate,
    limits: Limits,
    /// Of every version since the first was loaded.
    calls: Arc<Calls>,
    loaded_at: Timestamp,
}

impl Plugin {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> &ProviderId {
        &self.id
    }

    /// SHA-256 of its component.
    pub(crate) fn digest(&self) -> Digest {
        self.digest
    }

    /// The files that it was made of.
    pub(crate) fn version(&self) -> VersionId {
        self.version
    }

    /// What it says of itself, if it does.
    pub(crate) fn profile(&self) -> Option<&Profile> {
        self.description.profile.as_ref()
    }

    /// The capabilities it answers.
    #[must_use]
    pub fn capabilities(&self) -> BTreeSet<Capability> {
        self.program.capabilities()
    }

    /// Its chat skills.
    pub(crate) fn skills(&self) -> &[Skill] {
        &self.description.skills
    }

    /// The skill of this name, in any letter case.
    pub(crate) fn skill(&self, name: &str) -> Option<&Skill> {
        self.description.skills.iter().find(|skill| skill.name.eq_ignore_ascii_case(name))
    }

    /// What had to be done to what it says of itself.
    pub(crate) fn repairs(&self) -> &Repairs {
        &self.description.repairs
    }

    /// What it reaches.
    pub(crate) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// What stands before it: whether it may be asked now.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Limits of its calls.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// What became of its calls, since a version of it was first loaded.
    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    /// When this version was loaded.
    pub(crate) fn loaded_at(&self) -> Timestamp {
        self.loaded_at
    }

    /// What its author states.
    pub(crate) fn settings(&self) -> &AuthorSettings {
        &self.settings
    }

    /// Puts a question to it, in a fresh sandbox. Dropping the future cancels the call.
    pub(crate) async fn ask(&self, runtime: &Runtime, admitted: Admitted, inquiry: &Inquiry, span: &CallSpan) -> Ended {
        self.program.call(runtime, self.order(inquiry, Some(admitted), span.clone())).await
    }

    /// Puts a question to it on this very thread, which waits for nothing else.
    pub async fn ask_here(&self, runtime: &Runtime, inquiry: &Inquiry) -> Ended {
        self.program.call_here(runtime, self.order(inquiry, None, CallSpan::none())).await
    }

    fn order(&self, inquiry: &Inquiry, admitted: Option<Admitted>, span: CallSpan) -> Order {
        Order {
            plugin: Arc::clone(&self.name),
            partner: Arc::clone(&self.description.partner),
            limits: self.limits,
            config: Arc::clone(&self.config),
            reach: Arc::clone(&self.reach),
            deadline: inquiry.deadline,
            context: Arc::clone(&inquiry.context),
            ask: Arc::clone(&inquiry.ask),
            window: inquiry.window,
            admitted,
            span,
        }
    }
}

/// For logs: which one it is. What it holds is the engine's.
impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin").field("id", &self.id).field("digest", &self.digest).finish_non_exhaustive()
    }
}
