//! Row 9: plugins that end without an answer.

use insight_tests::{CoreGuest, TestHost};

use super::{misbehave, rogue_and_neighbour};

/// Asserts that `behaviour` traps, and that the caller learns only that.
fn assert_traps(host: &TestHost, provider: &str, behaviour: &str) {
    let answer = misbehave(host, provider, behaviour);

    assert_eq!(answer.outcome(provider), "trapped", "{behaviour}");
    assert_eq!(answer.json()["errorMessage"], "no provider answered");
    for inner in ["panic", "wasm", ".rs", "src/", "plugins/", "backtrace"] {
        assert!(!answer.body.contains(inner), "{behaviour} tells `{inner}`: {}", answer.body);
    }
}

#[test]
fn row_9_every_end_but_an_answer_is_a_trap() {
    let host = rogue_and_neighbour().start();

    for behaviour in ["panic", "abort", "exit:0", "exit:3", "divide-by-zero", "unreachable"] {
        assert_traps(&host, "rogue", behaviour);
    }
}

#[test]
fn row_9_what_the_machine_itself_refuses_is_a_trap() {
    let divides = CoreGuest::running("(i32.div_u (i32.const 1) (i32.const 0))");
    let reads_outside = CoreGuest::running("(i32.load (i32.const -4))");
    let calls_nothing = CoreGuest::running("(call_indirect (result i32) (i32.const 0))").field("(table 1 funcref)");
    let host = rogue_and_neighbour()
        .component("divides", &divides.component())
        .component("reads-outside", &reads_outside.component())
        .component("calls-nothing", &calls_nothing.component())
        .start();

    for provider in ["divides", "reads-outside", "calls-nothing"] {
        assert_traps(&host, provider, "1");
    }
}

#[test]
fn row_9_the_words_of_a_panic_are_in_the_log_with_plugin_and_activity_id() {
    let host = rogue_and_neighbour().start();

    let target = "/api/providers/rogue/record-summary?recordType=account&recordId=panic";
    let answer = host.get_with(target, &[("x-ms-client-request-id", "find-me-again")]);

    assert_eq!(answer.outcome("rogue"), "trapped");
    let line = host.logged("a panic of the guest's, with its own words");
    assert!(line.contains("plugin=rogue") && line.contains("activity_id=find-me-again"), "{line}");
}
