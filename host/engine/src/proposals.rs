//! The proposals of WebAssembly that the engine refuses, with what an author does about each.
//!
//! Proposals that toolchains do not need are off, several of which the engine turns on by default: each is attack
//! surface. The engine's own errors name the place in the file. An author needs the proposal and the flag of the
//! toolchain, so a component that does not compile is validated again without each proposal in turn.
//!
//! One refused proposal is on in the engine: multi-memory. The engine passes texts and lists between two components of
//! one component by modules that it generates. Each imports the memories of both, defines none, and runs no code of the
//! guest. They are validated and compiled as any module, and their accesses are checked against the bounds of the
//! memory that they name. A guest's own modules use nothing of the proposal: [`have_several_memories`] finds one that
//! imports or defines more than one memory, and it is refused before it is compiled.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use wasmparser::{Parser, Payload, TypeRef, Validator};
use wasmtime::WasmFeatures;

use net::to_usize;

/// A proposal that is off.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    features: WasmFeatures,
    /// The object of "it uses".
    name: &'static str,
    /// The change to the build.
    remedy: &'static str,
}

impl Proposal {
    /// Returns all features with which a component that needs this proposal is invalid.
    fn others(&self) -> WasmFeatures {
        let includes_it = |(_, included): &&(WasmFeatures, WasmFeatures)| included.contains(self.features);
        let including = INCLUDES.iter().filter(includes_it).map(|&(including, _)| including);
        including.fold(WasmFeatures::all().difference(self.features), WasmFeatures::difference)
    }
}

/// Every proposal that guests may not use.
const REFUSED: &[Proposal] = &[
    Proposal {
        features: WasmFeatures::EXCEPTIONS.union(WasmFeatures::LEGACY_EXCEPTIONS),
        name: "WebAssembly exceptions",
        remedy: "build it without exceptions, with `-fno-exceptions` and without `-fwasm-exceptions` in C++",
    },
    Proposal {
        features: WasmFeatures::TAIL_CALL,
        name: "tail calls",
        remedy: "build it without tail calls, with `-mno-tail-call` in C and C++ or \
                 `-C target-feature=-tail-call` in Rust",
    },
    Proposal {
        features: WasmFeatures::GC,
        name: "garbage collection by the engine (GC)",
        remedy: "build it without WebAssembly GC, by a toolchain that manages memory itself; Kotlin, Dart and Java \
                 need this proposal",
    },
    Proposal {
        features: WasmFeatures::FUNCTION_REFERENCES,
        name: "typed function references",
        remedy: "build it without typed function references",
    },
    Proposal {
        features: WasmFeatures::GC_TYPES,
        name: "references to host values (`externref`)",
        remedy: "build it without reference types, with `-mno-reference-types` in C and C++ or \
                 `-C target-feature=-reference-types` in Rust",
    },
    Proposal {
        features: WasmFeatures::THREADS,
        name: "threads or shared memory",
        remedy: "build it without threads: without `-pthread` and `-matomics`, and for `wasm32-wasip2`",
    },
    Proposal {
        features: WasmFeatures::MULTI_MEMORY,
        name: "several memories in one module (multi-memory)",
        remedy: "build it with one memory per module, and join modules by `wasm-tools component link`, not by a merge",
    },
    Proposal {
        features: WasmFeatures::MEMORY64.union(WasmFeatures::CM64),
        name: "64-bit memory",
        remedy: "build it with 32-bit memory, for `wasm32-wasip2`",
    },
    Proposal {
        features: WasmFeatures::CUSTOM_PAGE_SIZES,
        name: "memory pages of another size",
        remedy: "build it with pages of 64 KiB, without `--page-size` of the linker",
    },
    Proposal {
        features: WasmFeatures::RELAXED_SIMD,
        name: "relaxed SIMD",
        remedy: "build it without relaxed SIMD, with `-mno-relaxed-simd` in C and C++ or \
                 `-C target-feature=-relaxed-simd` in Rust",
    },
    Proposal {
        features: WasmFeatures::WIDE_ARITHMETIC,
        name: "128-bit arithmetic (wide-arithmetic)",
        remedy: "build it without 128-bit arithmetic, with `-mno-wide-arithmetic` in C and C++ or \
                 `-C target-feature=-wide-arithmetic` in Rust",
    },
    Proposal {
        features: WasmFeatures::CM_ASYNC
            .union(WasmFeatures::CM_ASYNC_STACKFUL)
            .union(WasmFeatures::CM_MORE_ASYNC_BUILTINS)
            .union(WasmFeatures::CM_THREADING)
            .union(WasmFeatures::CM_ERROR_CONTEXT),
        name: "asynchronous functions of the component model (WASI 0.3)",
        remedy: "build it without them, for WASI 0.2 (`wasm32-wasip2`), and with `func` in place of `async func`",
    },
    Proposal {
        features: WasmFeatures::CM_VALUES
            .union(WasmFeatures::CM_NESTED_NAMES)
            .union(WasmFeatures::CM_FIXED_LENGTH_LISTS)
            .union(WasmFeatures::CM_GC)
            .union(WasmFeatures::CM_MAP)
            .union(WasmFeatures::CM_IMPLEMENTS)
            .union(WasmFeatures::CM_CANON_NAMES),
        name: "a draft feature of the component model",
        remedy: "build it without types such as `map` and lists of fixed length in its WIT",
    },
    Proposal {
        features: WasmFeatures::SHARED_EVERYTHING_THREADS
            .union(WasmFeatures::STACK_SWITCHING)
            .union(WasmFeatures::MEMORY_CONTROL)
            .union(WasmFeatures::CUSTOM_DESCRIPTORS)
            .union(WasmFeatures::COMPACT_IMPORTS),
        name: "a draft proposal of WebAssembly",
        remedy: "build it without experimental features of the toolchain",
    },
];

/// Proposals that include others, which an error then does not name.
const INCLUDES: [(WasmFeatures, WasmFeatures); 1] =
    [(WasmFeatures::GC, WasmFeatures::GC_TYPES.union(WasmFeatures::FUNCTION_REFERENCES))];

/// The refused features that the modules need which the engine generates.
const NEEDED_BY_THE_ENGINE: WasmFeatures = WasmFeatures::MULTI_MEMORY;

/// Returns the features that the engine has turned off.
pub(super) fn turned_off() -> WasmFeatures {
    let refused = REFUSED.iter().fold(WasmFeatures::empty(), |all, proposal| all.union(proposal.features));
    refused.difference(NEEDED_BY_THE_ENGINE)
}

/// Returns whether a core module of the component imports or defines more than one memory.
///
/// Reads section headers and imports only. What is malformed is left to the compiler's validation.
pub(super) fn have_several_memories(component: &[u8]) -> bool {
    // The memories of each module or component that is being read, from the outermost.
    let mut memories = vec![0_usize];
    for payload in Parser::new(0).parse_all(component) {
        let found = match payload {
            Ok(Payload::ModuleSection { .. } | Payload::ComponentSection { .. }) => {
                memories.push(0);
                continue;
            }
            Ok(Payload::End(_)) => {
                memories.pop();
                continue;
            }
            Ok(Payload::MemorySection(section)) => to_usize(section.count().into()),
            Ok(Payload::ImportSection(section)) => section
                .into_imports()
                .filter(|import| import.as_ref().is_ok_and(|import| matches!(import.ty, TypeRef::Memory(_))))
                .count(),
            Ok(_) => continue,
            Err(_malformed) => return false,
        };
        let Some(of_module) = memories.last_mut() else { return false };
        *of_module = of_module.saturating_add(found);
        if *of_module > 1 {
            return true;
        }
    }
    false
}

/// The refused proposals that a component uses: at least one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UsedProposals(Vec<&'static Proposal>);

impl fmt::Display for UsedProposals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Proposal { name, remedy, .. }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}it uses {name}, which this host does not run: {remedy}")?;
        }
        Ok(())
    }
}

/// Finds the refused proposals that a component uses. Takes the time of several validations, so only a component that
/// does not compile is passed.
pub(super) fn used_by(component: &[u8]) -> Option<UsedProposals> {
    // A component that breaks other rules too fails even with every proposal: those count that fail elsewhere.
    let with_all = failure(component, WasmFeatures::all())?;
    let is_used =
        |proposal: &&Proposal| failure(component, proposal.others()).is_some_and(|without| without != with_all);
    let mut used: Vec<&Proposal> = REFUSED.iter().filter(is_used).collect();
    let features = used.iter().fold(WasmFeatures::empty(), |all, proposal| all.union(proposal.features));
    for (proposal, included) in INCLUDES {
        if features.contains(proposal) {
            used.retain(|proposal| !included.contains(proposal.features));
        }
    }
    (!used.is_empty()).then_some(UsedProposals(used))
}

/// Returns the place of the first error of a validation with these features, if there is one. Returns nothing if the
/// validator panics: an untrusted component may be the first to trigger a bug of it.
fn failure(component: &[u8], features: WasmFeatures) -> Option<Option<usize>> {
    let validated =
        catch_unwind(AssertUnwindSafe(|| Validator::new_with_features(features).validate_all(component).map(drop)));
    Some(validated.ok()?.err().map(|error| error.offset()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(text: &str) -> String {
        let component = wat::parse_str(text).unwrap_or_else(|error| panic!("{error} in {text}"));
        used_by(&component).map(|used| used.to_string()).unwrap_or_default()
    }

    #[test]
    fn each_proposal_is_named_with_what_to_build_without() {
        for (component, name, remedy) in [
            ("(core module (tag))", "WebAssembly exceptions", "-fno-exceptions"),
            ("(core module (func return_call 0))", "tail calls", "-mno-tail-call"),
            ("(core module (type (struct)))", "garbage collection", "without WebAssembly GC"),
            ("(core module (type $t (func)) (func (param (ref null $t))))", "typed function references", "build it"),
            ("(core module (table 1 externref))", "`externref`", "-mno-reference-types"),
            ("(core module (memory 1 1 shared))", "threads or shared memory", "-pthread"),
            ("(core module (memory 1) (memory 1))", "multi-memory", "one memory per module"),
            ("(core module (memory i64 1))", "64-bit memory", "wasm32-wasip2"),
            ("(core module (memory 1 1 (pagesize 1)))", "another size", "--page-size"),
            (
                "(core module (func (param v128) (result v128) local.get 0 local.get 0 i8x16.relaxed_swizzle))",
                "relaxed SIMD",
                "-mno-relaxed-simd",
            ),
            (
                "(core module (func (param i64) (result i64 i64)
                    local.get 0 local.get 0 local.get 0 local.get 0 i64.add128))",
                "wide-arithmetic",
                "-mno-wide-arithmetic",
            ),
            ("(type (stream u8))", "WASI 0.3", "WASI 0.2"),
            ("(type (map string u8))", "draft feature of the component model", "`map`"),
        ] {
            let used = used(&format!("(component {component})"));

            assert!(
                used.starts_with("it uses ") && used.contains(name) && used.contains(remedy),
                "{component}: {used}"
            );
            assert_eq!(used.matches("it uses ").count(), 1, "{component}: {used}");
        }
    }

    #[test]
    fn several_proposals_are_told_at_once() {
        let used = used("(component (core module (memory i64 1) (tag) (func return_call 0)))");

        let names: Vec<_> = used.split("it uses ").filter_map(|part| Some(part.split_once(", which")?.0)).collect();
        assert_eq!(names, ["WebAssembly exceptions", "tail calls", "64-bit memory"]);
    }

    #[test]
    fn a_component_that_breaks_another_rule_is_told_of_the_proposals_before() {
        let mut component = wat::parse_str("(component (core module (memory 1 1 shared)))").expect("it is valid");
        // A section of no known kind.
        component.extend([99, 1, 0]);

        let used = used_by(&component).expect("the memory comes first").to_string();

        assert!(used.contains("threads or shared memory") && used.matches("it uses ").count() == 1, "{used}");
    }

    #[test]
    fn what_toolchains_use_is_of_no_refused_proposal() {
        assert_eq!(used("(component (core module (memory 1) (table 1 funcref) (func unreachable)))"), "");
        let of_another_reason = b"\0asm\x0d\0\x01\0\x63\x01\0";
        assert_eq!(used_by(of_another_reason), None);
    }

    #[test]
    fn each_feature_is_either_on_or_named() {
        let on = WasmFeatures::all().difference(turned_off());

        let meant = WasmFeatures::WASM2 | WasmFeatures::EXTENDED_CONST | WasmFeatures::COMPONENT_MODEL;
        assert_eq!(on, meant.difference(turned_off()) | WasmFeatures::MULTI_MEMORY);
    }

    #[test]
    fn a_module_with_several_memories_is_found_however_it_has_them() {
        let several = |text: &str| have_several_memories(&wat::parse_str(text).expect("it parses"));

        for component in [
            "(component (core module (memory 1) (memory 1)))",
            r#"(component (core module (import "a" "m" (memory 1)) (memory 1)))"#,
            r#"(component (core module (import "a" "m" (memory 1)) (import "a" "n" (memory 1))))"#,
            "(component (component (component (core module (memory 1))) (core module (memory 1) (memory 1))))",
        ] {
            assert!(several(component), "{component}");
        }
        for component in [
            "(component (core module (memory 1)) (core module (memory 1)))",
            r#"(component (core module (import "a" "m" (memory 1)) (import "a" "f" (func))))"#,
            "(component (component (core module (memory 1))) (component (core module (memory 1))))",
        ] {
            assert!(!several(component), "{component}");
        }
        assert!(!have_several_memories(b"none at all"));
    }
}
