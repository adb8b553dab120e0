//! Guests that log without end: they lose their own lines, and nobody else's.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use insight_tests::{PATIENCE, TestHost, wait_for};

use crate::host;

/// A text of 3,000 bytes, which the guest `rogue` logs twice.
fn log_much() -> String {
    format!("log:{}", "x".repeat(3_000))
}

/// The lines of guests in a log.
fn of_guests(log: &str) -> impl Iterator<Item = &str> {
    log.lines().filter(|line| line.contains(" guest: "))
}

/// Reads the lines of a pipe on a thread of its own.
fn lines_of(pipe: File) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || BufReader::new(pipe).lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    lines
}

#[test]
fn guests_that_flood_a_log_that_nobody_reads_lose_their_lines_and_the_host_loses_none() {
    let settings = "[runtime]\nguest-log-burst = \"64MiB\"\n[load]\nsuspend-after = 0\n";
    let setup = host().guest("rogue").guest_as("rogue", "neighbour").settings(settings);
    let (setup, pipe) = setup.log_to_pipe();
    let host = setup.start();

    wait_for("guests' lines to be dropped", || {
        let answer = host.ask("rogue", &log_much());
        assert_eq!(answer.status, 200, "nobody waits for the log: {}", answer.body);
        (host.metric("insight_host_log_lines_dropped_total{source=\"guest\"}") > 0.0).then_some(())
    });
    // Different words, as equal lines are folded.
    for word in 0..10 {
        assert_eq!(host.ask("neighbour", &format!("panic:{word}")).outcome("neighbour"), "trapped");
    }

    let lines = lines_of(pipe);
    let (mut faults, mut before) = (0, 0);
    while faults < 10 {
        let line = lines.recv_timeout(PATIENCE).expect("the host's lines come");
        faults += usize::from(line.contains("provider failed") && line.contains("neighbour"));
        before += usize::from(line.contains("xxxx"));
    }
    // The pipe and one batch hold a part of them; the queue holds more than 300.
    assert!(before < 100, "{before} lines of a guest come before the host's own");
    let reported = |line: &String| line.contains("log lines were lost");
    while !reported(&lines.recv_timeout(PATIENCE).expect("the loss is reported")) {}
    assert_eq!(host.metric("insight_host_log_lines_dropped_total{source=\"host\"}"), 0.0);
}

/// Starts a host whose plugins may log 16 KiB at once.
fn thrifty() -> TestHost {
    let settings = "[runtime]\nguest-log-rate = \"1KiB\"\nguest-log-burst = \"16KiB\"\n";
    host().guest("rogue").guest_as("rogue", "neighbour").settings(settings).start()
}

#[test]
fn a_plugin_logs_no_more_than_its_rate_over_all_its_calls() {
    let begun = Instant::now();
    let host = thrifty();

    for _ in 0..20 {
        assert_eq!(host.ask("rogue", &log_much()).status, 200);
    }
    assert_eq!(host.ask("neighbour", "log:of-the-neighbour").status, 200);

    let _line = host.logged("of-the-neighbour");
    let _line = host.logged("guest log truncated");
    let log = host.log();
    let bytes: usize = of_guests(&log).filter(|line| line.contains("xxxx")).map(|line| line.len() + 1).sum();
    let seconds = usize::try_from(begun.elapsed().as_secs()).expect("few") + 1;
    assert!(bytes > 3_000, "it logs at first");
    assert!(bytes <= (16 << 10) + (seconds << 10) + (5 << 10), "{bytes} bytes");
    assert!(host.metric("insight_host_plugin_log_lines_dropped_total{plugin=\"rogue\",source=\"guest\"}") > 0.0);
    let dropped = "insight_host_plugin_log_lines_dropped_total{plugin=\"neighbour\",source=\"guest\"}";
    assert_eq!(host.metric(dropped), 0.0);
}

#[test]
fn dropped_lines_are_reported_once_a_second_and_not_for_each_call() {
    let host = thrifty();
    let begun = Instant::now();

    for _ in 0..100 {
        let _ = host.ask("rogue", &log_much());
    }

    let most = begun.elapsed().as_secs() + 2;
    let reports = host.log().lines().filter(|line| line.contains("guest log truncated")).count() as u64;
    assert!((1..=most).contains(&reports), "{reports} reports in {:?}", begun.elapsed());
}

#[test]
fn what_is_logged_counts_as_it_is_written() {
    const LIMIT: usize = 8 << 10;
    let host = host().guest("rogue").settings("[limits]\nlog = \"8KiB\"\n").start();

    // Each of these takes three bytes in a text and eight in the log.
    assert_eq!(host.ask("rogue", &format!("log:{}", "%E2%80%8B".repeat(3_000) + "x")).status, 200);

    let _line = host.logged("guest log truncated");
    let log = host.log();
    let bytes: usize = of_guests(&log).map(str::len).sum();
    assert!(bytes > 1_000, "it logs at first: {log}");
    assert!(bytes <= LIMIT + 1_000, "{bytes} bytes");
}

#[test]
fn faults_of_a_plugin_that_fails_in_every_call_are_logged_within_its_share() {
    let settings = "[load]\nsuspend-after = 0\n";
    let host = host().guest("rogue").guest_as("rogue", "neighbour").settings(settings).start();
    let dropped = "insight_host_plugin_log_lines_dropped_total{plugin=\"rogue\",source=\"host\"}";

    let mut words = 0..;
    wait_for("lines to be dropped", || {
        // Different words, as equal lines are folded.
        let _ = host.ask("rogue", &format!("panic:{}", words.next().expect("numbers do not end")));
        (host.metric(dropped) > 0.0).then_some(())
    });
    assert_eq!(host.ask("neighbour", "panic").outcome("neighbour"), "trapped");

    let _line = host.logged("lines about a plugin's calls were dropped");
    wait_for("the neighbour's fault", || {
        let log = host.log();
        let of_neighbour = |line: &str| line.contains("provider failed") && line.contains("plugin=neighbour");
        log.lines().any(of_neighbour).then_some(())
    });
}
