//! Callers that disconnect before they have their answer.

mod drops;

use std::thread;
use std::time::{Duration, Instant};

use insight_tests::{TestHost, Wire, wait_for};

use crate::host;

/// The concurrent calls that the host allows.
const CALLS: usize = 8;

/// Starts a host of few concurrent calls, each of which may take four seconds. One plugin may take all of them.
fn host_of_few_calls() -> TestHost {
    let settings = format!("[runtime]\ncalls-at-once = {CALLS}\n[load]\nfair-shares = false");
    host().guest("rogue").guest("well").settings(&settings).start()
}

/// Sends a request that takes an hour, and does not wait.
fn ask_for_an_hour(host: &TestHost) -> Wire {
    let mut wire = host.wire();
    wire.send(
        "GET /api/providers/rogue/record-summary?recordType=account&recordId=sleep-an-hour HTTP/1.1\r\n\
         host: localhost\r\n\r\n",
    );
    wire
}

/// Returns whether all slots for calls are taken.
fn is_busy(host: &TestHost) -> bool {
    host.ask("well", "1").status == 429
}

/// Sends requests until all slots are taken.
fn busy_callers(host: &TestHost) -> Vec<Wire> {
    let mut callers = Vec::new();
    wait_for("a busy host", || {
        callers.push(ask_for_an_hour(host));
        is_busy(host).then_some(())
    });
    callers
}

#[test]
fn callers_who_go_away_give_their_slots_back_at_once() {
    let host = host_of_few_calls();
    let callers = busy_callers(&host);
    let begun = Instant::now();

    drop(callers);

    wait_for("a slot", || (!is_busy(&host)).then_some(()));
    // Long before the calls would have ended by themselves.
    assert!(begun.elapsed() < Duration::from_secs(2), "the slots came back after {:?}", begun.elapsed());
}

#[test]
fn callers_who_go_away_with_more_requests_in_the_pipe_give_their_slots_back_at_once() {
    for more in ["\r\n", "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"] {
        let host = host_of_few_calls();
        let mut callers = busy_callers(&host);
        callers.iter_mut().for_each(|caller| _ = caller.send(more));
        let begun = Instant::now();

        drop(callers);

        wait_for("a slot", || (!is_busy(&host)).then_some(()));
        assert!(begun.elapsed() < Duration::from_secs(2), "the slots came back after {:?}", begun.elapsed());
    }
}

#[test]
fn a_caller_who_goes_away_takes_no_neighbours_answer_along() {
    let host = host_of_few_calls();
    let leaving = ask_for_an_hour(&host);

    let answer = thread::scope(|scope| {
        let staying = scope.spawn(|| host.ask("rogue", "slow:300"));
        drop(leaving);
        staying.join().expect("an answer came")
    });

    assert_eq!(answer.said(), "slept well");
}
