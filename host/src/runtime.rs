//! Guest calls, each in a sandbox of its own and within its limits.
//!
//! A call begins with a fresh store and ends with its drop: nothing of it remains for the next. Guests run on
//! threads of their own, and the thread that waits for one has a timer that they cannot delay.
//!
//! Memory is counted, not configured: the engine limits each memory separately. A meter sums the memories and
//! tables of a call, and a shared counter sums all calls and the request bodies in flight. Growth past either
//! ends the call.
//!
//! Errors have no backtraces of the host, as a guest may request an error's debug text.

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

/// Limits on concurrency and memory, read once at start.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The most concurrent guest calls, over all plugins; further ones are rejected as `overloaded`. Each
    /// reserves 16 GiB of address space, and no memory until a guest uses it.
    pub calls_at_once: u32,
    /// Bytes that all calls in flight may hold together.
    pub memory: ByteSize,
    /// Threads of each kind that run guests: so many for brief calls, and as many for those that compute for
    /// long.
    pub threads: usize,
}

/// The defaults: 500 calls, half of the available memory, one thread per core.
impl Default for Settings {
    fn default() -> Self {
        Self { calls_at_once: 500, memory: memory::half_of_what_there_is(), threads: threads::one_for_each_core() }
    }
}

/// The engine, the interfaces that guests are linked to, and the threads that run them.
pub struct Runtime {
    engine: Engine,
    linker: Linker<GuestState>,
    memory: Arc<SharedMemory>,
    calls: Arc<Room>,
    /// The limit on concurrent trials. They use spare sandboxes, which ending calls use too.
    trials: Semaphore,
    threads: GuestThreads,
    /// The number of threads of each kind.
    width: usize,
}

/// The runtime's usage at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Calls admitted and not yet ended.
    pub(crate) calls: u64,
    /// The most concurrent calls.
    pub(crate) calls_at_once: u64,
    /// Sandboxes in use, including those of trials.
    pub(crate) sandboxes: u64,
    /// Bytes that all calls hold together.
    pub(crate) memory: u64,
    /// Bytes that they may hold.
    pub(crate) memory_at_most: u64,
}

/// The runtime cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The engine cannot be created with these settings, most often for want of address space.
    #[error("failed to reserve sandboxes for {calls_at_once} concurrent calls; set `calls-at-once` lower")]
    Engine {
        /// The setting.
        calls_at_once: u32,
        /// The engine's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The threads of guests or of the epoch cannot be started.
    #[error("failed to start the threads that guests run on")]
    Threads(#[source] std::io::Error),
}

/// A compiled component cannot be linked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct LinkError(String);

/// A permit for one call, with its plugin's slot and the host's. Both are released when its sandbox is dropped.
pub(crate) struct Admitted {
    _of_its_plugin: Place,
    _of_all_calls: Place,
}

/// The host is at capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Crowded {
    /// The limit on concurrent calls is reached.
    #[error("the host's limit on concurrent calls is reached")]
    Calls,
    /// The limit on the memory of all calls is reached.
    #[error("the limit on the memory of all calls is reached")]
    Memory,
}

impl Runtime {
    /// Reserves the sandboxes and starts the threads.
    ///
    /// # Errors
    ///
    /// Fails if the machine lacks the address space or threads.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let Settings { calls_at_once, memory, threads } = settings;
        // A guest may request an error's debug text (`wasi:io/error`). With `RUST_BACKTRACE` set, it would
        // contain the host's stack, and the host would look up every name in it.
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

    /// Returns a digest of everything besides its source that a compiled component depends on.
    pub(crate) fn fingerprint(&self) -> String {
        engine::fingerprint(&self.engine)
    }

    /// Loads a component that [`compile`] compiled, and links it.
    ///
    /// # Errors
    ///
    /// Fails if it was compiled for another engine, imports something that is not linked, or exports one of our
    /// interfaces without its functions.
    ///
    /// # Safety
    ///
    /// `compiled` is code that will run: it must be what [`compile`] returned, unchanged.
    #[expect(unsafe_code, reason = "the engine runs what it is given")]
    pub(crate) unsafe fn link(&self, compiled: &[u8]) -> Result<Program, LinkError> {
        // The caller guarantees the bytes.
        let component =
            unsafe { Component::deserialize(&self.engine, compiled) }.map_err(|error| LinkError::new(&error))?;
        let instance = self.linker.instantiate_pre(&component).map_err(|error| LinkError::new(&error))?;
        Program::new(instance).map_err(|error| LinkError::new(&error))
    }

    /// Admits one call that holds a slot of its plugin; waits for a slot of the host until `until`.
    ///
    /// # Errors
    ///
    /// Fails if there is none, and at once if waiting could not help.
    pub(crate) async fn admit(&self, place: Place, until: Instant) -> Result<Admitted, Crowded> {
        if self.memory.is_exhausted() {
            return Err(Crowded::Memory);
        }
        let room = self.calls.enter(until).await.map_err(|Full| Crowded::Calls)?;
        Ok(Admitted { _of_its_plugin: place, _of_all_calls: room })
    }

    /// Returns the slots of all calls.
    pub(crate) fn calls(&self) -> &Room {
        &self.calls
    }

    /// Returns the number of threads that run brief calls, which equals the number for long ones.
    pub(crate) fn threads(&self) -> usize {
        self.width
    }

    /// Returns the current usage.
    pub(crate) fn usage(&self) -> Usage {
        Usage {
            calls: self.calls.taken() as u64,
            calls_at_once: self.calls.size() as u64,
            sandboxes: self.engine.pooling_allocator_metrics().map_or(0, |pool| pool.component_instances()),
            memory: self.memory.held(),
            memory_at_most: self.memory.capacity(),
        }
    }

    /// Returns the memory that calls share, for modules that hold bytes on behalf of requests.
    pub(crate) fn memory(&self) -> &Arc<SharedMemory> {
        &self.memory
    }
}

impl LinkError {
    fn new(error: &wasmtime::Error) -> Self {
        Self(format!("{error:#}"))
    }
}

/// Compiles a component for `Runtime::link`. A large one takes seconds and gigabytes, so this runs in a process
/// of its own.
///
/// # Errors
///
/// Fails if the bytes are not a valid component, and names the position.
pub fn compile(component: &[u8]) -> Result<Vec<u8>, String> {
    engine::compiling().and_then(|engine| engine.precompile_component(component)).map_err(|error| format!("{error:#}"))
}
