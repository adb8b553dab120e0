//! Load shedding: more requests than can be answered, by the host or by one plugin.

use std::thread;
use std::time::Instant;

use insight_tests::{Answer, TestHost, Wire, wait_for};

use crate::host;

/// The limits of these tests, except those on load.
const LIMITS: &str = "[limits]\ntime = \"4s\"\nmemory = \"16MiB\"\n";

/// Makes this number of concurrent calls to `provider`, and returns the answers.
fn at_once(host: &TestHost, times: usize, provider: &str, behaviour: &str) -> Vec<Answer> {
    thread::scope(|scope| {
        let calls: Vec<_> = (0..times).map(|_| scope.spawn(|| host.ask(provider, behaviour))).collect();
        calls.into_iter().map(|call| call.join().expect("an answer came")).collect()
    })
}

/// Starts this number of calls to `rogue`, which end with their time or when the returned connections are dropped.
fn hold(host: &TestHost, times: u8) -> Vec<Wire> {
    const ASK: &str = "GET /api/providers/rogue/record-summary?recordType=account&recordId=sleep-an-hour HTTP/1.1\r\n\
                       host: localhost\r\n\r\n";
    let mut callers: Vec<_> = (0..times).map(|_| host.wire()).collect();
    for caller in &mut callers {
        caller.send(ASK);
    }
    let under_way = "insight_host_provider_calls_in_flight{plugin=\"rogue\"}";
    wait_for("calls under way", || (host.metric(under_way) >= f64::from(times)).then_some(()));
    callers
}

/// Calls `well`, whose rate limit is a burst of three and then one per second, until it is exceeded, and returns the
/// rejection.
fn refused_by_rate(host: &TestHost) -> Answer {
    let begun = Instant::now();
    let mut answered = 0;
    let refused = wait_for("a refusal", || {
        let answer = host.ask("well", "42");
        answered += u64::from(answer.status == 200);
        (answer.status != 200).then_some(answer)
    });
    assert!((3..=3 + begun.elapsed().as_secs()).contains(&answered), "{answered} were answered first");
    refused
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Returns the seconds after which a rejected caller may retry.
fn retry_after(answer: &Answer) -> u64 {
    let seconds = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
    seconds.unwrap_or_else(|| panic!("no time to come back: {answer:?}"))
}

/// Asserts the documented rejection for load.
fn assert_throttled(answer: &Answer) {
    assert_eq!((answer.status, answer.json()["errorCode"].as_str()), (429, Some("REQUEST_THROTTLED")), "{answer:?}");
    assert!((1..=3).contains(&retry_after(answer)), "{answer:?}");
}

#[test]
fn a_plugin_has_its_own_calls_at_once() {
    let settings = format!("{LIMITS}[load]\nplugin-calls-at-once = 4\n[plugins.well]\ncalls-at-once = 9\n");
    let host = host().guest("rogue").guest("well").settings(&settings).start();

    let held = hold(&host, 4);
    let answers = at_once(&host, 8, "rogue", "ok");
    assert_eq!(count(&answers, 429), 8, "{answers:?}");
    drop(held);

    assert_eq!(count(&at_once(&host, 8, "well", "42"), 200), 8);
    assert!(host.logged("calls rejected").contains("plugin=rogue"));
}

#[test]
fn who_finds_no_room_waits_a_little_for_some() {
    let settings = format!("{LIMITS}[load]\nplugin-calls-at-once = 8\nwait = \"1s\"\n");
    let host = host().guest("rogue").settings(&settings).start();
    assert_eq!(host.ask("rogue", "slow:100").status, 200);

    let answers = at_once(&host, 10, "rogue", "slow:100");

    assert_eq!(count(&answers, 200), 10, "{answers:?}");
}

#[test]
fn many_refusals_are_one_line_of_the_log() {
    let settings = format!("{LIMITS}[load]\nplugin-calls-at-once = 1\n");
    let host = host().guest("rogue").settings(&settings).start();

    let answers = at_once(&host, 40, "rogue", "slow:1000");

    assert!(count(&answers, 429) > 30);
    let lines = host.log().lines().filter(|line| line.contains("WARN")).count();
    assert!((1..=5).contains(&lines), "{}", host.log());
}

#[test]
fn a_plugin_is_asked_no_more_often_than_its_rate_allows() {
    let settings = format!("{LIMITS}[plugins.well]\nrate = {{ per-second = 1, burst = 3 }}\n");
    let host = host().guest("well").guest_as("well", "other").settings(&settings).start();

    assert_throttled(&refused_by_rate(&host));
    assert_eq!(host.ask("other", "42").status, 200);
}

#[test]
fn a_caller_asks_no_more_often_than_the_rate_of_callers_allows() {
    let settings = format!("{LIMITS}[load]\ncaller-rate = {{ per-second = 1, burst = 3 }}\n");
    let host = host().guest("well").settings(&settings).start();

    assert_throttled(&refused_by_rate(&host));
    assert_eq!(host.get("/healthz").status, 200, "whoever runs it may ask as often as need be");
}

#[test]
fn a_plugin_that_is_full_takes_no_call_of_its_neighbours() {
    let settings = format!("{LIMITS}[load]\nplugin-calls-at-once = 4\n[runtime]\ncalls-at-once = 8\n");
    let host = host().guest("rogue").guest("well").settings(&settings).start();

    thread::scope(|scope| {
        let calls = scope.spawn(|| at_once(&host, 40, "rogue", "slow:1000"));
        while !calls.is_finished() {
            assert_eq!(host.ask("well", "42").status, 200);
        }
    });
}

#[test]
fn row_15_ten_times_the_capacity_at_once_is_refused_quickly_and_the_admitted_are_in_time() {
    // The only caller leaves two slots to others.
    let settings = format!("{LIMITS}[load]\nplugin-calls-at-once = 18\n");
    let host = host().guest("rogue").guest("well").settings(&settings).start();
    let before = host.memory();

    let answers = at_once(&host, 160, "rogue", "slow:3000");

    assert!(count(&answers, 200) >= 16, "{answers:?}");
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
    refused.iter().for_each(|answer| assert_throttled(answer));
    // They came long before any call ended: no caller waited in vain.
    assert!(refused.iter().all(|answer| answer.took.as_millis() < 2_500), "{refused:?}");
    assert!(answers.iter().all(|answer| answer.took.as_millis() < 5_000));
    assert_eq!(host.ask("well", "42").status, 200);
    host.wait_for_memory(before);
}
