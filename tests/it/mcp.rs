//! The Model Context Protocol, over raw HTTP in both eras, and the routes of the same tools for API plugins.

mod cancel;
mod doors;
mod errors;
mod hostile;
mod legacy;
mod listen;
mod metadata;
mod modern;
mod names;
mod tools;
mod traces;

use insight_tests::{Answer, TestHost};
use serde_json::{Value, json};

use crate::host;

/// The version of the modern era.
const MODERN: &str = "2026-07-28";

/// Starts a host of the samples that need no backend.
fn samples() -> TestHost {
    host().sample("contoso-hub").sample("fabrikam-care").start()
}

/// The headers of a modern request.
fn modern_headers<'a>(method: &'a str, params: &'a Value) -> Vec<(&'a str, &'a str)> {
    let mut headers = vec![
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", MODERN),
        ("mcp-method", method),
    ];
    headers.extend(params["name"].as_str().map(|name| ("mcp-name", name)));
    headers
}

/// The body of a modern request: the parameters with the metadata that each has.
fn modern_body(id: &Value, method: &str, params: &Value) -> String {
    let mut params = params.clone();
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!(MODERN);
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({});
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

/// Sends a modern request with further headers.
fn modern_at(host: &TestHost, path: &str, more: &[(&str, &str)], method: &str, params: &Value) -> Answer {
    let headers = [modern_headers(method, params), more.to_vec()].concat();
    host.send("POST", path, &headers, &modern_body(&json!(1), method, params))
}

/// Sends a modern request to all providers.
fn modern(host: &TestHost, method: &str, params: &Value) -> Answer {
    modern_at(host, "/mcp", &[], method, params)
}

/// Sends a request of the legacy era, as clients do before and after the handshake.
fn legacy(host: &TestHost, headers: &[(&str, &str)], method: &str, params: &Value) -> Answer {
    let body = json!({ "jsonrpc": "2.0", "id": "a-1", "method": method, "params": params }).to_string();
    host.send("POST", "/mcp", &[&[("content-type", "application/json")], headers].concat(), &body)
}

/// Calls a tool at `path`, and returns its result.
fn call_at(host: &TestHost, path: &str, tool: &str, arguments: &Value) -> Value {
    let answer = modern_at(host, path, &[], "tools/call", &json!({ "name": tool, "arguments": arguments }));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["result"].clone()
}

/// Calls a tool of all providers, and returns its result.
fn call(host: &TestHost, tool: &str, arguments: &Value) -> Value {
    call_at(host, "/mcp", tool, arguments)
}

/// Returns the error object in the text of a failed result, which has no structured content.
fn error_in(result: &Value) -> Value {
    assert_eq!((&result["isError"], result.get("structuredContent")), (&json!(true), None), "{result}");
    let text = result["content"][0]["text"].as_str().expect("it has a text");
    serde_json::from_str(text).expect("the text is JSON")
}

/// Returns the names of the tools that are listed at `path`.
fn listed(host: &TestHost, path: &str, headers: &[(&str, &str)]) -> Vec<String> {
    let answer = modern_at(host, path, headers, "tools/list", &json!({}));
    let list = answer.json();
    let tools = list["result"]["tools"].as_array().unwrap_or_else(|| panic!("no list: {answer:?}"));
    tools.iter().map(|tool| tool["name"].as_str().expect("it has a name").to_owned()).collect()
}
