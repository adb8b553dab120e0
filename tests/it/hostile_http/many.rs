//! Row 2: very many connections, and very many requests on one.

use insight_tests::{TestHost, Wire};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{HEALTH, harm, neighbours};
use crate::hostile::{assert_well, memory_at_rest};

/// The concurrent connections.
const CONNECTIONS: usize = 2_000;

/// The bytes of memory that each of them may take, for the head and its guards.
const EACH: usize = 32 << 10;

/// Opens `number` connections, every second of which has received an answer.
fn idle(host: &TestHost, number: usize) -> Vec<Wire> {
    let open = |number: usize| {
        let mut wire = host.wire();
        if number.is_multiple_of(2) {
            wire.send(HEALTH);
            assert!(wire.read_answer().ends_with("ok\n"));
        }
        wire
    };
    (0..number).map(open).collect()
}

/// Raises the limit of open files of this process, and of the hosts that it starts from now on, to the maximum.
fn raise_limit_of_open_files() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).expect("a soft limit may be the hard one");
}

#[test]
fn row_2_two_thousand_idle_connections_keep_nobody_waiting_and_are_closed_in_the_end() {
    raise_limit_of_open_files();
    let host = neighbours().settings("[http]\nhead-time = \"3s\"").start();
    let before = memory_at_rest(&host);

    let mut idle = idle(&host, CONNECTIONS);

    assert_well(&host);
    let held = host.memory().saturating_sub(before);
    assert!(held < CONNECTIONS * EACH, "they hold {} KiB", held >> 10);
    for wire in &mut idle {
        assert_eq!(wire.read_to_end(), "");
    }
    assert_well(&host);
    host.wait_for_memory(before);
}

#[test]
fn row_2_a_thousand_requests_sent_at_once_are_answered_one_after_the_other() {
    const REQUESTS: usize = 1_000;
    let host = neighbours().start();
    let requests: Vec<String> = (0..REQUESTS)
        .map(|number| {
            let target = format!("/api/providers/echo/record-summary?recordType=account&recordId={number}");
            format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n")
        })
        .collect();

    harm(&host, || {
        let mut wire = host.wire();
        wire.send(requests.concat());
        for number in 0..REQUESTS {
            let answer = wire.read_answer();
            assert!(answer.contains(&format!("\"record-id\":\"{number}\"")), "number {number} is answered by {answer}");
        }
    });
}
