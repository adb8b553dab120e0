//! The interface to plugins: its types, and the way between them and the contract.
//!
//! Bindings of one major version serve all its minors, since the engine matches `@1.0.0` and
//! `@1.1.0` both ways. A second major would be a module beside [`v1`] and a variant of
//! [`Interface`]; what calls plugins would not know.

pub mod inspect;
pub mod v1;

use std::collections::BTreeSet;
use std::time::Duration;

use wasmtime::AsContextMut;
use wasmtime::component::{Instance, InstancePre};

use contract::{Ask, Capability, Context, Outcome, Profile, Repairs, Reply, Skill, User, Window};

/// The interfaces of ours that a component exports, found by looking.
pub enum Interface {
    /// Those of `insight:provider@1.x`.
    V1(v1::Exports),
}

/// One question on its way to a guest.
pub struct Call<'a> {
    pub context: &'a Context,
    /// Who asks, as far as the plugin may be told.
    pub user: Option<&'a User>,
    pub ask: &'a Ask,
    /// The items wanted of this provider, which are not always those that the caller wants.
    pub window: Window,
    /// The time the guest has as it begins.
    pub time_left: Duration,
    /// Title that heads what this provider says.
    pub partner: &'a str,
}

/// Why a guest that came to its end has no answer.
#[derive(Debug)]
pub struct Failure {
    pub outcome: Outcome,
    /// The guest's words, for the log alone.
    pub detail: String,
    /// Seconds after which a backend wants to be asked again.
    pub retry_after: Option<u32>,
}

/// Bytes of a guest's own words about a failure that are kept.
const BRIEF: usize = 1 << 10;

/// The beginning of what a guest says of a failure: its whole answer may be such words, and they
/// are written to the log by threads that have other requests to answer.
fn brief(mut words: String) -> String {
    words.truncate(words.floor_char_boundary(BRIEF));
    words
}

impl Interface {
    /// Finds what `component` exports of ours.
    ///
    /// # Errors
    ///
    /// Fails if an interface lacks one of its functions.
    pub fn find<T>(component: &InstancePre<T>) -> wasmtime::Result<Self> {
        v1::Exports::find(component).map(Self::V1)
    }

    /// The capabilities that are exported.
    pub fn capabilities(&self) -> BTreeSet<Capability> {
        match self {
            Self::V1(exports) => exports.capabilities(),
        }
    }

    /// Compares the types of everything exported with ours.
    ///
    /// # Errors
    ///
    /// Fails at the first that differs, saying how.
    pub fn check_types(&self, store: impl AsContextMut, instance: &Instance) -> wasmtime::Result<()> {
        match self {
            Self::V1(exports) => exports.check_types(store, instance),
        }
    }

    /// Prepares a fresh instance, if the component exports `lifecycle`.
    pub async fn init<S>(&self, store: S, instance: &Instance) -> wasmtime::Result<Result<(), String>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        match self {
            Self::V1(exports) => exports.init(store, instance).await,
        }
    }

    /// Asks what the plugin says of itself, if it exports `about`.
    pub async fn describe<S>(
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

    /// Lists the chat skills; none if it exports no `chat`.
    pub async fn skills<S>(&self, store: S, instance: &Instance) -> wasmtime::Result<Vec<Skill>>
    where
        S: AsContextMut,
        S::Data: Send,
    {
        match self {
            Self::V1(exports) => exports.skills(store, instance).await,
        }
    }

    /// Puts one question to an instance, and checks what it answers.
    pub async fn answer<S>(
        &self,
        store: S,
        instance: &Instance,
        call: &Call<'_>,
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
