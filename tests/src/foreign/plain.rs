//! An honest server as the SDKs of 2025 make it: the legacy era alone, with sessions, answers as streams of events, text
//! in sentences, and names of its own.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::{McpAnswered, McpAsked};

/// The versions that it speaks.
const VERSIONS: [&str; 3] = ["2025-06-18", "2025-03-26", "2024-11-05"];

/// Returns the answers of a new server.
///
/// # Panics
///
/// They panic if another thread panicked with the list of sessions.
pub fn plain() -> impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static {
    let (sessions, count) = (Mutex::new(HashSet::new()), AtomicUsize::new(0));
    move |asked| {
        if asked.headers.contains_key("origin") {
            return McpAnswered::empty(403);
        }
        let session = asked.header("mcp-session-id").to_owned();
        let is_known = sessions.lock().expect("no thread panics with it").contains(&session);
        match asked.method.as_str() {
            "DELETE" if is_known => {
                sessions.lock().expect("no thread panics with it").remove(&session);
                McpAnswered::empty(200)
            }
            "GET" if is_known => events(""),
            "POST" if asked.rpc() == "initialize" => {
                let session = format!("session-{}-4f6c8a1e", count.fetch_add(1, Ordering::SeqCst));
                sessions.lock().expect("no thread panics with it").insert(session.clone());
                let asked_for = &asked.message["params"]["protocolVersion"];
                let version = VERSIONS.into_iter().find(|version| asked_for == *version).unwrap_or(VERSIONS[0]);
                let result = json!({
                    "protocolVersion": version,
                    "capabilities": { "tools": { "listChanged": true } },
                    "serverInfo": { "name": "weather", "version": "1.0.0" },
                });
                answered(asked, "result", &result).with("mcp-session-id", &session)
            }
            "POST" if session.is_empty() => rpc_error(asked, 400, -32_000, "Bad Request: no valid session ID provided"),
            _ if !is_known => rpc_error(asked, 404, -32_001, "Session not found"),
            _ => post(asked),
        }
    }
}

fn post(asked: &McpAsked) -> McpAnswered {
    let accept = asked.header("accept");
    if !(accept.contains("application/json") && accept.contains("text/event-stream")) {
        return rpc_error(asked, 406, -32_000, "Not Acceptable");
    }
    if !asked.version().is_empty() && !VERSIONS.contains(&asked.version()) {
        return rpc_error(asked, 400, -32_000, "Bad Request: unsupported protocol version");
    }
    if asked.body.len() > 4 << 20 {
        return McpAnswered::empty(413);
    }
    match asked.rpc() {
        "" if asked.message.is_null() => rpc_error(asked, 400, -32_700, "Parse error"),
        "" => rpc_error(asked, 400, -32_602, "Invalid message"),
        _ if asked.message.get("id").is_none() => McpAnswered::empty(202),
        "ping" => answered(asked, "result", &json!({})),
        "tools/list" => answered(asked, "result", &tools()),
        "tools/call" => {
            let city = &asked.message["params"]["arguments"]["city"];
            let (text, is_error) = match (asked.tool(), city.as_str()) {
                ("get-weather", Some("Seattle")) => ("It rains in Seattle.".to_owned(), false),
                ("get-weather", _) => ("Input validation error: city".to_owned(), true),
                (other, _) => (format!("Unknown tool: {other}"), true),
            };
            let content = json!([{ "type": "text", "text": text }]);
            answered(asked, "result", &json!({ "content": content, "isError": is_error }))
        }
        _ => answered(asked, "error", &json!({ "code": -32_601, "message": "Method not found" })),
    }
}

fn tools() -> Value {
    json!({ "tools": [
        {
            "name": "get-weather",
            "description": "Get the current weather of a city",
            "inputSchema": {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "type": "object",
                "properties": { "city": { "type": "string", "title": "City" } },
                "required": ["city"],
                "additionalProperties": false,
            },
            "annotations": { "readOnlyHint": true },
        },
        {
            "name": "set-alarm",
            "description": "Set an alarm for severe weather",
            "inputSchema": { "type": "object", "properties": { "at": { "anyOf": [{ "type": "string" }] } } },
        },
    ] })
}

fn rpc_error(asked: &McpAsked, status: u16, code: i64, message: &str) -> McpAnswered {
    let error = json!({ "code": code, "message": message });
    McpAnswered::json(status, &json!({ "jsonrpc": "2.0", "id": asked.message["id"], "error": error }))
}

/// Returns an answer as a stream: a notification, and then the response.
fn answered(asked: &McpAsked, member: &str, value: &Value) -> McpAnswered {
    let notice =
        json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": { "level": "info", "data": "" } });
    let mut response = json!({ "jsonrpc": "2.0", "id": asked.message["id"] });
    response[member] = value.clone();
    events(&format!(
        "event: message\r\nid: 1\r\ndata: {notice}\r\n\r\nevent: message\r\nid: 2\r\ndata: {response}\r\n\r\n"
    ))
}

fn events(text: &str) -> McpAnswered {
    McpAnswered { body: text.to_owned(), ..McpAnswered::empty(200) }.with("content-type", "text/event-stream")
}
