//! The error of a compiled component that exceeds a limit of the pool, or does not fit our interfaces.
//!
//! The pool's limits have no types in the engine, only texts. A test per limit fails if one of them changes.

use bytesize::ByteSize;

use super::MAXIMA;
use super::config::{INSTANCE_SIZE, INSTANCES, MEMORIES, MODULE_MEMORIES, MODULE_TABLES, TABLE_ELEMENTS, TABLES};
use net::chain;

/// A compiled component cannot be linked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct LinkError(String);

impl LinkError {
    pub(super) fn new(error: &wasmtime::Error) -> Self {
        Self(exceeded(&error.root_cause().to_string()).unwrap_or_else(|| chain(error.as_ref())))
    }
}

/// Describes the limit of the pool that a component exceeds, from the engine's text. No setting raises these limits.
fn exceeded(text: &str) -> Option<String> {
    let number_after = |words: &str| number(text.split_once(words)?.1);
    let many = |found: u64, what: &str, most: u32, remedy: &str| {
        Some(format!("it has {found} {what}, and this host runs {most} at most: {remedy}"))
    };
    if let Some(bytes) = number_after("memory has a minimum byte size of ") {
        return Some(format!(
            "a memory of it begins with {}, and a call has {} at most (`limits.memory`): keep less data in the \
             component, or make its first memory smaller (`--initial-memory` of the linker)",
            ByteSize::b(bytes),
            MAXIMA.memory
        ));
    }
    if let Some(elements) = number_after("has a minimum element size of ") {
        return Some(format!(
            "a table of it has {elements} elements, and this host runs {TABLE_ELEMENTS} at most: so many functions are \
             called by address. Make it smaller (optimize for size, remove what is unused), or split it into plugins"
        ));
    }
    if let Some(found) = number_after("defined memories count of ") {
        return many(found, "memories in one core module", MODULE_MEMORIES, "build it with one memory per module");
    }
    if let Some(found) = number_after("defined tables count of ") {
        return many(found, "tables in one core module", MODULE_TABLES, "build it with fewer tables");
    }
    if let Some(found) = number_after("The component transitively contains ") {
        let (what, most) = match text {
            _ if text.contains("core module instances") => ("core modules", INSTANCES),
            _ if text.contains("linear memories") => ("memories", MEMORIES),
            _ => ("tables", TABLES),
        };
        return many(found, what, most, "link or compose it from fewer modules");
    }
    if text.contains("exceeds the configured maximum of") && text.contains("instance allocation for this") {
        let bytes = number_after("requires ").unwrap_or_default();
        return Some(format!(
            "the engine needs {} to keep track of its functions, imports and globals, and has {} at most: make it \
             smaller (optimize for size, remove what is unused), or split it into plugins",
            ByteSize::b(bytes),
            ByteSize::b(INSTANCE_SIZE as u64)
        ));
    }
    None
}

/// Returns the number at the beginning of a text.
fn number(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::super::config::{compiling, pooled};
    use super::*;

    /// Returns the error for a component of these core modules, each instantiated once.
    fn refused(modules: &[String]) -> String {
        let mut text = "(component\n".to_owned();
        for (index, module) in modules.iter().enumerate() {
            let _ = write!(text, "(core module $m{index} {module})\n(core instance (instantiate $m{index}))\n");
        }
        let component = wat::parse_str(text + ")").unwrap_or_else(|error| panic!("{error}"));
        let compiled =
            compiling(false, None).and_then(|engine| engine.precompile_component(&component)).expect("it is valid");
        let engine = pooled(4, false).expect("address space for 20 sandboxes");
        #[expect(unsafe_code, reason = "the engine takes compiled code only so")]
        // SAFETY: these bytes come from the engine itself.
        let loaded = unsafe { wasmtime::component::Component::deserialize(&engine, &compiled) };
        LinkError::new(&loaded.expect_err("it exceeds a limit")).to_string()
    }

    #[test]
    fn each_limit_of_the_pool_is_told_with_the_remedy() {
        let of = |text: &str| refused(&[text.to_owned()]);
        let times = |text: &str, count: usize| refused(&vec![text.to_owned(); count]);
        for (error, found, remedy) in [
            (of("(memory 9000)"), "begins with 562.5 MiB, and a call has 512.0 MiB at most", "`limits.memory`"),
            (of("(table 25000 funcref)"), "25000 elements, and this host runs 20000 at most", "smaller"),
            (of(&"(table 1 funcref)".repeat(9)), "9 tables in one core module", "fewer tables"),
            (times("", 101), "101 core modules, and this host runs 100 at most", "fewer modules"),
            (times("(memory 1)", 5), "5 memories, and this host runs 4 at most", "fewer modules"),
            (times("(table 1 funcref)", 17), "17 tables, and this host runs 16 at most", "fewer modules"),
            (of(&"(global i64 (i64.const 0))".repeat(300_000)), "to keep track of its functions", "smaller"),
        ] {
            assert!(error.contains(found) && error.contains(remedy), "{error}");
            assert!(!error.contains("pooling allocator"), "{error}");
        }
    }
}
