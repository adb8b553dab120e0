//! Rows 20 and 21: plugins that are always slow, or that always fail.

use std::thread;
use std::time::Duration;

use insight_tests::{Answer, TestHost, wait_for};

use super::assert_well;
use crate::{UNDER_TEST, host};

/// Limits of these tests: three faults in a row suspend.
const SETTINGS: &str = "
    [limits]
    time = \"2s\"
    fuel = 200_000_000
    memory = \"16MiB\"

    [load]
    plugin-calls-at-once = 8
    suspend-after = 3
";

/// A host whose plugin `rogue` was just suspended.
fn suspended() -> TestHost {
    let host = host().guest("rogue").guest("well").settings(SETTINGS).start();
    for _ in 0..3 {
        assert_eq!(host.ask("rogue", "panic").outcome("rogue"), "trapped");
    }
    assert!(is_suspended(&host));
    host
}

/// Whether `rogue` is not asked. If it is after all, it answers.
fn is_suspended(host: &TestHost) -> bool {
    host.ask_all("ok").header("insight-host-partial") == Some("rogue=suspended")
}

/// Asks `rogue` until its pause is over and it is tried.
fn tried(host: &TestHost, behaviour: &str) -> Answer {
    wait_for("a trial", || Some(host.ask("rogue", behaviour)).filter(|answer| answer.status != 429))
}

fn seconds_to_wait(host: &TestHost) -> u64 {
    let answer = host.ask("rogue", "panic");
    assert_eq!((answer.status, answer.json()["errorCode"].as_str()), (429, Some("REQUEST_THROTTLED")), "{answer:?}");
    answer.header("retry-after").and_then(|seconds| seconds.parse().ok()).expect("a number of seconds")
}

#[test]
fn row_20_a_plugin_that_is_always_slow_fills_its_own_calls_and_no_others() {
    const SLOW: Duration = Duration::from_millis(1_500);
    let host = host().guest("rogue").guest("well").settings(SETTINGS).start();
    let before = host.memory();

    thread::scope(|scope| {
        let slow = || host.get("/api/providers/rogue/record-summary?recordType=account&recordId=slow:1500").status;
        let calls: Vec<_> = (0..64).map(|_| scope.spawn(slow)).collect();
        wait_for("a full plugin", || {
            let partial = host.ask_all("slow:1500");
            (partial.header("insight-host-partial") == Some("rogue=overloaded")).then_some(())
        });

        while calls.iter().any(|call| !call.is_finished()) {
            let quick = host.ask("well", "42");
            assert_eq!(quick.status, 200);
            assert!(quick.took < SLOW / 2, "it waited for a slow call: {:?}", quick.took);
        }
        let statuses: Vec<_> = calls.into_iter().map(|call| call.join().expect("an answer came")).collect();
        assert!(statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 429].contains(status)), "{statuses:?}");
    });

    host.wait_for_memory(before);
    assert_well(&host);
}

#[test]
fn row_21_a_plugin_that_fails_every_call_is_suspended_and_its_callers_are_told_for_how_long() {
    let host = suspended();

    assert!((1..=3).contains(&seconds_to_wait(&host)));
    assert!(host.logged("plugin suspended").contains("plugin=rogue"));
    assert_eq!(host.metric("insight_host_plugin_suspended{plugin=\"rogue\"}"), 1.0);
    assert_eq!(host.metric("insight_host_plugin_suspended{plugin=\"well\"}"), 0.0);
    assert_well(&host);
}

#[test]
fn row_21_a_suspended_plugin_is_tried_again_after_growing_pauses() {
    let host = suspended();

    assert_eq!(tried(&host, "panic").outcome("rogue"), "trapped");
    assert!((2..=4).contains(&seconds_to_wait(&host)), "two seconds, less a little by chance");
    assert_eq!(tried(&host, "panic").outcome("rogue"), "trapped");
    assert!((3..=6).contains(&seconds_to_wait(&host)), "four seconds, less a little by chance");

    assert_eq!(host.log().matches("plugin suspended").count(), 1, "{}", host.log());
    assert_well(&host);
}

#[test]
fn row_21_a_good_call_ends_the_suspension() {
    let host = suspended();

    assert_eq!(tried(&host, "ok").said(), "ok");

    assert_eq!(host.ask("rogue", "ok").said(), "ok");
    assert!(host.logged("plugin back").contains("plugin=rogue"));
}

#[test]
fn row_21_a_new_version_starts_clean_and_the_same_one_does_not() {
    let host = suspended();
    // A pause that is long enough to see it through a reload.
    for _ in 0..2 {
        assert_eq!(tried(&host, "panic").status, 500);
    }

    host.author("rogue", "order = 1");
    let _reloaded = host.logged("plugin replaced");
    assert!(is_suspended(&host));

    host.install("rogue", &std::fs::read(UNDER_TEST.guest("well")).expect("it is built"));
    wait_for("a new version", || (host.ask("rogue", "42").status == 200).then_some(()));
}

#[test]
fn row_21_what_a_plugin_says_is_no_fault() {
    let host = host().guest("rogue").guest("well").settings(SETTINGS).start();

    for said in ["failed", "throttled", "not-permitted", "not-found", "invalid-request", "wrong-crm"] {
        (0..4).for_each(|_| drop(host.ask("rogue", said)));
    }

    assert!(!is_suspended(&host));
}
