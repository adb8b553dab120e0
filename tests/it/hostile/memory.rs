//! Rows 5, 6, 11 and 17: plugins that exceed their memory, or search for data of others.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use insight_tests::{CoreGuest, TestHost};

use super::{ask_when_free, assert_well, memory_at_rest, misbehave, rogue_and_neighbour};
use crate::metrics::most_held_beside;

#[test]
fn row_5_a_guest_that_grows_its_memory_to_4_gib_is_out_of_memory() {
    let host = rogue_and_neighbour().start();

    assert_eq!(misbehave(&host, "rogue", "grow-memory").outcome("rogue"), "out-of-memory");
}

#[test]
fn row_5_a_guest_that_grows_a_table_to_its_end_gets_no_more_than_its_memory() {
    let growing_to = |elements: u32| {
        CoreGuest::running(&format!("(drop (table.grow $table (ref.null func) (i32.const {elements}))) unreachable"))
            .field("(table $table 1 funcref)")
            .component()
    };
    let host = rogue_and_neighbour()
        .component("greedy", &growing_to(4_000_000))
        .component("insatiable", &growing_to(u32::MAX - 1))
        .author("insatiable", crate::LITTLE_FUEL)
        .start();

    assert_eq!(misbehave(&host, "greedy", "1").outcome("greedy"), "out-of-memory");
    // The engine charges fuel for each element before it checks memory.
    assert_eq!(misbehave(&host, "insatiable", "1").outcome("insatiable"), "out-of-fuel");
}

#[test]
fn row_5_a_guest_of_several_memories_has_no_more_than_of_one() {
    let half_of_the_limit = "(module (memory 128))";
    let one = CoreGuest::answering(0, 0).component_with(&[half_of_the_limit]);
    let three = CoreGuest::answering(0, 0).component_with(&[half_of_the_limit; 3]);
    let host = rogue_and_neighbour().component("modest", &one).component("greedy", &three).start();

    assert!(host.logged("plugin not served").contains("out-of-memory"), "{}", host.log());
    assert_eq!(host.ask("modest", "1").status, 200);
    assert_eq!(host.ask("greedy", "1").status, 404);
    assert_well(&host);
}

#[test]
fn row_5_calls_within_their_own_limits_stay_within_what_all_calls_share() {
    const CALLS: usize = 500;
    let shared = "[limits]\nmemory = \"16MiB\"\n[runtime]\nmemory = \"96MiB\"\n[load]\nplugin-calls-at-once = 500\n";
    let host = rogue_and_neighbour().settings(shared).start();
    let before = memory_at_rest(&host);

    let done = AtomicBool::new(false);
    let (answers, most) = thread::scope(|scope| {
        let calls: Vec<_> = (0..CALLS).map(|_| scope.spawn(|| host.ask("rogue", "hold-memory:8"))).collect();
        let watch = scope.spawn(|| most_memory_until(&host, &done));
        let answers: Vec<_> = calls.into_iter().map(|call| call.join().expect("an answer came")).collect();
        done.store(true, Ordering::Relaxed);
        (answers, watch.join().expect("the host lives"))
    });

    let with = |status| answers.iter().filter(|answer| answer.status == status).count();
    let out_of_memory = answers.iter().filter(|it| it.status == 500 && it.outcome("rogue") == "out-of-memory").count();
    assert_eq!(with(200) + with(429) + out_of_memory, CALLS, "{answers:?}");
    assert!(with(200) >= 1 && with(200) < CALLS, "{} of {CALLS} were answered", with(200));
    assert!(most.saturating_sub(before) < 400 << 20, "the host held {} MiB", most >> 20);
    host.wait_for_memory(before);
    assert_well(&host);
}

#[test]
fn row_5_a_hundred_bad_calls_leave_no_memory_behind() {
    let host = rogue_and_neighbour().start();
    let behaviours = ["grow-memory", "hold-memory:8", "long-string:8", "pollables", "panic", "recurse"];
    for behaviour in behaviours {
        let _ = host.ask("rogue", behaviour);
    }
    let before = memory_at_rest(&host);

    thread::scope(|scope| {
        for behaviour in behaviours {
            let host = &host;
            scope.spawn(move || (0..17).for_each(|_| drop(host.ask("rogue", behaviour))));
        }
    });

    host.wait_for_memory(before);
    assert_well(&host);
}

#[test]
fn row_6_a_guest_that_creates_resources_without_end_traps() {
    let host = rogue_and_neighbour().start();

    for behaviour in ["pollables", "streams", "wasi-fields", "wasi-requests"] {
        assert_eq!(misbehave(&host, "rogue", behaviour).outcome("rogue"), "trapped", "{behaviour}");
    }
}

#[test]
fn row_6_what_the_host_may_hold_for_a_guest_of_wasi_http_counts_with_what_calls_share() {
    const HELD_BY_THE_HOST: f64 = 6.0 * 1024.0 * 1024.0;
    let host = rogue_and_neighbour().settings(crate::UNHURRIED).start();

    let (held, _) = most_held_beside(&host, "sleep-an-hour", "outcome=deadline-exceeded");

    assert_eq!(held, HELD_BY_THE_HOST);
    assert_well(&host);
}

#[test]
fn row_11_a_guest_that_asks_for_more_random_bytes_than_there_is_memory_traps() {
    let host = rogue_and_neighbour().start();

    assert_eq!(misbehave(&host, "rogue", "random").outcome("rogue"), "trapped");
}

#[test]
fn row_17_no_call_finds_what_another_left_in_memory() {
    let one_sandbox = "[limits]\ntime = \"4s\"\n[runtime]\ncalls-at-once = 1\nthreads = 1\n";
    let host = rogue_and_neighbour().guest_as("rogue", "snoop").settings(one_sandbox).start();

    for _ in 0..10 {
        let left = ask_when_free(&host, "rogue", "remember").said();
        assert_ne!(left, "remembered; found 0", "the guest must be able to find it");

        assert_eq!(ask_when_free(&host, "rogue", "recall").said(), "found 0");
        assert_eq!(ask_when_free(&host, "snoop", "recall").said(), "found 0");
    }
}

/// Returns the most memory, in bytes, that the host holds until `done` is set.
fn most_memory_until(host: &TestHost, done: &AtomicBool) -> usize {
    let mut most = 0;
    while !done.load(Ordering::Relaxed) {
        most = most.max(host.memory());
        thread::yield_now();
    }
    most
}
