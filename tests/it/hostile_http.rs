//! Hostile requests: the rows of the catalogue, each by its number.

mod body;
mod fields;
mod framing;
mod head;
mod leaving;
mod linger;
mod many;
mod slow;
mod target;

use std::thread;

use insight_tests::{Setup, TestHost};
use serde_json::Value;

use crate::host;
use crate::hostile::{assert_well, memory_at_rest};

/// The head of a request with a JSON body, without the header that frames the body.
const POST: &str = "POST /api/email-draft HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";

/// A whole request.
const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Sets up a healthy neighbour, a guest that echoes, and a sample that takes bodies.
fn neighbours() -> Setup {
    let echo = "[config]\nbehaviour = \"echo\"";
    host().guest("well").guest_as("rogue", "echo").author("echo", echo).sample("contoso-hub")
}

/// Runs `harm`, and returns its result. Asserts that the host and the neighbour are healthy meanwhile
/// and afterwards, and that memory is released.
fn harm<T: Send>(host: &TestHost, harm: impl FnOnce() -> T + Send) -> T {
    let before = memory_at_rest(host);
    let outcome = thread::scope(|scope| {
        let harm = scope.spawn(harm);
        assert_well(host);
        harm.join().expect("what must come of it came")
    });
    assert_well(host);
    host.wait_for_memory(before);
    outcome
}

/// Sends these bytes on a connection of their own, and returns the host's whole answer. Asserts that
/// the host closes the connection.
fn said_at_the_end(host: &TestHost, bytes: impl AsRef<[u8]> + Send) -> String {
    harm(host, || host.wire().send(bytes).read_to_end())
}

/// Asserts that a raw answer is the error of this status.
fn assert_refused(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "not {status}: {answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {answer}"));
    assert_eq!(body["errorCode"], "INVALID_REQUEST", "{answer}");
}
