//! Tests of compilation.

use super::{CompileMode, compile};

/// A component of two, of which one passes a text to the other.
const COMPOSED: &str = r#"(component
    (component $taker
        (core module $m
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
            (func (export "take") (param i32 i32) (result i32) local.get 1))
        (core instance $i (instantiate $m))
        (func (export "take") (param "text" string) (result u32)
            (canon lift (core func $i "take") (memory $i "memory") (realloc (func $i "realloc")))))
    (component $giver
        (import "take" (func $take (param "text" string) (result u32)))
        (core module $memory (memory (export "memory") 1))
        (core instance $memory (instantiate $memory))
        (core func $take (canon lower (func $take) (memory $memory "memory")))
        (core module $m
            (import "host" "take" (func $take (param i32 i32) (result i32)))
            (func (export "run") (result i32) i32.const 0 i32.const 5 call $take))
        (core instance $i (instantiate $m (with "host" (instance (export "take" (func $take))))))
        (func (export "run") (result u32) (canon lift (core func $i "run"))))
    (instance $taker (instantiate $taker))
    (instance $giver (instantiate $giver (with "take" (func $taker "take"))))
    (export "run" (func $giver "run")))"#;

fn compiled(text: &str) -> Result<Vec<u8>, String> {
    let component = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    compile(&component, CompileMode::default()).map(|compiled| compiled.artifact)
}

#[test]
fn a_component_composed_of_two_that_pass_texts_compiles() {
    compiled(COMPOSED).expect("the engine's modules between the two are valid");
}

#[test]
fn a_component_that_is_compiled_again_is_made_of_the_functions_of_before() {
    let component = wat::parse_str(COMPOSED).expect("it is valid");
    let compiled = |functions: &[u8]| {
        let mode = CompileMode { source_lines: false, functions: Some(functions.to_vec()) };
        compile(&component, mode).expect("it compiles").functions
    };

    let before = compiled(&[]).expect("all functions are new");

    // A few are compiled anew at times: their digests depend on the order in which threads compile them.
    assert!((0..100).any(|_| compiled(&before).is_none()));
    assert!(compiled(b"no functions").is_some());
}

#[test]
fn a_guests_own_module_with_two_memories_does_not_compile() {
    for module in [
        "(core module (memory 1) (memory 1))",
        r#"(core module (import "a" "m" (memory 1)) (import "a" "n" (memory 1)))"#,
        r#"(core module (import "a" "m" (memory 1)) (memory 1) (func i32.const 0 i32.load 1 drop))"#,
    ] {
        let error = compiled(&format!("(component {module})")).expect_err("it uses multi-memory");

        assert!(error.starts_with("it uses several memories in one module (multi-memory)"), "{module}: {error}");
    }
}
