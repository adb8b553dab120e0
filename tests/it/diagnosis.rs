//! The texts by which an author finds a fault: of exceptions and panics, and the functions that a guest ran.

use std::fs;

use insight_tests::{CoreGuest, Ran};

use crate::{LITTLE_FUEL, UNDER_TEST, host};

/// Limits by which a guest that spins ends at its deadline.
const BRIEF: &str = "[limits]\ntime = \"200ms\"\nfuel = 20_000_000_000\n";

/// Calls a component once, as `insight-host call` does, with these settings beside it.
fn call(component: &[u8], settings: &str) -> Ran {
    let folder = tempfile::tempdir().expect("the system has room");
    let file = folder.path().join("guest.wasm");
    fs::write(&file, component).expect("the folder can be written");
    fs::write(folder.path().join("guest.toml"), settings).expect("the folder can be written");
    let question = ["record-summary", "--record-type", "account", "--record-id", "1"];
    UNDER_TEST.run([&["call", file.to_str().expect("it is UTF-8")], question.as_slice()].concat())
}

/// Returns a guest whose answer calls functions of which the inner one never returns.
fn spinning() -> Vec<u8> {
    CoreGuest::running("(call $reads_notes) unreachable")
        .field("(func $reads_notes (call $counts_notes))")
        .field("(func $counts_notes (loop (br 0)))")
        .component()
}

#[test]
fn a_call_without_fuel_is_told_with_the_functions_that_used_it() {
    let ran = call(&spinning(), LITTLE_FUEL);

    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert!(ran.stderr.contains("out-of-fuel: used up its fuel"), "{}", ran.stderr);
    assert!(ran.stderr.contains("; in counts_notes, called by reads_notes"), "{}", ran.stderr);
}

#[test]
fn a_call_past_its_deadline_is_told_with_the_functions_that_it_ran() {
    let ran = call(&spinning(), BRIEF);

    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert!(ran.stderr.contains("deadline-exceeded: took longer than "), "{}", ran.stderr);
    assert!(ran.stderr.contains("; in counts_notes, called by reads_notes"), "{}", ran.stderr);
}

#[test]
fn the_log_names_the_functions_of_a_fault_and_the_answer_does_not() {
    let host = host().settings(LITTLE_FUEL).component("guest", &spinning()).start();

    let answer = host.ask("guest", "1");

    assert_eq!(answer.status, 500);
    assert!(!answer.body.contains("counts_notes"), "{}", answer.body);
    let line = host.logged("provider failed");
    assert!(line.contains("outcome=out-of-fuel") && line.contains("in counts_notes, called by reads_notes"), "{line}");
}

#[test]
fn a_trap_is_told_with_its_function_by_a_name_that_is_escaped_and_bounded() {
    let name = format!("\\u{{1b}}[31m{}", "n".repeat(10_000));
    let guest = CoreGuest::running("(call $f) unreachable").field(&format!("(func $f (@name \"{name}\") unreachable)"));

    let ran = call(&guest.component(), "");

    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert!(ran.stderr.contains("`unreachable` instruction executed; in \\u{1b}[31mnnn"), "{}", ran.stderr);
    assert!(ran.stderr.len() < 1_500 && !ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
}

#[test]
fn a_panic_is_told_with_its_place_and_without_advice_that_nobody_can_follow() {
    let rogue = fs::read(UNDER_TEST.guest("rogue")).expect("it is built");

    let ran = call(&rogue, "[config]\nbehaviour = \"panic\"");

    let error = ran.stderr.lines().find(|line| line.starts_with("error: trapped")).expect("the outcome");
    assert!(error.contains("panicked at ") && error.contains(".rs:"), "{error}");
    assert!(!ran.stderr.contains("RUST_BACKTRACE"), "{}", ran.stderr);
}

#[test]
fn the_seconds_of_a_throttled_backend_are_told() {
    let rogue = fs::read(UNDER_TEST.guest("rogue")).expect("it is built");

    let ran = call(&rogue, "[config]\nbehaviour = \"throttled:7\"");

    assert!(ran.code == Some(5) && ran.stderr.contains("error: throttled (retry after 7 s)\n"), "{ran:?}");
}

#[test]
fn check_asks_for_what_a_catalogue_needs() {
    let well = UNDER_TEST.guest("well");

    let ran = UNDER_TEST.run(["check", well.to_str().expect("it is UTF-8")]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("profile-incomplete: add it to `about`"), "{}", ran.stdout);
}
