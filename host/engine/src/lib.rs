//! Guest calls, each in a sandbox of its own and within its limits.
//!
//! A call begins with a fresh store and ends with its drop: nothing of it remains for the next. Guests that compute
//! for more than a moment run on threads of their own, and the thread that waits for one has a timer of its own.
//!
//! Memory is counted, not configured: the engine limits each memory separately. A meter sums the memories and
//! tables of a call, and a shared counter sums all calls and the request bodies in flight. Growth past either, or past
//! the share of the plugin or the caller, ends the call.
//!
//! Errors have no backtraces of the host, as a guest may request an error's debug text.

mod abort;
mod bindings;
mod call_end;
mod clock;
mod compile;
mod config;
mod functions;
mod guest_frames;
mod guest_log;
mod host_work;
mod imports;
mod limits;
mod link_error;
mod memory;
mod overdue;
mod program;
mod proposals;
mod release;
mod sandbox;
mod state;
mod stdio;
mod threads;
mod ticker;
mod trial;

use std::path::Path;
use std::sync::Arc;

use admission::Capacity;
use bytesize::ByteSize;
use contract::values::{Size, size};
use net::telemetry::LogBudget;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

#[cfg(fuzzing)]
pub use self::bindings::v1::fuzzing;
pub use self::bindings::{Failure, inspect};
pub use self::call_end::{CallEnd, HostCalls, Spent};
pub use self::compile::{CompileMode, Compiled, compile};
pub use self::limits::{Limits, MAXIMA};
pub use self::link_error::LinkError;
pub use self::program::{CallSpec, Program};
use self::release::Releaser;
use self::state::GuestState;
use self::threads::GuestThreads;
pub use self::trial::TrialError;

/// Bytes that a call may take as it begins: a module of the usual toolchains has a MiB of stack and some data, and the
/// host counts the bytes that it may hold for `wasi:http`.
const FIRST_BYTES: usize = imports::wasi_http::HELD + (2 << 20);

/// Limits on concurrency and memory, read once at start.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The most concurrent guest calls, over all plugins; further ones are rejected as `overloaded`. Each
    /// reserves 16 GiB of address space, and no memory until a guest uses it.
    pub calls_at_once: u32,
    /// Bytes that all calls in flight may hold together.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub memory: ByteSize,
    /// Threads of each kind that run guests: so many for brief calls, and as many for those that compute for
    /// long.
    pub threads: usize,
    /// Set if brief calls run on the threads that answer requests. Otherwise no guest ever does, and each call wakes
    /// another thread.
    pub brief_calls_in_place: bool,
    /// Bytes of guest log that a plugin may write per second, on average. More is dropped and counted.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub guest_log_rate: ByteSize,
    /// Bytes of guest log that a plugin may write at once.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub guest_log_burst: ByteSize,
    /// Set if faults show files and lines, which commands for authors do. The line tables of a component are untrusted,
    /// and their reader has no limits, so a host that serves others does not.
    #[serde(skip)]
    pub source_lines: bool,
}

/// The defaults: 500 calls, half of the available memory, one thread per core, 64 KiB of guest log per second.
impl Default for Settings {
    fn default() -> Self {
        Self {
            calls_at_once: 500,
            memory: memory::half_of_what_there_is(),
            threads: threads::one_for_each_core(),
            brief_calls_in_place: true,
            guest_log_rate: ByteSize::kib(64),
            guest_log_burst: ByteSize::mib(1),
            source_lines: false,
        }
    }
}

/// The place of a compiled component.
#[derive(Clone, Copy, Debug)]
pub enum CompiledCode<'a> {
    /// Memory, which the engine copies.
    Copied(&'a [u8]),
    /// A file, which the engine maps: the kernel can read its pages again, and processes share them. Bytes after the
    /// component are ignored.
    Mapped(&'a Path),
}

/// The engine, the interfaces that guests are linked to, and the threads that run them.
pub struct Runtime {
    engine: Engine,
    linker: Linker<GuestState>,
    capacity: Arc<Capacity>,
    /// The limit on concurrent trials. They use spare sandboxes, which ending calls use too.
    trials: Semaphore,
    threads: GuestThreads,
    releaser: Releaser,
    /// Set if faults show files and lines.
    source_lines: bool,
    /// The rate and the burst of each plugin's guest log, in bytes.
    log_rate: (ByteSize, ByteSize),
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

impl Runtime {
    /// Reserves the sandboxes and starts the threads.
    ///
    /// # Errors
    ///
    /// Fails if the machine lacks the address space or threads.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let Settings { calls_at_once, memory, threads, brief_calls_in_place, source_lines, .. } = settings;
        // A guest may request an error's debug text (`wasi:io/error`). With `RUST_BACKTRACE` set, it would
        // contain the host's stack, and the host would look up every name in it.
        wasmtime::error::disable_backtrace();
        let fails = |source: wasmtime::Error| StartError::Engine { calls_at_once, source: source.into() };
        let engine = config::pooled(calls_at_once, source_lines).map_err(fails)?;
        let mut linker = Linker::new(&engine);
        imports::link(&mut linker).map_err(fails)?;
        let guests = GuestThreads::start(threads, brief_calls_in_place).map_err(StartError::Threads)?;
        ticker::start(&engine, Arc::downgrade(guests.pools())).map_err(StartError::Threads)?;
        Ok(Self {
            engine,
            linker,
            capacity: Arc::new(Capacity::new(calls_at_once as usize, threads, memory, FIRST_BYTES)),
            trials: Semaphore::new(config::spare(calls_at_once) as usize / 2),
            threads: guests,
            releaser: Releaser::start().map_err(StartError::Threads)?,
            source_lines,
            log_rate: (settings.guest_log_rate, settings.guest_log_burst),
        })
    }

    /// Returns a digest of everything besides its source that a compiled component depends on.
    pub fn fingerprint(&self) -> String {
        config::fingerprint(&self.engine)
    }

    /// Returns whether faults show files and lines. Components must be compiled accordingly.
    #[must_use]
    pub fn shows_source_lines(&self) -> bool {
        self.source_lines
    }

    /// Loads a component that [`compile()`] compiled, and links it.
    ///
    /// # Errors
    ///
    /// Fails if it was compiled for another engine, imports something that is not linked, or exports one of our
    /// interfaces without its functions. A file may also not be mapped.
    ///
    /// # Safety
    ///
    /// `compiled` is code that will run: it must be what [`compile()`] returned, unchanged. A file must begin with that,
    /// and stay as it is for as long as the program or a call of it lasts.
    #[expect(unsafe_code, reason = "the engine runs what it is given")]
    pub unsafe fn link(&self, compiled: CompiledCode<'_>) -> Result<Program, LinkError> {
        // The caller guarantees the bytes, in memory or in the file.
        let component = unsafe {
            match compiled {
                CompiledCode::Copied(bytes) => Component::deserialize(&self.engine, bytes),
                CompiledCode::Mapped(path) => Component::deserialize_file(&self.engine, path),
            }
        };
        let component = component.map_err(|error| LinkError::new(&error))?;
        let instance = self.linker.instantiate_pre(&component).map_err(|error| LinkError::new(&error))?;
        let (rate, burst) = self.log_rate;
        Program::new(instance, LogBudget::new(rate, burst)).map_err(|error| LinkError::new(&error))
    }

    /// The capacity that calls share.
    #[must_use]
    pub fn capacity(&self) -> &Arc<Capacity> {
        &self.capacity
    }

    /// Returns how many threads were replaced because a guest computed on them without a yield.
    #[must_use]
    pub fn replaced_threads(&self) -> u64 {
        self.threads.pools().replaced()
    }

    /// Returns how many turns of guests kept an answering thread for milliseconds, without a yield.
    #[must_use]
    pub fn held_answering_threads(&self) -> u64 {
        self.threads.pools().held()
    }

    /// Returns how many sandboxes are taken out of the pool, those of trials included.
    #[must_use]
    pub fn sandboxes(&self) -> u64 {
        self.engine.pooling_allocator_metrics().map_or(0, |pool| pool.component_instances())
    }
}

#[cfg(test)]
mod tests;
