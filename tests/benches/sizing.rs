//! The memory of a host: idle, per loaded plugin, and per call in flight.
//!
//! ```text
//! cargo bench --profile dist -p insight-tests --bench sizing
//! ```

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use insight_tests::{TestHost, UnderTest, Wire, wait_for};

static UNDER_TEST: UnderTest = UnderTest::new(env!("CARGO_BIN_EXE_host-under-test"), env!("CARGO_TARGET_TMPDIR"));

/// The copies of a plugin, each loaded by itself.
const PLUGINS: usize = 20;

/// The concurrent calls.
const CALLS: usize = 200;

/// Settings with slots for all of them.
const SETTINGS: &str = "[load]\nplugin-calls-at-once = 500\n";

fn main() {
    let idle = UNDER_TEST.setup().settings(SETTINGS).start().memory();
    println!("idle, no plugin:     {:>7} KiB", idle >> 10);
    println!("each sample plugin:  {:>7} KiB  (contoso-hub, all questions, three languages)", of_a_plugin(idle) >> 10);
    println!("each call in flight: {:>7} KiB  (a guest that sleeps, connection included)", of_a_call() >> 10);
}

fn of_a_plugin(idle: usize) -> usize {
    let names: Vec<String> = (0..PLUGINS).map(|number| format!("hub-{number}")).collect();
    let sample = std::fs::read(UNDER_TEST.sample("contoso-hub")).expect("it was built");
    let setup = UNDER_TEST.setup().settings(SETTINGS);
    let host = names.iter().fold(setup, |setup, name| setup.component(name, &sample)).start();
    host.memory().saturating_sub(idle) / PLUGINS
}

fn of_a_call() -> usize {
    let host = UNDER_TEST.setup().guest("rogue").settings(SETTINGS).start();
    // The first calls allocate memory that later ones share.
    let _ = asleep(&host, 8);
    let before = host.memory();
    let slept = host.log().matches("going to sleep").count();
    let _calls = asleep(&host, CALLS);
    wait_for("calls in flight", || (host.log().matches("going to sleep").count() >= slept + CALLS).then_some(()));
    host.memory().saturating_sub(before) / CALLS
}

/// Starts this number of calls, each on a connection of its own.
fn asleep(host: &TestHost, calls: usize) -> Vec<Wire> {
    let target = "/api/providers/rogue/record-summary?recordType=account&recordId=slow:3500";
    let send = |_| {
        let mut wire = host.wire();
        wire.send(format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
        wire
    };
    let calls: Vec<Wire> = (0..calls).map(send).collect();
    wait_for("a call", || host.log().contains("going to sleep").then_some(()));
    calls
}
