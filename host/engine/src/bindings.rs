//! The interface to plugins: its types, and their conversion to and from the contract's.
//!
//! Bindings of one major version serve all its minors, since the engine matches `@1.0.0` and `@1.1.0` both
//! ways. A second major would be a module beside [`v1`] and a variant of [`Interface`], and the callers of
//! plugins would not change.

pub mod inspect;
pub(crate) mod v1;

use std::collections::BTreeSet;
use std::time::Duration;

use wasmtime::AsContextMut;
use wasmtime::component::{Instance, InstancePre};

use contract::{Ask, Capability, CardSizes, Context, Outcome, Profile, Repairs, Reply, Skill, User, Window};

/// The interfaces of ours that a component exports.
pub(crate) enum Interface {
    /// Interfaces of `insight:provider@1.x`.
    V1(v1::Exports),
}

/// One question to a guest.
pub(crate) struct GuestCall<'a> {
    pub context: &'a Context,
    /// The caller, if the plugin is granted to learn it.
    pub user: Option<&'a User>,
    /// Set if the plugin is granted to learn the caller's sign-in name, too.
    pub names_user: bool,
    /// The seller's time zone: the request's, else the operator's.
    pub time_zone: Option<&'a str>,
    pub ask: &'a Ask,
    /// The requested range of items, which may differ from the caller's.
    pub window: Window,
    /// The time the guest has when it begins.
    pub time_left: Duration,
    /// The title shown above this provider's answers.
    pub partner: &'a str,
    /// The sizes that its cards may have.
    pub card_sizes: CardSizes,
}

/// The reason a guest that ended normally has no answer.
#[derive(Debug)]
pub struct Failure {
    /// The outcome.
    pub outcome: Outcome,
    /// The guest's text, for the log only.
    pub detail: String,
    /// Seconds after which a backend may be asked again.
    pub retry_after: Option<u32>,
}

/// Bytes that are kept of a guest's text about a failure.
const BRIEF: usize = 1 << 10;

/// Truncates a guest's text about a failure: its whole answer may be such a text, and threads that have other
/// requests to answer write it to the log.
fn brief(mut words: String) -> String {
    words.truncate(words.floor_char_boundary(BRIEF));
    words
}

impl Interface {
    /// Finds the interfaces of ours that `component` exports.
    ///
    /// # Errors
    ///
    /// Fails if an interface lacks one of its functions.
    pub(crate) fn find<T>(component: &InstancePre<T>) -> wasmtime::Result<Self> {
        v1::Exports::find(component).map(Self::V1)
    }

    /// Returns the exported capabilities.
    pub(crate) fn capabilities(&self) -> BTreeSet<Capability> {
        match self {
            Self::V1(exports) => exports.capabilities(),
        }
    }

    /// Compares the types of all exported interfaces with ours.
    ///
    /// # Errors
    ///
    /// Fails at the first difference, with a description of it.
    pub(crate) fn check_types(&self, store: impl AsContextMut, instance: &Instance) -> wasmtime::Result<()> {
        match self {
            Self::V1(exports) => exports.check_types(store, instance),
        }
    }

    /// Prepares a fresh instance, if the component exports `lifecycle`.
    pub(crate) async fn init<S>(&self, store: S, instance: &Instance) -> wasmtime::Result<Result<(), String>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        match self {
            Self::V1(exports) => exports.init(store, instance).await,
        }
    }

    /// Returns the plugin's description of itself, if it exports `about`.
    pub(crate) async fn describe<S>(
        &self,
        store: S,
        instance: &Instance,
        repairs: &mut Repairs,
    ) -> wasmtime::Result<Option<Profile>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        match self {
            Self::V1(exports) => exports.describe(store, instance, repairs).await,
        }
    }

    /// Returns the chat skills; none if it does not export `chat`.
    pub(crate) async fn skills<S>(&self, store: S, instance: &Instance) -> wasmtime::Result<Vec<Skill>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        match self {
            Self::V1(exports) => exports.skills(store, instance).await,
        }
    }

    /// Sends one question to an instance, and checks its answer.
    pub(crate) async fn answer<S>(
        &self,
        store: S,
        instance: &Instance,
        call: &GuestCall<'_>,
        repairs: &mut Repairs,
    ) -> wasmtime::Result<Result<Reply, Failure>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        match self {
            Self::V1(exports) => exports.answer(store, instance, call, repairs).await,
        }
    }
}
