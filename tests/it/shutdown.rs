//! The shutdown of a host that has work.

use std::fs::{self, OpenOptions};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use insight_tests::{Backend, TestHost, Wire, wait_for};

use crate::host;
use crate::loading::slow;

/// The concurrent callers.
const CALLS: usize = 16;

/// The flag `O_NONBLOCK` of Linux, with which opening a pipe without a reader fails.
const NOBODY_IS_AWAITED: i32 = 0o4000;

/// Sends a request to the guest `rogue` on a connection of its own.
fn send(address: SocketAddr, behaviour: &str) -> Wire {
    let target = format!("/api/providers/rogue/record-summary?recordType=account&recordId={behaviour}");
    let mut wire = Wire::connect(address);
    wire.send(format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
    wire
}

/// Waits until `calls` of the test are in flight: each logs that it goes to sleep.
fn wait_until_asleep(host: &TestHost, calls: usize) {
    wait_for("calls in flight", || (host.log().matches("going to sleep").count() == calls).then_some(()));
}

#[test]
fn a_host_that_is_asked_to_end_under_load_loses_no_request() {
    let host = host().guest("rogue").start();
    let address = host.address();

    thread::scope(|scope| {
        let call = || scope.spawn(move || send(address, "slow:2000").read_to_end());
        let callers: Vec<_> = (0..CALLS).map(|_| call()).collect();
        wait_until_asleep(&host, CALLS);

        assert_eq!(host.stop(), (0, String::new()));

        for caller in callers {
            let answer = caller.join().expect("an answer came");
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("slept well"), "{answer}");
        }
    });
}

#[test]
fn requests_that_reach_the_host_together_with_the_signal_are_answered() {
    const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let host = host().start();
    let mut kept: Vec<Wire> = (0..20).map(|_| host.wire()).collect();
    for wire in &mut kept {
        wire.send(HEALTH);
        let _ = wire.read_answer();
    }

    let mut fresh = Vec::new();
    host.while_it_stands_still(|| {
        fresh.extend((0..20).map(|_| host.wire()));
        for wire in kept.iter_mut().chain(&mut fresh) {
            wire.send(HEALTH);
        }
        host.terminate();
    });

    for wire in kept.iter_mut().chain(&mut fresh) {
        let answer = wire.read_to_end();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer:?}");
    }
}

#[test]
fn a_connection_without_a_request_does_not_keep_the_host_from_ending() {
    let host = host().start();
    let mut idle = host.wire();
    idle.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert!(idle.read_answer().ends_with("ok\n"));
    let begun = Instant::now();

    assert_eq!(host.stop().0, 0);

    assert_eq!(idle.read_to_end(), "");
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
}

/// Settings with which only the host's own rule ends a connection soon.
const LONG: &str = "[http]\ngrace = \"60s\"\nhead-time = \"60s\"\nwrite-time = \"60s\"";

#[test]
fn a_request_that_does_not_arrive_and_an_answer_that_nobody_reads_do_not_keep_the_host_from_ending() {
    let host = host().guest("rogue").settings(LONG).start();
    let head = "POST /api/email-draft HTTP/1.1\r\nhost: localhost\r\n";
    let mut wires = [host.wire(), host.wire(), host.wire(), host.wire()];
    wires[0].send(head);
    wires[1].send(format!("{head}content-length: 100\r\ncontent-type: application/json\r\n\r\n{{"));
    wires[2].send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\nGET /hea");
    assert!(wires[2].read_answer().ends_with("ok\n"));
    // More than the kernel takes of answers that nobody reads.
    wires[3].send("GET /api/docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(100));
    let begun = Instant::now();

    assert_eq!(host.stop().0, 0);

    assert!(begun.elapsed() < Duration::from_secs(30), "it took {:?}", begun.elapsed());
}

#[test]
fn a_load_in_progress_and_a_collector_that_hangs_do_not_keep_the_host_from_ending() {
    let collector = Backend::http();
    let traces = format!("[telemetry.traces]\nendpoint = \"{}/hang\"\ntime = \"60s\"\n", collector.origin());
    let settings = format!("{LONG}\n{traces}[telemetry]\nlog-format = \"text\"\n");
    let host = host().guest("well").settings(&settings).start();
    assert_eq!(host.ask("well", "1").status, 200);
    host.install("large", &slow());
    wait_for("a compile child", || (host.stop_compiling() > 0).then_some(()));
    let begun = Instant::now();

    assert_eq!(host.stop().0, 0);

    assert!(begun.elapsed() < Duration::from_secs(30), "it took {:?}", begun.elapsed());
}

#[test]
fn requests_still_in_flight_after_the_grace_are_given_up() {
    let host = host().guest("rogue").settings("[http]\ngrace = \"100ms\"").start();
    let address = host.address();

    thread::scope(|scope| {
        let caller = scope.spawn(move || send(address, "slow:3500").read_to_end());
        wait_until_asleep(&host, 1);
        let begun = Instant::now();

        assert_eq!(host.stop().0, 0);

        assert!(begun.elapsed() < Duration::from_secs(2), "it took {:?}", begun.elapsed());
        assert_eq!(caller.join().expect("the connection was closed"), "");
    });
}

#[test]
fn a_host_that_is_asked_twice_ends_at_once() {
    let host = host().guest("rogue").start();
    let address = host.address();

    thread::scope(|scope| {
        let caller = scope.spawn(move || send(address, "slow:3500").read_to_end());
        wait_until_asleep(&host, 1);
        host.terminate();
        let _draining = host.logged("draining");

        assert_eq!(host.stop().0, 1);

        assert_eq!(caller.join().expect("the connection was closed"), "");
    });
}

#[test]
fn a_disk_that_hangs_does_not_keep_the_host_from_ending() {
    let mut host = host().settings("[http]\ngrace = \"1s\"").start();
    let pipe = host.dir().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("every system has it").success());
    fs::rename(&pipe, host.dir().join("settings.toml")).expect("both are on one file system");
    host.hang_up();
    // This succeeds only while the host has the pipe open; from then on it waits for data that never comes.
    let settings = host.dir().join("settings.toml");
    let open = || OpenOptions::new().write(true).custom_flags(NOBODY_IS_AWAITED).open(&settings).ok();
    let _unwritten = wait_for("the settings to be read", open);

    host.terminate();

    assert_eq!(wait_for("the end of the host", || host.ended()), 0);
}
