//! Rows 1 to 4 and 18: plugins that take too long.

use std::collections::BTreeSet;

use insight_tests::CoreGuest;

use super::{LATE, TIME, ask_when_free, assert_well, misbehave, rogue_and_neighbour};
use crate::{LITTLE_FUEL, QUICK, UNHURRIED, host};

/// Fuel that does not run out before the time does.
const FUEL_TO_SPARE: &str = "
    [limits]
    time = \"500ms\"
    memory = \"16MiB\"
    fuel = 20_000_000_000
";

/// An endless loop, as instructions.
const SPIN: &str = "(loop (br 0)) unreachable";

#[test]
fn row_1_a_guest_that_spins_runs_out_of_fuel() {
    let host = rogue_and_neighbour().author("rogue", LITTLE_FUEL).start();

    for behaviour in ["spin", "spin-in-bulk-fills"] {
        assert_eq!(misbehave(&host, "rogue", behaviour).outcome("rogue"), "out-of-fuel", "{behaviour}");
    }
}

#[test]
fn row_1_a_guest_that_spins_with_fuel_to_spare_is_ended_at_its_deadline() {
    let host = rogue_and_neighbour().settings(FUEL_TO_SPARE).start();

    for behaviour in ["spin", "spin-in-host-calls"] {
        let answer = misbehave(&host, "rogue", behaviour);

        assert_eq!(answer.outcome("rogue"), "deadline-exceeded", "{behaviour}");
        assert!(answer.took >= TIME, "{behaviour} was ended after {:?}", answer.took);
    }
}

#[test]
fn row_1_a_guest_that_moves_hundreds_of_mebibytes_in_one_instruction_is_ended_in_time() {
    const ROOM_FOR_ALL: &str =
        "[limits]\ntime = \"500ms\"\nmemory = \"300MiB\"\nfuel = 20_000_000_000\n[runtime]\nmemory = \"2GiB\"\n";
    let moving = |instruction: &str| {
        let endless =
            format!("(loop ({instruction} (i32.const 0x20000) (i32.const 0x10000) (i32.const 0xffd0000)) (br 0))");
        CoreGuest::running(&format!("{endless} unreachable")).memory("4096").component()
    };
    let host = rogue_and_neighbour()
        .settings(ROOM_FOR_ALL)
        .component("fills", &moving("memory.fill"))
        .component("copies", &moving("memory.copy"))
        .start();

    for provider in ["fills", "copies"] {
        let outcome = misbehave(&host, provider, "1").outcome(provider);
        assert!(["out-of-fuel", "deadline-exceeded"].contains(&outcome.as_str()), "{provider} ends as {outcome}");
    }
}

#[test]
fn row_2_a_guest_that_spins_as_it_starts_is_not_served() {
    let spins = CoreGuest::running("unreachable").field(&format!("(func $spin {SPIN}) (start $spin)"));
    let host = rogue_and_neighbour().component("spins-at-start", &spins.component());
    let host = host.author("spins-at-start", LITTLE_FUEL).start();

    assert!(host.logged("plugin not served").contains("out-of-fuel"), "{}", host.log());
    assert_eq!(host.ask("spins-at-start", "1").status, 404);
    assert_well(&host);
}

#[test]
fn row_2_a_guest_that_spins_while_it_makes_room_for_the_question_runs_out_of_fuel() {
    let spins = CoreGuest::answering(0, 0).realloc(SPIN);
    let host = rogue_and_neighbour().component("spins-in-realloc", &spins.component());
    let host = host.author("spins-in-realloc", LITTLE_FUEL).settings(UNHURRIED).start();

    assert_eq!(misbehave(&host, "spins-in-realloc", "1").outcome("spins-in-realloc"), "out-of-fuel");
}

#[test]
fn row_2_a_guest_that_spins_after_its_answer_has_no_answer() {
    let spins = CoreGuest::answering(0, 0).post_return(SPIN);
    let host = rogue_and_neighbour().component("spins-in-post-return", &spins.component());
    let host = host.author("spins-in-post-return", LITTLE_FUEL).settings(UNHURRIED).start();

    let answer = misbehave(&host, "spins-in-post-return", "1");

    assert_eq!(answer.outcome("spins-in-post-return"), "out-of-fuel");
}

#[test]
fn row_2_a_guest_whose_preparation_does_not_end_well_is_not_served() {
    for (init, reason) in
        [("fails", "the price list is missing"), ("hangs", "out-of-fuel"), ("panics", "a panic of init's")]
    {
        let author = format!("{LITTLE_FUEL}[config]\ninit = \"{init}\"");
        let host = rogue_and_neighbour().guest("prepares").author("prepares", &author).start();

        assert!(host.logged("plugin not served").contains(reason), "{}", host.log());
        assert_eq!(host.ask("prepares", "1").status, 404);
        assert_well(&host);
    }
}

#[test]
fn a_guest_that_prepares_itself_well_finds_what_it_prepared() {
    let host = host().guest("prepares").settings(QUICK).start();

    assert_eq!(host.ask("prepares", "1").said(), "well prepared");
    assert_eq!(host.ask("prepares", "2").said(), "well prepared");
}

#[test]
fn row_3_a_guest_that_waits_is_ended_at_its_deadline_and_its_slot_is_free_at_once() {
    let one_at_a_time = format!("{QUICK}[runtime]\ncalls-at-once = 1\n");
    let host = rogue_and_neighbour().settings(&one_at_a_time).start();

    for behaviour in ["sleep-an-hour", "poll-for-ever"] {
        let answer = ask_when_free(&host, "rogue", behaviour);

        assert_eq!(answer.outcome("rogue"), "deadline-exceeded", "{behaviour}");
        assert!(answer.took >= TIME && answer.took <= TIME + LATE, "{behaviour} was ended after {:?}", answer.took);
        assert_eq!(ask_when_free(&host, "well", "42").status, 200);
    }
}

#[test]
fn row_3_a_guest_that_would_hold_a_hundred_thousand_pollables_traps() {
    let host = rogue_and_neighbour().start();

    let answer = misbehave(&host, "rogue", "poll-for-ever-for-each-of:100000");

    assert_eq!(answer.outcome("rogue"), "trapped");
}

#[test]
fn row_3_others_are_answered_while_a_guest_waits() {
    let host = rogue_and_neighbour().start();

    assert_eq!(misbehave(&host, "rogue", "sleep-an-hour").outcome("rogue"), "deadline-exceeded");
    assert_eq!(misbehave(&host, "rogue", "poll-for-ever").outcome("rogue"), "deadline-exceeded");
}

#[test]
fn row_4_a_guest_that_recurses_without_end_traps() {
    let host = rogue_and_neighbour().start();

    assert_eq!(misbehave(&host, "rogue", "recurse").outcome("rogue"), "trapped");
}

#[test]
fn row_18_an_answer_at_the_deadline_is_on_time_or_a_fault() {
    let host = rogue_and_neighbour().start();
    let mut statuses = BTreeSet::new();

    for milliseconds_late in [-200, -4, -3, -2, -1, 0, 1, 2, 3, 50] {
        let answer = misbehave(&host, "rogue", &format!("answer-at-deadline:{milliseconds_late}"));
        statuses.insert(answer.status);

        match answer.status {
            200 => assert_eq!(answer.said(), "slept well"),
            500 => assert_eq!(answer.outcome("rogue"), "deadline-exceeded"),
            _ => panic!("neither on time nor a fault: {answer:?}"),
        }
    }
    assert_eq!(statuses, BTreeSet::from([200, 500]), "that is enough to be early or late");
}
