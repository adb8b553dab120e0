//! What fuzz targets reach of the host that nobody else outside does. Only `cargo fuzz` builds it.
//!
//! Each takes what a stranger gives, and returns what may be held against the host's promises.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytesize::ByteSize;

use crate::config::Config;
use crate::plugin::AuthorSettings;
use contract::{Profile, Skill};

use engine::bindings::inspect::inspect;
pub use engine::bindings::v1::fuzzing::{CardAnswer, Item, PageAnswer};
use engine::{Limits, Runtime};

/// What settings come to.
#[derive(Debug)]
pub struct Stated {
    /// Limits of calls: the host's own, then those of each plugin.
    pub limits: Vec<Limits>,
    /// Every duration besides.
    pub durations: Vec<Duration>,
    /// Calls at once.
    pub calls_at_once: u32,
    /// Threads for guests.
    pub threads: usize,
}

/// Reads an operator's settings.
///
/// # Errors
///
/// Says what is wrong with them, to the operator.
pub fn operator_settings(text: &str) -> Result<Stated, String> {
    let Config { plugins, runtime, http, compile, .. } = Config::parse(text)?;
    let own = plugins.plugins.values().map(|plugin| plugin.limits.or(plugins.limits));
    Ok(Stated {
        limits: std::iter::once(plugins.limits).chain(own).collect(),
        durations: vec![http.grace, compile.time],
        calls_at_once: runtime.calls_at_once,
        threads: runtime.threads,
    })
}

/// Reads an author's settings, and returns the limits of calls under `operator`'s.
///
/// # Errors
///
/// Says what is wrong with them, to the author.
pub fn author_settings(bytes: &[u8], operator: Limits) -> Result<Limits, String> {
    let settings = AuthorSettings::parse(bytes, Path::new("plugin.toml")).map_err(|error| error.to_string())?;
    Ok(operator.capped_by(&settings.limits.or(operator)))
}

/// Whether a plugin without grants of other networks may connect to an address that a name of its grants has.
pub fn may_connect(address: std::net::SocketAddr) -> bool {
    egress::fuzzing::may_connect(address)
}

/// The host that a guest's URL leads to, and the authority that is sent, if a grant of `origin` covers it.
///
/// # Panics
///
/// Panics if `origin` cannot be granted.
#[must_use]
pub fn covered(origin: &str, url: &str) -> Option<(String, String)> {
    egress::fuzzing::covered(origin, url)
}

/// Limits of a plugin's trial, small enough to try many a second.
const LIMITS: Limits = Limits {
    time: Duration::from_millis(200),
    fuel: NonZeroU64::new(20_000_000).expect("the constant is not zero"),
    memory: ByteSize::mib(16),
    answer: ByteSize::mib(1),
    log: ByteSize::kib(64),
};

/// What all calls share.
const MEMORY: ByteSize = ByteSize::mib(64);

/// A host without a server: it takes up components and tries them.
pub struct Workshop {
    runtime: Runtime,
    waiting: tokio::runtime::Runtime,
}

/// How far a component came.
#[derive(Debug)]
pub enum Tried {
    /// Its looks were enough to refuse it.
    Refused(String),
    /// It does not compile.
    NotCompiled(String),
    /// It imports what there is not, or is too large for the pool.
    NotLinked(String),
    /// It did not work when it was tried.
    Failed(String),
    /// It would be served.
    Works(Option<Profile>, Result<Vec<Skill>, String>),
}

impl Workshop {
    /// Opens one.
    ///
    /// # Panics
    ///
    /// Panics where the machine has no room for a few sandboxes.
    #[must_use]
    pub fn open() -> Self {
        let settings = engine::Settings { calls_at_once: 4, memory: MEMORY, threads: 1 };
        let waiting = tokio::runtime::Builder::new_current_thread().enable_time().build();
        Self {
            runtime: Runtime::start(settings).expect("there is address space for a few sandboxes"),
            waiting: waiting.expect("there is a clock"),
        }
    }

    /// Inspects, compiles, links and tries a component, as a host does at load.
    pub fn try_out(&self, component: &[u8]) -> Tried {
        if let Err(refusal) = inspect(component) {
            return Tried::Refused(refusal.to_string());
        }
        let compiled = match engine::compile(component) {
            Ok(compiled) => compiled,
            Err(error) => return Tried::NotCompiled(error),
        };
        #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
        // SAFETY: `compile` returned these bytes a moment ago.
        let linked = unsafe { self.runtime.link(&compiled) };
        let program = match linked {
            Ok(program) => Arc::new(program),
            Err(error) => return Tried::NotLinked(error.to_string()),
        };
        let trial = program.describe(&self.runtime, "fuzzed".into(), LIMITS, Arc::new(BTreeMap::new()));
        match self.waiting.block_on(trial) {
            Ok(described) => {
                let skills = Skill::check(described.skills).map_err(|error| error.to_string());
                Tried::Works(described.profile, skills)
            }
            Err(error) => Tried::Failed(error),
        }
    }

    /// Whether the guests before have given back all memory. A sandbox goes a moment after its answer came.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let all = usize::try_from(MEMORY.as_u64()).expect("a few MiB");
        let is_empty = self.runtime.capacity().memory().take(all);
        if is_empty {
            self.runtime.capacity().memory().give(all);
        }
        is_empty
    }
}
