//! What a plugin reaches outside its sandbox, and only as far as the operator grants it. Knows
//! nothing of wasm.
//!
//! Three things of three lifetimes: [`Outside`] is the host's own and lives as long as it does;
//! [`Reach`] is one plugin's, and outlives its reloads; [`CallReach`] is one call's.

mod grants;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use self::grants::Grants;
use crate::contract::Context;

/// What all plugins' reach has in common.
#[derive(Clone, Debug, Default)]
pub struct Settings {}

/// The outside as plugins may reach it: made once, at start.
pub struct Outside {
    /// By plugin, so that connections and counts outlive a reload.
    reaches: Mutex<HashMap<String, Arc<Reach>>>,
}

/// The host cannot reach outside as its settings say.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {}

/// What a plugin is granted is not to be had, such as a secret that is not there.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {}

impl Outside {
    /// Makes ready what plugins reach.
    ///
    /// # Errors
    ///
    /// Fails with the setting to change.
    pub fn open(_settings: Settings) -> Result<Self, OutsideError> {
        Ok(Self { reaches: Mutex::default() })
    }

    /// What the plugin `name` reaches under `grants`. The same as before, unless its grants changed.
    ///
    /// # Errors
    ///
    /// Fails if something granted is not there.
    pub(crate) fn reach(&self, name: &str, grants: &Grants) -> Result<Arc<Reach>, ReachError> {
        let mut reaches = self.reaches.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reach) = reaches.get(name).filter(|reach| reach.grants == *grants) {
            return Ok(Arc::clone(reach));
        }
        let refused = reaches.get(name).map(|reach| Arc::clone(&reach.refused)).unwrap_or_default();
        let reach = Arc::new(Reach { name: name.into(), grants: grants.clone(), refused });
        reaches.insert(name.to_owned(), Arc::clone(&reach));
        Ok(reach)
    }
}

/// What one plugin reaches.
pub(crate) struct Reach {
    name: Arc<str>,
    grants: Grants,
    refused: Arc<Refused>,
}

impl Reach {
    /// What the operator grants it.
    pub(crate) fn grants(&self) -> &Grants {
        &self.grants
    }

    /// How often it reached for what it may not.
    pub(crate) fn refused(&self) -> &Refused {
        &self.refused
    }
}

/// What plugins reach for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Http,
    Secret,
    KeyValue,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Http, Self::Secret, Self::KeyValue];

    /// Its name in metrics and logs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Secret => "secret",
            Self::KeyValue => "key-value",
        }
    }
}

/// How often a plugin reached for what it may not, by kind.
#[derive(Debug, Default)]
pub(crate) struct Refused([AtomicU64; Kind::ALL.len()]);

impl Refused {
    /// Counts one refusal.
    pub(crate) fn count(&self, kind: Kind) {
        self.0[kind as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Refusals so far.
    pub(crate) fn get(&self, kind: Kind) -> u64 {
        self.0[kind as usize].load(Ordering::Relaxed)
    }
}

/// What one call reaches: its plugin's reach, and what of it this call has used.
pub(crate) struct CallReach {
    reach: Arc<Reach>,
    context: Arc<Context>,
    /// Nothing waits longer than this.
    deadline: Instant,
}

impl CallReach {
    pub(crate) fn new(reach: Arc<Reach>, context: Arc<Context>, deadline: Instant) -> Self {
        Self { reach, context, deadline }
    }

    /// Time that a host call may wait: `wanted`, or what the call has left if that is less.
    fn time(&self, wanted: Duration) -> Duration {
        wanted.min(self.deadline.saturating_duration_since(Instant::now()))
    }
}
