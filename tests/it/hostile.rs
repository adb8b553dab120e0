//! Hostile plugins: the rows of the catalogue, each by its number.
//!
//! Rows 16 and 19 are in `load_errors` and `reload`.

mod answers;
mod canary;
mod endings;
mod http;
mod load;
mod memory;
mod output;
mod reach;
mod time;

use std::thread;
use std::time::Duration;

use insight_tests::{Answer, Setup, TestHost, wait_for};

use crate::{QUICK, host};

/// The time limit per call in these tests.
const TIME: Duration = Duration::from_millis(500);

/// The delay that an answer may have on a machine that runs other tests too.
const LATE: Duration = Duration::from_secs(3);

/// Sets up the guest that misbehaves and a healthy neighbour, under limits that end tests soon.
fn rogue_and_neighbour() -> Setup {
    host().guest("rogue").guest("well").settings(QUICK)
}

/// Has `provider` misbehave, and returns the caller's answer. Asserts that the host and the neighbour
/// are healthy meanwhile and afterwards, and that memory is released.
fn misbehave(host: &TestHost, provider: &str, behaviour: &str) -> Answer {
    let before = memory_at_rest(host);
    let answer = thread::scope(|scope| {
        let bad = scope.spawn(|| host.ask(provider, behaviour));
        assert_well(host);
        bad.join().expect("an answer came")
    });
    assert!(answer.took <= TIME + LATE, "{behaviour} was answered after {:?}", answer.took);
    assert_well(host);
    host.wait_for_memory(before);
    answer
}

/// Repeats the request while the host has no free sandbox: one may still be in use when its answer has come.
fn ask_when_free(host: &TestHost, provider: &str, behaviour: &str) -> Answer {
    wait_for("a sandbox", || Some(host.ask(provider, behaviour)).filter(|answer| answer.status != 429))
}

/// Returns the host's memory after the first calls have allocated shared memory.
pub(crate) fn memory_at_rest(host: &TestHost) -> usize {
    assert_well(host);
    host.memory()
}

/// Asserts that the host is healthy, and that the neighbour answers in time.
pub(crate) fn assert_well(host: &TestHost) {
    assert_eq!(host.get("/healthz").body, "ok\n");
    let neighbour = host.ask("well", "42");
    assert_eq!(neighbour.texts("description"), ["well 0", "well 1", "well 2"]);
    assert!(neighbour.took <= TIME + LATE, "the neighbour took {:?}", neighbour.took);
}
