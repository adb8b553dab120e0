//! The cost of calls that query a backend: the sample `crm-notes`, over TLS, with connections that are open already.
//!
//! ```text
//! cargo bench --profile dist -p insight-tests --bench crm_notes
//! ```
//!
//! There are two rounds: with a backend that answers immediately, so that all of the time is the host's; and with one
//! whose three lists take 5, 10 and 20 ms, which together must take as long as the slowest.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::Duration;

use insight_tests::{Backend, Came, Said, TestHost, UnderTest};

static UNDER_TEST: UnderTest = UnderTest::new(env!("CARGO_BIN_EXE_host-under-test"), env!("CARGO_TARGET_TMPDIR"));

/// The calls of a round.
const CALLS: usize = 500;

/// The calls before a round, which open the connections.
const WARM_UP: usize = 50;

const TOKEN: &str = "a token of Woodgrove's 0815";

fn main() {
    let at_once = round("at once", |_| Duration::ZERO);
    let slowest = Duration::from_millis(20);
    let in_turn = round("5, 10 and 20 ms", |came| match came.target.as_bytes().get(4) {
        Some(b'n') => Duration::from_millis(5),
        Some(b'm') => Duration::from_millis(10),
        _ => Duration::from_millis(20),
    });
    println!("over a backend that answers at once: {at_once:.2?}");
    println!("over the slowest of three lists: {:.2?}", in_turn.saturating_sub(slowest));
}

/// Measures the median of calls to a backend whose answers take this long.
fn round(name: &str, takes: impl Fn(&Came) -> Duration + Send + Sync + 'static) -> Duration {
    let backend = Backend::https_that(move |came| {
        let status = if came.header("authorization") == format!("Bearer {TOKEN}") { 200 } else { 401 };
        let entry = r#"{"entries": [{"title": "T", "text": "As agreed.", "at": "2026-05-12T08:30:00Z"}]}"#;
        Said { after: takes(came), status, body: entry.to_owned() }
    });
    let host = start(&backend);
    let mut times: Vec<Duration> = (0..WARM_UP + CALLS).map(|_| ask(&host)).skip(WARM_UP).collect();
    times.sort_unstable();
    let at = |part: f64| times[(CALLS as f64 * part) as usize];
    println!(
        "{name:<16} p50 {:.2?}, p90 {:.2?}, p99 {:.2?}; {} requests, {} TLS handshakes, {} at once",
        at(0.5),
        at(0.9),
        at(0.99),
        backend.requests().len(),
        backend.handshakes(),
        backend.most_under_way(),
    );
    at(0.5)
}

fn ask(host: &TestHost) -> Duration {
    let answer = host.ask("crm-notes", "42");
    assert_eq!((answer.status, answer.items().len()), (200, 3), "{answer:?}");
    answer.took
}

/// Starts a host whose `crm-notes` queries the backend in each call, and stores the answers in the cache.
fn start(backend: &Backend) -> TestHost {
    let settings = backend.settings_of_crm_notes(TOKEN, "fresh = 0");
    UNDER_TEST.setup().sample("crm-notes").settings(&settings).start()
}
