//! Compilation of components, which the compile child does.

use std::sync::Arc;

use super::functions::CompiledFunctions;
use super::{config, proposals};
use net::chain;

/// The form of a compilation.
#[derive(Debug, Default)]
pub struct CompileMode {
    /// Set if the component's line tables are kept, as an engine that shows source lines needs them.
    pub source_lines: bool,
    /// The functions that an earlier compilation for the same plugin returned, to compile incrementally; empty if it is
    /// the first.
    pub functions: Option<Vec<u8>>,
}

/// The result of a compilation.
#[derive(Debug)]
pub struct Compiled {
    /// The compiled component, for `Runtime::link`.
    pub artifact: Vec<u8>,
    /// The functions for the next compilation, if it is incremental and those of before will not do.
    pub functions: Option<Vec<u8>>,
}

/// Compiles a component for `Runtime::link`. A large one takes seconds and gigabytes, so this runs in a process
/// of its own.
///
/// # Errors
///
/// Fails if the bytes are not a valid component: names the proposals that the engine refuses, or else the position.
pub fn compile(component: &[u8], mode: CompileMode) -> Result<Compiled, String> {
    let refused =
        |otherwise: &dyn Fn() -> String| proposals::used_by(component).map_or_else(otherwise, |used| used.to_string());
    if proposals::have_several_memories(component) {
        return Err(refused(&|| "it has several memories in one module".to_owned()));
    }
    let functions = mode.functions.map(|before| Arc::new(CompiledFunctions::read(before)));
    let compiled = config::compiling(mode.source_lines, functions.clone())
        .and_then(|engine| engine.precompile_component(component))
        .map_err(|error| refused(&|| chain(error.as_ref())))?;
    // The engine, which is dropped by now, had the other reference.
    let functions = functions.and_then(Arc::into_inner).and_then(CompiledFunctions::into_bytes);
    Ok(Compiled { artifact: compiled, functions })
}
