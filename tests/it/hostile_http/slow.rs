//! Row 1: callers that send slowly, or never read.

use std::time::{Duration, Instant};

use super::{POST, assert_refused, harm, neighbours};

/// Settings under which a caller has half a second for each part of a request.
const SHORT: &str = "[http]\nhead-time = \"500ms\"\nbody-time = \"500ms\"\nwrite-time = \"500ms\"\n";

/// The most time until the connection of such a caller must be closed.
const BOUND: Duration = Duration::from_secs(5);

/// Runs `act`, and returns its result and the time that it took.
fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    (act(), begun.elapsed())
}

#[test]
fn row_1_a_head_that_drips_in_is_waited_for_no_longer_than_the_settings_say() {
    let host = neighbours().settings(SHORT).start();

    let (said, took) = harm(&host, || timed(|| host.wire().drip(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: y")));

    assert_eq!(said, "", "there was nothing to answer");
    assert!(took < BOUND, "closed after {took:?}");
}

#[test]
fn row_1_a_body_that_drips_in_is_timed_out() {
    let host = neighbours().settings(SHORT).start();

    let head = format!("{POST}content-length: 1000\r\n\r\n");
    let (said, took) = harm(&host, || timed(|| host.wire().send(head).drip(b"{ ")));

    assert_refused(&said, 408);
    assert!(took < BOUND, "closed after {took:?}");
}

#[test]
fn row_1_a_body_that_does_not_come_is_timed_out_after_two_seconds() {
    let host = neighbours().start();

    let part = format!("{POST}content-length: 9\r\n\r\n{{");
    let (answer, took) = harm(&host, || timed(|| host.wire().send(part).read_to_end()));

    assert_refused(&answer, 408);
    assert!((1_900..4_500).contains(&took.as_millis()), "after {took:?}");
}

#[test]
fn row_1_a_caller_who_never_reads_is_written_to_no_longer_than_the_settings_say() {
    let many_items = "[config]\nitems = 100";
    let host = neighbours().author("well", "").guest_as("well", "wordy").author("wordy", many_items);
    let host = host.settings(SHORT).start();
    let ask = "GET /api/providers/wordy/record-summary?recordType=account&recordId=1&top=100 HTTP/1.1\r\n\
         host: localhost\r\n\r\n";

    // It ends when the kernel's buffers are full and the time is up.
    let requests = harm(&host, || host.wire().flood(ask.as_bytes()));

    assert!(requests > 0);
}
