//! Clients that disconnect cancel their calls.

use insight_tests::{TestHost, Wire, wait_for};
use serde_json::json;

use super::{MODERN, modern_body};
use crate::host;

/// The concurrent calls that the host allows.
const CALLS: usize = 4;

/// Begins a call that takes an hour, in either era.
fn begin(host: &TestHost, is_modern: bool) -> Wire {
    let params = json!({ "name": "record_summary", "arguments": { "recordType": "a", "recordId": "sleep-an-hour" } });
    let (body, headers) = if is_modern {
        let headers =
            format!("mcp-protocol-version: {MODERN}\r\nmcp-method: tools/call\r\nmcp-name: record_summary\r\n");
        (modern_body(&json!(1), "tools/call", &params), headers)
    } else {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string();
        (body, String::new())
    };
    let mut wire = host.wire();
    wire.send(format!(
        "POST /mcp/rogue HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{headers}content-length: \
         {}\r\n\r\n{body}",
        body.len()
    ));
    wire
}

#[test]
fn a_client_that_disconnects_cancels_its_call_in_either_era() {
    let settings = format!("[runtime]\ncalls-at-once = {CALLS}\n[load]\nfair-shares = false");
    let host = host().guest("rogue").guest("well").settings(&settings).start();
    let is_busy = || host.ask("well", "1").status == 429;
    let cancelled = "insight_host_provider_calls_cancelled_total{plugin=\"rogue\"}";
    for is_modern in [false, true] {
        let before = host.metric(cancelled);
        let mut callers = Vec::new();
        wait_for("a busy host", || {
            callers.push(begin(&host, is_modern));
            is_busy().then_some(())
        });

        drop(callers);

        // Each call would take four seconds by itself.
        wait_for("a free slot", || (!is_busy()).then_some(()));
        wait_for("cancelled calls", || (host.metric(cancelled) > before).then_some(()));
    }
}
