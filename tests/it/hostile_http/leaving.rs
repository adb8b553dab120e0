//! Row 12: callers that disconnect while their call runs.

use std::collections::VecDeque;
use std::thread;
use std::time::{Duration, Instant};

use insight_tests::{TestHost, Wire, wait_for};

use crate::host;
use crate::hostile::{assert_well, memory_at_rest};

/// The callers that disconnect.
const CALLERS: usize = 1_000;

/// The concurrent callers: so few that slots of disconnected callers are free for new ones.
const AT_ONCE: usize = 8;

/// The concurrent calls that the host allows.
const CALLS: usize = 32;

/// The concurrent calls of one of two plugins: it may hold no more slots than are still free.
const SHARE: usize = CALLS / 2;

fn host_of_few_calls() -> TestHost {
    host().guest("rogue").guest("well").settings(&format!("[runtime]\ncalls-at-once = {CALLS}")).start()
}

/// Sends a request that takes an hour, in the name of a caller of this number, and does not wait.
fn ask_for_an_hour(host: &TestHost, number: usize) -> Wire {
    let mut wire = host.wire();
    wire.send(format!(
        "GET /api/providers/rogue/record-summary?recordType=account&recordId=sleep-an-hour HTTP/1.1\r\n\
         host: localhost\r\nx-ms-client-request-id: caller-{number}\r\n\r\n"
    ));
    wire
}

/// Waits until the call of that caller has begun: its guest logs that it goes to sleep.
fn wait_for_call(host: &TestHost, number: usize) {
    let _line = host.logged(&format!(
        "activity_id=caller-{number} method=\"GET\" path=/api/providers/rogue/record-summary}}: guest: going to sleep"
    ));
}

/// Returns whether no call holds a slot, and as many are free as a plugin may hold.
fn all_slots_are_free(host: &TestHost) -> bool {
    if host.metric("insight_host_calls_admitted") > 0.0 {
        return false;
    }
    thread::scope(|scope| {
        let callers: Vec<_> = (0..SHARE).map(|_| scope.spawn(|| host.ask("rogue", "slow:500").status)).collect();
        callers.into_iter().all(|caller| caller.join().expect("an answer came") == 200)
    })
}

#[test]
fn row_12_a_thousand_callers_who_go_away_in_mid_call_leave_nothing_behind() {
    let host = host_of_few_calls();
    let before = memory_at_rest(&host);

    let mut there = VecDeque::new();
    for number in 0..CALLERS {
        there.push_back((number, ask_for_an_hour(&host, number)));
        if there.len() == AT_ONCE {
            let (longest_there, wire) = there.pop_front().expect("there are some");
            wait_for_call(&host, longest_there);
            drop(wire);
        }
        if number.is_multiple_of(100) {
            assert_well(&host);
        }
    }
    drop(there);

    wait_for("all slots", || all_slots_are_free(&host).then_some(()));
    host.wait_for_memory(before);
    assert_well(&host);
}

#[test]
fn row_12_callers_who_go_away_before_their_call_has_begun_leave_nothing_behind() {
    let host = host_of_few_calls();
    let before = memory_at_rest(&host);

    for number in 0..CALLERS {
        drop(ask_for_an_hour(&host, number));
    }

    wait_for("all slots", || all_slots_are_free(&host).then_some(()));
    host.wait_for_memory(before);
    assert_well(&host);
}

#[test]
fn row_12_a_caller_who_closes_its_sending_half_has_gone() {
    let host = host_of_few_calls();
    let mut caller = ask_for_an_hour(&host, 1);
    wait_for_call(&host, 1);
    let begun = Instant::now();

    let answer = caller.send_no_more().read_to_end();

    assert_eq!(answer, "");
    // Long before the call would have ended by itself.
    assert!(begun.elapsed() < Duration::from_secs(2), "closed after {:?}", begun.elapsed());
    assert_well(&host);
}
