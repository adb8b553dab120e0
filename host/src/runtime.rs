//! Runs guest calls, each in a sandbox of its own and inside its limits.
//!
//! A call begins with a fresh store and ends with its drop: nothing of it is there for the next.
//! Guests run on threads of their own; whoever waits for one has a timer that they cannot delay.

mod clock;
mod cut;
mod deadline;
mod engine;
mod imports;
mod journal;
mod limits;
mod median;
mod memory;
mod program;
mod refusal;
mod room;
mod sandbox;
mod state;
mod stdio;
mod threads;
mod ticker;

use std::sync::Arc;
use std::time::Instant;

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

pub use self::deadline::Deadline;
pub use self::limits::{Limits, MAXIMA};
pub(crate) use self::median::Median;
pub(crate) use self::memory::SharedMemory;
pub use self::program::Ended;
pub(crate) use self::program::{Order, Program, Spent};
pub(crate) use self::room::{Full, Place, Room};
use self::state::GuestState;
use self::threads::GuestThreads;
use crate::values::{Size, size};

/// How much runs at once. Read once, at start.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Guest calls in flight at once, over all plugins; more are refused as `overloaded`. Each
    /// reserves 16 GiB of address space, and no memory until a guest uses it.
    pub calls_at_once: u32,
    /// Bytes that all calls in flight may hold together.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub memory: ByteSize,
    /// Threads that guests run on, of each kind: so many for brief calls, and as many for those that
    /// compute for long.
    pub threads: usize,
}

/// 500 calls, half of the memory there is, a thread for each core.
impl Default for Settings {
    fn default() -> Self {
        Self { calls_at_once: 500, memory: memory::half_of_what_there_is(), threads: threads::one_for_each_core() }
    }
}

/// The engine with all that guests are linked to, and the threads they run on.
pub struct Runtime {
    engine: Engine,
    linker: Linker<GuestState>,
    memory: Arc<SharedMemory>,
    calls: Arc<Room>,
    /// Trials at once: they take spare sandboxes, of which calls on their way out have some.
    trials: Semaphore,
    threads: GuestThreads,
    /// How many of them there are.
    width: usize,
}

/// How much of the runtime is in use at a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Calls admitted and not given back yet.
    pub(crate) calls: u64,
    /// Calls that may be admitted at once.
    pub(crate) calls_at_once: u64,
    /// Sandboxes taken out of the pool, those of trials included.
    pub(crate) sandboxes: u64,
    /// Bytes that all calls hold together.
    pub(crate) memory: u64,
    /// Bytes that they may hold.
    pub(crate) memory_at_most: u64,
}

/// The runtime cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No engine with such settings, most often for want of address space.
    #[error("failed to reserve sandboxes for {calls_at_once} calls at once; set `calls-at-once` lower")]
    Engine {
        /// The setting.
        calls_at_once: u32,
        /// What the engine says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No threads for guests or for the epoch.
    #[error("failed to start the threads that guests run on")]
    Threads(#[source] std::io::Error),
}

/// A compiled component does not fit.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct LinkError(String);

/// The right to run one call. The call gives it back when its sandbox is gone.
pub(crate) struct Admitted {
    _of_its_plugin: Place,
    _of_all_calls: Place,
}

/// The host takes no further call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Crowded {
    /// As many as may be are in flight.
    #[error("as many calls as may be are in flight over all plugins")]
    Calls,
    /// What calls may hold together is taken.
    #[error("the memory that calls share is taken")]
    Memory,
}

impl Runtime {
    /// Reserves the sandboxes and starts the threads.
    ///
    /// # Errors
    ///
    /// Fails where the machine has not the address space or threads to give.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let Settings { calls_at_once, memory, threads } = settings;
        // A guest may have an error's debug text (`wasi:io/error`): with `RUST_BACKTRACE` set, it would be shown
        // the host's own stack, and have the host look up every name in it.
        wasmtime::error::disable_backtrace();
        let fails = |source: wasmtime::Error| StartError::Engine { calls_at_once, source: source.into() };
        let engine = engine::pooled(calls_at_once).map_err(fails)?;
        let mut linker = Linker::new(&engine);
        imports::link(&mut linker).map_err(fails)?;
        ticker::start(&engine).map_err(StartError::Threads)?;
        Ok(Self {
            engine,
            linker,
            memory: Arc::new(SharedMemory::new(memory)),
            calls: Arc::new(Room::new(calls_at_once as usize)),
            trials: Semaphore::new(engine::SPARE as usize / 2),
            threads: GuestThreads::start(threads).map_err(StartError::Threads)?,
            width: threads,
        })
    }

    /// Names everything that a compiled component depends on besides its source.
    pub(crate) fn fingerprint(&self) -> String {
        engine::fingerprint(&self.engine)
    }

    /// Takes up a component that [`compile`] compiled, and links it.
    ///
    /// # Errors
    ///
    /// Fails if it was compiled otherwise than this engine needs, imports what is not linked, or
    /// exports an interface of ours without its functions.
    ///
    /// # Safety
    ///
    /// `compiled` is code that will run: it must be what [`compile`] returned, unchanged.
    #[expect(unsafe_code, reason = "the engine runs what it is given")]
    pub(crate) unsafe fn link(&self, compiled: &[u8]) -> Result<Program, LinkError> {
        // SAFETY: the caller vouches for the bytes.
        let component =
            unsafe { Component::deserialize(&self.engine, compiled) }.map_err(|error| LinkError::new(&error))?;
        let instance = self.linker.instantiate_pre(&component).map_err(|error| LinkError::new(&error))?;
        Program::new(instance).map_err(|error| LinkError::new(&error))
    }

    /// Admits one call that has a place of its plugin's; waits for room until `until`.
    ///
    /// # Errors
    ///
    /// Fails if there is none, at once if waiting would be in vain.
    pub(crate) async fn admit(&self, place: Place, until: Instant) -> Result<Admitted, Crowded> {
        if self.memory.is_exhausted() {
            return Err(Crowded::Memory);
        }
        let room = self.calls.enter(until).await.map_err(|Full| Crowded::Calls)?;
        Ok(Admitted { _of_its_plugin: place, _of_all_calls: room })
    }

    /// Room for all calls.
    pub(crate) fn calls(&self) -> &Room {
        &self.calls
    }

    /// How many threads guests run on.
    pub(crate) fn threads(&self) -> usize {
        self.width
    }

    /// How much is in use now.
    pub(crate) fn usage(&self) -> Usage {
        Usage {
            calls: self.calls.taken() as u64,
            calls_at_once: self.calls.size() as u64,
            sandboxes: self.engine.pooling_allocator_metrics().map_or(0, |pool| pool.component_instances()),
            memory: self.memory.held(),
            memory_at_most: self.memory.capacity(),
        }
    }

    /// The memory that calls share, for others who hold bytes on behalf of requests.
    pub(crate) fn memory(&self) -> &Arc<SharedMemory> {
        &self.memory
    }
}

impl LinkError {
    fn new(error: &wasmtime::Error) -> Self {
        Self(format!("{error:#}"))
    }
}

/// Compiles a component for `Runtime::link`. Takes seconds and gigabytes for a large one: it
/// belongs into a process of its own.
///
/// # Errors
///
/// Fails if the bytes are no valid component, saying where.
pub fn compile(component: &[u8]) -> Result<Vec<u8>, String> {
    engine::compiling().and_then(|engine| engine.precompile_component(component)).map_err(|error| format!("{error:#}"))
}
