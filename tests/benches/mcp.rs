//! The cost of a call of a tool by MCP, beside that of the same question at `/api`, in one run.
//!
//! ```text
//! cargo bench --profile dist -p insight-tests --bench mcp
//! ```
//!
//! The calls of the doors alternate, so that whatever else the machine does is shared by all.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::Duration;

use insight_tests::{Answer, TestHost, UnderTest};
use serde_json::json;

static UNDER_TEST: UnderTest = UnderTest::new(env!("CARGO_BIN_EXE_host-under-test"), env!("CARGO_TARGET_TMPDIR"));

/// The calls of each door.
const CALLS: usize = 4_000;

/// The calls of each door before those that are measured.
const WARM_UP: usize = 400;

/// The most that a call by MCP may take longer at the median, in microseconds.
const MOST: u128 = 200;

const RECORD: &str = "recordType=account&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02&top=5";

/// A door, and a call by it.
type Door = (&'static str, fn(&TestHost) -> Answer);

const DOORS: [Door; 4] = [
    ("/api", |host| host.get(&format!("/api/providers/contoso-hub/record-summary?{RECORD}"))),
    ("/api/agent", |host| host.get(&format!("/api/providers/contoso-hub/agent/record_summary?{RECORD}"))),
    ("/mcp, legacy", |host| host.post("/mcp/contoso-hub", &call(false))),
    ("/mcp, modern", |host| {
        let headers = [
            ("content-type", "application/json"),
            ("mcp-protocol-version", "2026-07-28"),
            ("mcp-method", "tools/call"),
            ("mcp-name", "record_summary"),
        ];
        host.send("POST", "/mcp/contoso-hub", &headers, &call(true))
    }),
];

fn main() {
    let host = UNDER_TEST.setup().sample("contoso-hub").start();
    let mut times: [Vec<Duration>; DOORS.len()] = Default::default();
    for round in 0..WARM_UP + CALLS {
        for (index, (name, ask)) in DOORS.iter().enumerate() {
            let answer = ask(&host);
            assert!(answer.status == 200 && answer.body.contains("\"hasMoreResults\""), "{name}: {answer:?}");
            if round >= WARM_UP {
                times[index].push(answer.took);
            }
        }
    }
    let mut medians = [0; DOORS.len()];
    for (index, (name, _)) in DOORS.iter().enumerate() {
        times[index].sort_unstable();
        let at = |part: f64| times[index][(CALLS as f64 * part) as usize].as_micros();
        medians[index] = at(0.5);
        let more = medians[index] as f64 / medians[0] as f64;
        println!("{name:<14} p50 {:>6} µs  p90 {:>6} µs  p99 {:>6} µs  {more:.2} of /api", at(0.5), at(0.9), at(0.99));
    }
    let added = medians[2].max(medians[3]).saturating_sub(medians[0]);
    println!("/mcp adds {added} µs at the median; at most {MOST} µs are permitted");
    assert!(added <= MOST, "too much");
}

/// The body of a call of the tool.
fn call(is_modern: bool) -> String {
    let mut params = json!({
        "name": "record_summary",
        "arguments": { "recordType": "account", "recordId": "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02", "top": 5 },
    });
    if is_modern {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
    }
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string()
}
