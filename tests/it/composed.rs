//! Plugins composed of several components.

use insight_tests::CoreGuest;

use crate::host;

/// A component of two: one passes a text to the other as it starts, and traps unless the other has received it.
const PASSES_A_TEXT: &str = r#"(component
    (component $taker
        (core module $m
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
            (func (export "take") (param $at i32) (param $length i32) (result i32)
                (i32.add (local.get $length) (i32.load8_u (local.get $at)))))
        (core instance $i (instantiate $m))
        (func (export "take") (param "text" string) (result u32)
            (canon lift (core func $i "take") (memory $i "memory") (realloc (func $i "realloc")))))
    (component $giver
        (import "take" (func $take (param "text" string) (result u32)))
        (core module $memory (memory (export "memory") 1) (data (i32.const 0) "hello"))
        (core instance $memory (instantiate $memory))
        (core func $take (canon lower (func $take) (memory $memory "memory")))
        (core module $m
            (import "host" "take" (func $take (param i32 i32) (result i32)))
            (func $start
                (if (i32.ne (call $take (i32.const 0) (i32.const 5)) (i32.const 109)) (then unreachable)))
            (start $start))
        (core instance $i (instantiate $m (with "host" (instance (export "take" (func $take)))))))
    (instance $taker (instantiate $taker))
    (instance $giver (instantiate $giver (with "take" (func $taker "take")))))"#;

#[test]
fn a_plugin_composed_of_components_that_pass_texts_loads_and_answers() {
    let composed = CoreGuest::answering(0, 0).component_around(PASSES_A_TEXT);

    let host = host().component("composed", &composed).start();

    assert_eq!(host.ask("composed", "42").status, 200);
}
