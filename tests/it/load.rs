//! More is asked than can be answered, or of a plugin that fails again and again.

use std::thread;
use std::time::{Duration, Instant};

use insight_tests::{Answer, TestHost, Wire, wait_for};

use crate::{QUICK, host};

/// Asks `provider` so often at once, and returns the answers.
fn at_once(host: &TestHost, times: usize, provider: &str, behaviour: &str) -> Vec<Answer> {
    thread::scope(|scope| {
        let calls: Vec<_> = (0..times).map(|_| scope.spawn(|| host.ask(provider, behaviour))).collect();
        calls.into_iter().map(|call| call.join().expect("an answer came")).collect()
    })
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Seconds after which a refused caller may come back.
fn retry_after(answer: &Answer) -> u64 {
    let seconds = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
    seconds.unwrap_or_else(|| panic!("no time to come back: {answer:?}"))
}

#[test]
fn a_plugin_has_its_own_calls_at_once() {
    let settings = format!("{QUICK}[load]\nplugin-calls-at-once = 4\n[plugins.well]\ncalls-at-once = 8\n");
    let host = host().guest("rogue").guest("well").settings(&settings).start();

    let answers = at_once(&host, 12, "rogue", "slow:300");

    assert_eq!((count(&answers, 200), count(&answers, 429)), (4, 8), "{answers:?}");
    assert!(host.logged("calls refused").contains("plugin=rogue"));
}

#[test]
fn who_finds_no_room_waits_a_little_for_some() {
    let settings = format!("{QUICK}[load]\nplugin-calls-at-once = 8\nwait = \"500ms\"\n");
    let host = host().guest("rogue").settings(&settings).start();
    assert_eq!(host.ask("rogue", "slow:100").status, 200);

    let answers = at_once(&host, 10, "rogue", "slow:100");

    assert_eq!(count(&answers, 200), 10, "{answers:?}");
}

#[test]
fn many_refusals_are_one_line_of_the_log() {
    let settings = format!("{QUICK}[load]\nplugin-calls-at-once = 1\n");
    let host = host().guest("rogue").settings(&settings).start();

    let answers = at_once(&host, 40, "rogue", "slow:300");

    assert!(count(&answers, 429) > 30);
    let lines = host.log().lines().filter(|line| line.contains("WARN")).count();
    assert!((1..=5).contains(&lines), "{}", host.log());
}

#[test]
fn a_request_that_leaves_a_plugin_less_time_than_it_needs_is_refused_at_once() {
    let host = host().guest("rogue").start();
    for _ in 0..3 {
        assert_eq!(host.ask("rogue", "slow:3500").status, 200);
    }
    let email = r#"{"emailBody": "Hello", "recordType": "account", "recordId": "ok"}"#;
    let _ = email;
}

#[test]
fn a_plugin_is_asked_no_more_often_than_its_rate_allows() {
    let settings = format!("{QUICK}[plugins.well]\nrate = {{ per-second = 1, burst = 3 }}\n");
    let host = host().guest("well").guest_as("well", "other").settings(&settings).start();

    let answers: Vec<Answer> = (0..5).map(|_| host.ask("well", "42")).collect();

    assert!((3..=4).contains(&count(&answers, 200)), "{answers:?}");
    let refused = answers.iter().find(|answer| answer.status == 429).expect("the burst is used up");
    assert_eq!(refused.json()["errorCode"], "REQUEST_THROTTLED");
    assert!((1..=3).contains(&retry_after(refused)), "{refused:?}");
    assert_eq!(host.ask("other", "42").status, 200);
}

#[test]
fn a_caller_asks_no_more_often_than_the_rate_of_callers_allows() {
    let settings = format!("{QUICK}[load]\ncaller-rate = {{ per-second = 1, burst = 3 }}\n");
    let host = host().guest("well").settings(&settings).start();

    let answers: Vec<Answer> = (0..5).map(|_| host.ask("well", "42")).collect();

    assert!((3..=4).contains(&count(&answers, 200)), "{answers:?}");
    let refused = answers.iter().find(|answer| answer.status == 429).expect("the burst is used up");
    assert_eq!((refused.json()["errorCode"].as_str(), retry_after(refused)), (Some("REQUEST_THROTTLED"), 1));
    assert_eq!(host.get("/healthz").status, 200, "whoever runs it may ask as often as need be");
}
