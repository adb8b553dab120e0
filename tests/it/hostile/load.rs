//! Rows 20 and 21: plugins that are always slow, or that always fail (circuit breaker).

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use insight_tests::{Answer, TestHost, wait_for};

use super::assert_well;
use crate::{UNDER_TEST, host};

/// The limits of these tests: three faults in a row suspend a plugin.
const SETTINGS: &str = "
    [limits]
    time = \"4s\"
    fuel = 200_000_000
    memory = \"16MiB\"

    [load]
    plugin-calls-at-once = 8
    suspend-after = 3
";

/// Starts a host whose plugin `rogue` was just suspended.
fn suspended() -> TestHost {
    suspended_logging("info")
}

/// Does the same, for a host with this log filter.
fn suspended_logging(log: &'static str) -> TestHost {
    let host = host().guest("rogue").guest("well").settings(SETTINGS).log(log).start();
    for _ in 0..3 {
        assert_eq!(host.ask("rogue", "panic").outcome("rogue"), "trapped");
    }
    assert!(is_suspended(&host));
    host
}

/// Returns whether `rogue` is suspended. It stays so after its pause, until a trial call succeeds.
fn is_suspended(host: &TestHost) -> bool {
    host.metric("insight_host_plugin_suspended{plugin=\"rogue\"}") > 0.0
}

/// Calls `rogue` until its pause is over and a trial call is made.
fn tried(host: &TestHost, behaviour: &str) -> Answer {
    wait_for("a trial", || Some(host.ask("rogue", behaviour)).filter(|answer| answer.status != 429))
}

/// Calls `rogue` until it is rejected. On a slow machine a pause may be over before that; then this is a trial call,
/// which fails, and the next pause is longer.
fn refused(host: &TestHost) -> Answer {
    let refused = wait_for("a refusal", || Some(host.ask("rogue", "panic")).filter(|answer| answer.status == 429));
    assert_eq!(refused.json()["errorCode"], "REQUEST_THROTTLED", "{refused:?}");
    refused
}

/// Returns the pause, in milliseconds, in a line of the log.
fn pause_in(line: &str) -> u64 {
    let (_, pause) = line.split_once("pause_ms=").unwrap_or_else(|| panic!("no pause: {line}"));
    let digits = pause.split(|it: char| !it.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("no number: {line}"))
}

#[test]
fn row_20_a_plugin_that_is_always_slow_fills_its_own_calls_and_no_others() {
    const SLOW: Duration = Duration::from_secs(3);
    let host = host().guest("rogue").guest("well").settings(SETTINGS).start();
    let before = host.memory();
    let was_full = AtomicBool::new(false);

    thread::scope(|scope| {
        // Each caller repeats its call, so that the plugin stays full until that was seen.
        let slow = || {
            let ask = |_| host.get("/api/providers/rogue/record-summary?recordType=account&recordId=slow:3000").status;
            let mut statuses = (0..10).map(ask);
            statuses.find(|status| *status != 200 || was_full.load(Ordering::Relaxed)).unwrap_or(200)
        };
        let calls: Vec<_> = (0..64).map(|_| scope.spawn(slow)).collect();
        wait_for("a full plugin", || {
            let partial = host.ask_all("ok");
            (partial.header("insight-host-partial") == Some("rogue=overloaded")).then_some(())
        });
        was_full.store(true, Ordering::Relaxed);

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
    assert!(host.logged("plugin suspended").contains("plugin=rogue"));

    let refused = refused(&host);

    let seconds: u64 = refused.header("retry-after").and_then(|it| it.parse().ok()).expect("a number of seconds");
    assert!((1..=60).contains(&seconds), "{refused:?}");
    wait_for("an answer without it", || {
        let partial = host.ask_all("panic");
        (partial.header("insight-host-partial") == Some("rogue=suspended")).then_some(())
    });
    assert_eq!(host.metric("insight_host_plugin_suspended{plugin=\"rogue\"}"), 1.0);
    assert_eq!(host.metric("insight_host_plugin_suspended{plugin=\"well\"}"), 0.0);
    assert_well(&host);
}

#[test]
fn row_21_a_suspended_plugin_is_tried_again_after_growing_pauses() {
    let host = suspended_logging("debug");

    for _ in 0..2 {
        assert_eq!(tried(&host, "panic").outcome("rogue"), "trapped");
    }

    wait_for("two trials in the log", || (host.log().matches("plugin stays suspended").count() >= 2).then_some(()));
    let log = host.log();
    let suspends = |line: &&str| line.contains("plugin suspended") || line.contains("plugin stays suspended");
    let pauses: Vec<_> = log.lines().filter(suspends).map(pause_in).collect();
    let [first, second, third] = pauses[..] else { panic!("{pauses:?}") };
    assert!((750..=1_000).contains(&first), "a second, less a little by chance: {pauses:?}");
    assert!((1_500..=2_000).contains(&second) && (3_000..=4_000).contains(&third), "{pauses:?}");
    assert_eq!(log.matches("plugin suspended").count(), 1, "{log}");
    assert_well(&host);
}

#[test]
fn row_21_a_good_call_ends_the_suspension() {
    let host = suspended();

    assert_eq!(tried(&host, "ok").said(), "ok");

    assert_eq!(host.ask("rogue", "ok").said(), "ok");
    assert!(host.logged("plugin recovered").contains("plugin=rogue"));
    assert!(!is_suspended(&host));
}

#[test]
fn row_21_a_new_version_starts_clean_and_the_same_one_does_not() {
    let host = suspended();

    host.author("rogue", "order = 1");
    let _reloaded = host.logged("plugin replaced");
    assert!(is_suspended(&host));

    host.install("rogue", &std::fs::read(UNDER_TEST.guest("well")).expect("it is built"));
    // It gets no calls, so no trial call can have succeeded.
    wait_for("a new version", || (!is_suspended(&host)).then_some(()));
    assert_eq!(host.ask("rogue", "42").status, 200);
}

#[test]
fn row_21_what_a_plugin_says_is_no_fault() {
    let host = host().guest("rogue").guest("well").settings(SETTINGS).start();

    for said in ["failed", "throttled", "not-permitted", "not-found", "invalid-request", "wrong-crm"] {
        (0..4).for_each(|_| drop(host.ask("rogue", said)));
    }

    assert!(!is_suspended(&host));
    assert_eq!(host.ask("rogue", "ok").said(), "ok");
}
