//! Entry points of the fuzz targets, compiled only by `cargo fuzz`.
//!
//! Each function takes untrusted input and returns a result that a target checks against the host's guarantees.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytesize::ByteSize;

use crate::config::Config;
use crate::plugin::AuthorSettings;
use contract::{Profile, Skill};

pub use engine::fuzzing::{CardAnswer, Item, PageAnswer};
use engine::inspect::inspect;
use engine::{CompiledCode, Limits, Runtime};

/// Values read from an operator's settings.
#[derive(Debug)]
pub struct Stated {
    /// Limits per call: the host's own, then those of each plugin.
    pub limits: Vec<Limits>,
    /// Every other duration.
    pub durations: Vec<Duration>,
    /// The most concurrent calls.
    pub calls_at_once: u32,
    /// Threads for guests.
    pub threads: usize,
}

/// Reads an operator's settings.
///
/// # Errors
///
/// Fails with a message for the operator.
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

/// Reads an author's settings, and returns the limits per call, capped by `operator`'s.
///
/// # Errors
///
/// Fails with a message for the author.
pub fn author_settings(bytes: &[u8], operator: Limits) -> Result<Limits, String> {
    let settings = AuthorSettings::parse(bytes, Path::new("plugin.toml")).map_err(|error| error.to_string())?;
    Ok(operator.capped_by(&settings.limits.or(operator)))
}

/// Returns whether a plugin that is granted only the public network may connect to `address`.
pub fn may_connect(address: std::net::SocketAddr) -> bool {
    egress::fuzzing::may_connect(address)
}

/// Returns the host that a guest's URL leads to and the authority that is sent, if a grant of `origin` covers
/// it.
///
/// # Panics
///
/// Panics if `origin` cannot be granted.
#[must_use]
pub fn covered(origin: &str, url: &str) -> Option<(String, String)> {
    egress::fuzzing::covered(origin, url)
}

/// Limits of a plugin's trial, small enough for many trials per second.
const LIMITS: Limits = Limits {
    time: Duration::from_millis(200),
    fuel: NonZeroU64::new(20_000_000).expect("the constant is not zero"),
    memory: ByteSize::mib(16),
    answer: ByteSize::mib(1),
    card: ByteSize::kib(40),
    card_warning: ByteSize::kib(28),
    log: ByteSize::kib(64),
};

/// The memory that all calls share.
const MEMORY: ByteSize = ByteSize::mib(64);

/// A host without a server, which loads components and tries them.
pub struct Workshop {
    runtime: Runtime,
    waiting: tokio::runtime::Runtime,
}

/// The stage at which a component was rejected, or its trial's results.
#[derive(Debug)]
pub enum Tried {
    /// Inspection rejected the component.
    Refused(String),
    /// The component does not compile.
    NotCompiled(String),
    /// The component has an unknown import, or is too large for the pool.
    NotLinked(String),
    /// The trial failed.
    Failed(String),
    /// The component would be served.
    Works(Option<Profile>, Result<Vec<Skill>, String>),
}

impl Workshop {
    /// Starts an engine with a single guest thread.
    ///
    /// # Panics
    ///
    /// Panics if the machine has too little address space for a few sandboxes.
    #[must_use]
    pub fn open() -> Self {
        let settings = engine::Settings { calls_at_once: 4, memory: MEMORY, threads: 1, ..engine::Settings::default() };
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
        let compiled = match engine::compile(component, engine::CompileMode::default()) {
            Ok(compiled) => compiled.artifact,
            Err(error) => return Tried::NotCompiled(error),
        };
        #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
        // SAFETY: `compile` returned these bytes a moment ago.
        let linked = unsafe { self.runtime.link(CompiledCode::Copied(&compiled)) };
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
            Err(error) => Tried::Failed(error.to_string()),
        }
    }

    /// Returns whether earlier guests have released all memory. A sandbox is dropped shortly after its answer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runtime.capacity().usage().memory == 0
    }
}
