//! Shares of slots and memory, among plugins and among the callers of a plugin.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use insight_tests::{TestHost, Wire, wait_for};

use crate::{UNDER_TEST, host};

/// The concurrent calls of one plugin.
const SLOTS: usize = 40;

/// Calls long enough for a test, and none that a busy machine would miss.
const LIMITS: &str = "[limits]\ntime = \"4s\"\n";

/// A flood of calls that sleep until the connections are dropped.
struct Flood {
    _callers: Vec<Wire>,
}

impl Flood {
    /// Asks `route` for the record `behaviour` on as many connections, and waits until no more calls are admitted.
    fn begin(host: &TestHost, route: &str, behaviour: &str, key: Option<&str>, calls: usize) -> Self {
        let key = key.map(|key| format!("x-api-key: {key}\r\n")).unwrap_or_default();
        let request = format!(
            "GET {route}record-summary?recordType=account&recordId={behaviour} HTTP/1.1\r\nhost: localhost\r\n{key}\r\n"
        );
        let mut wires: Vec<_> = (0..calls).map(|_| host.wire()).collect();
        for wire in &mut wires {
            wire.send(&request);
        }
        let requests = || host.metric("insight_host_http_requests_in_flight");
        let admitted = || host.metric("insight_host_calls_admitted");
        // Whoever is refused is answered at once; the others are admitted.
        wait_for("the flood", || {
            let before = admitted();
            thread::sleep(Duration::from_millis(50));
            (before > 0.0 && (admitted() - before).abs() < 0.5 && requests() <= before.max(1.0)).then_some(())
        });
        Self { _callers: wires }
    }
}

fn slots(host: &TestHost, plugin: &str) -> f64 {
    host.metric(&format!("insight_host_plugin_slots_held{{plugin=\"{plugin}\"}}"))
}

fn memory(host: &TestHost, plugin: &str) -> f64 {
    host.metric(&format!("insight_host_plugin_memory_held_bytes{{plugin=\"{plugin}\"}}"))
}

fn refused(host: &TestHost, plugin: &str, resource: &str, holder: &str) -> f64 {
    let labels = format!("plugin=\"{plugin}\",resource=\"{resource}\",holder=\"{holder}\"");
    host.metric(&format!("insight_host_plugin_refused_by_share_total{{{labels}}}"))
}

#[test]
fn a_caller_that_floods_a_plugin_leaves_another_its_answers() {
    let (one, of_one) = UNDER_TEST.new_key(&["--name", "one"]);
    let (two, of_two) = UNDER_TEST.new_key(&["--name", "two"]);
    let settings = format!("{LIMITS}[load]\nplugin-calls-at-once = {SLOTS}\n{of_one}{of_two}");
    let host = host().guest("rogue").settings(&settings).start();
    let flood = Flood::begin(&host, "/api/providers/rogue/", "slow:3900", Some(&one), SLOTS + 12);
    assert_eq!(slots(&host, "rogue"), (SLOTS - SLOTS / 8) as f64, "nearly all, as it is alone");

    let target = "/api/providers/rogue/record-summary?recordType=account&recordId=ok";
    let statuses: Vec<_> = (0..100).map(|_| host.get_with(target, &[("x-api-key", &two)]).status).collect();

    let answered = statuses.iter().filter(|status| **status == 200).count();
    assert!(answered >= 95, "{answered} of {}", statuses.len());
    assert_eq!(host.get_with(target, &[("x-api-key", &one)]).status, 429, "it holds its share");
    assert!(refused(&host, "rogue", "slots", "caller") >= 1.0);
    drop(flood);
}

#[test]
fn a_caller_whose_calls_are_all_late_leaves_another_its_answers() {
    let (one, of_one) = UNDER_TEST.new_key(&["--name", "one"]);
    let (two, of_two) = UNDER_TEST.new_key(&["--name", "two"]);
    let settings = format!("[limits]\ntime = \"1s\"\n[load]\nplugin-calls-at-once = {SLOTS}\n{of_one}{of_two}");
    let host = host().guest("rogue").settings(&settings).start();
    let target = |behaviour| format!("/api/providers/rogue/record-summary?recordType=account&recordId={behaviour}");
    let is_over = AtomicBool::new(false);

    let statuses: Vec<_> = thread::scope(|scope| {
        let (host, target, one, is_over) = (&host, &target, &one, &is_over);
        let late = move || {
            while !is_over.load(Ordering::Relaxed) {
                if host.get_with(&target("sleep-an-hour"), &[("x-api-key", one)]).status == 429 {
                    thread::sleep(Duration::from_millis(50));
                }
            }
        };
        (0..SLOTS).for_each(|_| _ = scope.spawn(late));
        // Some rounds, in which the plugin's concurrency limit shrinks.
        let ask = |_| {
            thread::sleep(Duration::from_millis(10));
            host.get_with(&target("ok"), &[("x-api-key", &two)]).status
        };
        let statuses = (0..300).map(ask).collect();
        is_over.store(true, Ordering::Relaxed);
        statuses
    });

    let answered = statuses.iter().filter(|status| **status == 200).count();
    assert!(answered >= 285, "{answered} of {}", statuses.len());
}

#[test]
fn plugins_that_sleep_leave_slots_to_their_neighbour_and_the_host_ready() {
    let sleepers = ["a", "b", "c", "d", "e", "f"];
    let settings = format!("{LIMITS}[runtime]\ncalls-at-once = 120\n[load]\nplugin-calls-at-once = 120\n");
    let setup = host().guest("well").settings(&settings);
    let setup = sleepers.iter().fold(setup, |setup, name| setup.guest_as("rogue", name));
    let host = setup.start();

    let flood_of = |name| Flood::begin(&host, &format!("/api/providers/{name}/"), "sleep-an-hour", None, 70);
    let floods = sleepers.map(flood_of);

    for _ in 0..50 {
        assert_eq!(host.ask("well", "42").status, 200);
        assert_eq!(host.get("/readyz").status, 200);
    }
    let held: f64 = sleepers.iter().map(|plugin| slots(&host, plugin)).sum();
    assert!((60.0..120.0).contains(&held), "{held} slots");
    assert!(refused(&host, "a", "slots", "plugin") >= 1.0);
    drop(floods);
}

#[test]
fn a_plugin_that_grows_and_sleeps_leaves_memory_to_its_neighbour_and_the_host_ready() {
    let settings = "[limits]\ntime = \"4s\"\nmemory = \"64MiB\"\n[runtime]\nmemory = \"512MiB\"\n";
    let host = host().guest("rogue").guest("well").guest_as("rogue", "neighbour").settings(settings).start();

    let flood = Flood::begin(&host, "/api/providers/rogue/", "reserve-memory:48", None, 20);

    assert!(memory(&host, "rogue") <= 256.0 * 1024.0 * 1024.0);
    for _ in 0..50 {
        assert_eq!(host.ask("well", "42").status, 200);
        assert_eq!(host.get("/readyz").status, 200);
    }
    assert_eq!(host.ask("neighbour", "hold-memory:32").status, 200);
    let refused = refused(&host, "rogue", "memory", "plugin") + refused(&host, "rogue", "memory", "caller");
    assert!(refused >= 1.0);
    drop(flood);
}

#[test]
fn the_only_plugin_of_a_host_is_limited_by_no_share_of_the_hosts() {
    let settings = format!("{LIMITS}[runtime]\ncalls-at-once = 16\n[load]\nplugin-calls-at-once = 16\n");
    let host = host().guest("rogue").settings(&settings).start();

    let flood = Flood::begin(&host, "/api/providers/rogue/", "sleep-an-hour", None, 20);

    assert_eq!(slots(&host, "rogue"), 14.0, "an eighth is left to other callers");
    drop(flood);
}

#[test]
fn an_operator_may_let_one_caller_and_one_plugin_take_all() {
    let settings =
        format!("{LIMITS}[runtime]\ncalls-at-once = 16\n[load]\nplugin-calls-at-once = 16\nfair-shares = false\n");
    let host = host().guest("rogue").guest("well").settings(&settings).start();

    let flood = Flood::begin(&host, "/api/providers/rogue/", "sleep-an-hour", None, 20);

    assert_eq!(slots(&host, "rogue"), 16.0);
    assert_eq!(host.ask("well", "42").status, 429);
    drop(flood);
}

#[test]
fn show_prints_what_a_plugin_holds() {
    let host = host().guest("rogue").settings(LIMITS).start();
    let flood = Flood::begin(&host, "/api/providers/rogue/", "sleep-an-hour", None, 3);

    let shown = host.run(["plugins", "show", "rogue"]).stdout;
    let list = host.ask_admin("GET", "/api/plugins").json();

    assert!(shown.contains("shares        3 slots and "), "{shown}");
    let shares = &list["plugins"][0]["shares"];
    assert_eq!((&shares["slots"], &shares["refused"]), (&3.into(), &0.into()));
    assert!(shares["memoryBytes"].as_u64() > Some(0));
    drop(flood);
}
