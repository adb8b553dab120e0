//! Row 10: plugins that write too much.

use super::{misbehave, rogue_and_neighbour};

/// A line of the guest, and the bytes of such lines that one call may leave in the log.
const LINE: &str = "The quick brown fox jumps over the lazy dog. 0123456789 and a tail";
const MOST: usize = 2 << 10;

#[test]
fn row_10_a_flood_on_standard_output_is_cut_and_marked_so() {
    let limit = format!("[limits]\nlog = \"{MOST}B\"\n");
    let host = rogue_and_neighbour().author("rogue", &limit).log("info,guest=debug").start();

    let answer = misbehave(&host, "rogue", "flood-stdout");

    assert_eq!(answer.status, 500, "10 GB take longer than a call may: {answer:?}");
    let line = host.logged("guest log truncated");
    assert!(line.contains("plugin=rogue"), "{line}");
    let lines = host.log().lines().filter(|line| line.contains(LINE)).count();
    assert!(lines > 0 && lines * LINE.len() <= MOST, "{lines} lines");
}

#[test]
fn row_10_writing_nothing_ten_million_times_costs_no_memory() {
    let host = rogue_and_neighbour().start();

    let answer = misbehave(&host, "rogue", "write-nothing");

    assert!(["out-of-fuel", "deadline-exceeded"].contains(&&*answer.outcome("rogue")), "{answer:?}");
}

#[test]
fn what_a_guest_logs_is_one_line_whatever_it_holds() {
    let host = rogue_and_neighbour().start();

    assert_eq!(misbehave(&host, "rogue", "log:the-marker").said(), "logged");

    assert!(host.logged("a guest's entry").contains("the-marker"), "{}", host.log());
    let line = host.logged("[31mthe-marker");
    assert!(line.contains("stderr") && !line.contains('\u{1b}'), "{line:?}");
}
