//! The wasm engine: enabled features, and the pool of sandboxes.

use std::hash::{Hash, Hasher};
use std::num::NonZeroUsize;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Strategy,
    WasmBacktraceDetails,
};

use super::functions::CompiledFunctions;
use super::limits::MAXIMA;
use super::proposals;
use net::{os, to_usize};

/// The most sandboxes beyond those of admitted calls.
const MOST_SPARE: u32 = 16;

/// Sandboxes that are kept, when nothing runs in them, for the component they ran last: it finds its memory in place. So many
/// plugins may be called in turn before each call faults its pages in anew. Each holds at most 200 KiB.
const WARM: u32 = 512;

/// The most core modules of one component: an interpreter such as `CPython` comes as 40.
pub(super) const INSTANCES: u32 = 100;

/// The most memories of one component.
pub(super) const MEMORIES: u32 = 4;

/// The most tables of one component.
pub(super) const TABLES: u32 = 16;

/// The most memories that one core module defines. The modules that the engine generates between components import
/// two and define none.
pub(super) const MODULE_MEMORIES: u32 = 1;

/// The most tables of one core module.
pub(super) const MODULE_TABLES: u32 = 8;

/// The most elements of one table.
pub(super) const TABLE_ELEMENTS: usize = 20_000;

/// Bytes that the engine may use to keep track of one component, and of one core module.
pub(super) const INSTANCE_SIZE: usize = 4 << 20;

/// Bytes of stack that a guest may use. A call that needs more traps.
const GUEST_STACK: usize = 1 << 20;

/// Returns the number of sandboxes beyond those of admitted calls: for trials at load, and for ended calls whose memory is
/// still being released. A command that makes one call after the other needs few, and addresses may be scarce.
pub(super) const fn spare(calls_at_once: u32) -> u32 {
    if calls_at_once < MOST_SPARE / 2 { 2 * calls_at_once } else { MOST_SPARE }
}

/// Creates an engine that runs `calls_at_once` sandboxes from a pool.
///
/// # Errors
///
/// Fails if the machine cannot reserve the address space: 4 GiB for each memory of a sandbox.
pub(super) fn pooled(calls_at_once: u32, source_lines: bool) -> wasmtime::Result<Engine> {
    let mut config = semantics(source_lines);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(calls_at_once + spare(calls_at_once))));
    Engine::new(&config)
}

/// Creates an engine that only compiles, for the compile child: it reserves nothing. Functions that are known are not
/// compiled again.
pub(super) fn compiling(source_lines: bool, functions: Option<Arc<CompiledFunctions>>) -> wasmtime::Result<Engine> {
    let mut config = semantics(source_lines);
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    if let Some(functions) = functions {
        config.enable_incremental_compilation(functions)?;
    }
    Engine::new(&config)
}

/// Returns a digest, in hex, of everything besides its source that a compiled component depends on.
///
/// Engines with the same digest run each other's artefacts.
pub(super) fn fingerprint(engine: &Engine) -> String {
    /// Feeds hashed data to SHA-256: std's hashers promise no stable value.
    struct Sha(Sha256);
    impl Hasher for Sha {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }

    let mut sha = Sha(Sha256::new_with_prefix(env!("CARGO_PKG_VERSION")));
    engine.precompile_compatibility_hash().hash(&mut sha);
    sha.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the settings that compiled code depends on. Every engine of ours uses them, or artefacts would not
/// fit.
///
/// The [`proposals`] that toolchains do not need are off, but for the one that the engine needs itself. Those of
/// asynchronous components are not even compiled in. The settings for memory stay at their defaults, which are the best
/// tested.
fn semantics(source_lines: bool) -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .parallel_compilation(true)
        .consume_fuel(true)
        .epoch_interruption(true)
        .concurrency_support(false)
        .max_wasm_stack(GUEST_STACK)
        .async_stack_size(2 * GUEST_STACK)
        .async_stack_zeroing(true)
        .wasm_backtrace_max_frames(NonZeroUsize::new(20))
        .wasm_backtrace_details(if source_lines { WasmBacktraceDetails::Enable } else { WasmBacktraceDetails::Disable })
        .debug_info(false)
        // Only unwinders and debuggers of others read these tables, and backtraces with files and lines: without them a
        // component is a seventh smaller. Names of functions come from elsewhere.
        .native_unwind_info(os::NEEDS_UNWIND_INFO)
        .generate_address_map(source_lines)
        .signals_based_traps(true)
        .guard_before_linear_memory(true)
        .memory_init_cow(true)
        .wasm_component_model(true)
        .wasm_features(proposals::turned_off(), false);
    config
}

/// Returns a pool for `sandboxes` components, each of the largest permitted size: no sandbox takes memory from
/// another.
fn pool(sandboxes: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(sandboxes)
        .total_core_instances(sandboxes * INSTANCES)
        .total_memories(sandboxes * MEMORIES)
        .total_tables(sandboxes * TABLES)
        .total_stacks(sandboxes)
        .max_core_instances_per_component(INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_memories_per_module(MODULE_MEMORIES)
        .max_tables_per_component(TABLES)
        .max_tables_per_module(MODULE_TABLES)
        .table_elements(TABLE_ELEMENTS)
        .max_component_instance_size(INSTANCE_SIZE)
        .max_core_instance_size(INSTANCE_SIZE)
        .max_memory_size(to_usize(MAXIMA.memory.as_u64()))
        // Resets memory by copying touched pages, as the kernel reports them, instead of returning the pages:
        // without `pagemap_scan` a call costs three times as much. A call of ours touches less than 128 KiB; a
        // larger value would stay with every sandbox that a greedy guest has used.
        .pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(128 << 10)
        .table_keep_resident(64 << 10)
        // All that is kept of a stack is zeroed after each call, used or not: with two pages, calls are as fast
        // as with sixteen. With none they take 4 µs longer.
        .async_stack_keep_resident(8 << 10)
        // Sandboxes that are kept for the component they ran last. Beyond these, a used sandbox is preferred to
        // one that has no memory yet.
        .max_unused_warm_slots(WARM.min(sandboxes));
    pool
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_compile_child_makes_fits_the_engine_that_answers() {
        let answering = pooled(4, false).expect("address space for 12 sandboxes");
        let compiling = compiling(false, None).expect("an engine that reserves nothing");

        assert_eq!(fingerprint(&answering), fingerprint(&compiling));
    }

    #[test]
    fn a_command_that_makes_one_call_at_a_time_reserves_few_sandboxes_beside() {
        assert_eq!([1, 7, 8, 500].map(spare), [2, 14, 16, 16]);
    }

    #[test]
    fn components_that_use_a_proposal_we_turned_off_do_not_compile() {
        let engine = compiling(false, None).expect("an engine that reserves nothing");
        let compiles = |text: &str| {
            let component = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
            engine.precompile_component(&component).is_ok()
        };
        for proposal in [
            "(component (core module (memory i64 1)))",
            "(component (core module (memory 1 1 shared)))",
            "(component (core module (memory 1 1 (pagesize 1))))",
            "(component (core module (type (struct))))",
            "(component (core module (table 1 externref)))",
            "(component (core module (tag)))",
            "(component (core module (func return_call 0)))",
            "(component (core module (func (param v128) (result v128)
                local.get 0 local.get 0 i8x16.relaxed_swizzle)))",
            "(component (core module (func (param i64) (result i64 i64)
                local.get 0 local.get 0 local.get 0 local.get 0 i64.add128)))",
        ] {
            assert!(!compiles(proposal), "{proposal}");
        }

        assert!(compiles("(component (core module (memory 1) (table 1 funcref) (func unreachable)))"));
    }
}
