//! An honest server that speaks both eras without sessions, and answers by the protocol. What it calls things, and how
//! its answers look, is its own.

use serde_json::{Map, Value, json};

use super::{McpAnswered, McpAsked};

/// The token that the protected server takes.
pub const TOKEN: &str = "foreign-open-sesame";

const MODERN: &str = "2026-07-28";
const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// The most bytes of a body.
const LARGEST: usize = 4 << 20;

/// An error of JSON-RPC: status, code and message.
type Failure = (u16, i64, &'static str);

/// Returns the honest answer to a request.
#[must_use]
pub fn honest(asked: &McpAsked) -> McpAnswered {
    let is_stranger = asked.headers.contains_key("origin") || asked.header("host") == "conform.invalid";
    let is_json = asked.header("content-type").starts_with("application/json");
    match asked.method.as_str() {
        _ if is_stranger => McpAnswered::empty(403),
        "POST" if !is_json => McpAnswered::empty(415),
        "POST" if asked.body.len() > LARGEST => McpAnswered::empty(413),
        "POST" => post(asked),
        _ => McpAnswered::empty(405).with("allow", "POST"),
    }
}

/// Returns the honest answer of a server that takes [`TOKEN`].
#[must_use]
pub fn protected(asked: &McpAsked) -> McpAnswered {
    let origin = format!("http://{}", asked.header("host"));
    let metadata = "/.well-known/oauth-protected-resource/mcp";
    if asked.path == metadata {
        let metadata = json!({
            "resource": format!("{origin}/mcp"),
            "authorization_servers": ["https://sign-in.example/"],
            "bearer_methods_supported": ["header"],
        });
        return McpAnswered::json(200, &metadata);
    }
    if asked.header("authorization") == format!("Bearer {TOKEN}") {
        return honest(asked);
    }
    let challenge = format!("Bearer resource_metadata=\"{origin}{metadata}\", scope=\"deals\"");
    McpAnswered::empty(401).with("www-authenticate", &challenge)
}

fn post(asked: &McpAsked) -> McpAnswered {
    match &asked.message {
        Value::Null => failed(None, (400, -32_700, "no JSON")),
        Value::Array(messages) => {
            let answers = messages.iter().filter(|message| message.get("id").is_some());
            let answer = |message: &Value| match answer(asked, message, false) {
                Ok(result) => json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }),
                Err((_, code, message)) => json!({ "jsonrpc": "2.0", "error": { "code": code, "message": message } }),
            };
            McpAnswered::json(200, &answers.map(answer).collect())
        }
        message if !message["method"].is_string() => failed(None, (400, -32_600, "no message")),
        message => {
            let Some(id) = message.get("id") else { return McpAnswered::empty(202) };
            match era(asked, message).and_then(|is_modern| answer(asked, message, is_modern)) {
                Ok(result) => McpAnswered::json(200, &json!({ "jsonrpc": "2.0", "id": id, "result": result })),
                Err(failure) => failed(Some(id), failure),
            }
        }
    }
}

fn failed(id: Option<&Value>, (status, code, message): Failure) -> McpAnswered {
    let mut body = json!({ "jsonrpc": "2.0", "error": { "code": code, "message": message } });
    if code == -32_022 {
        body["error"]["data"] = json!({ "requested": "?", "supported": [MODERN, LEGACY[0]] });
    }
    id.into_iter().for_each(|id| body["id"] = id.clone());
    McpAnswered::json(status, &body)
}

/// Returns whether a request is of the modern era.
fn era(asked: &McpAsked, message: &Value) -> Result<bool, Failure> {
    let meta = message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"].as_str();
    let header = (!asked.version().is_empty()).then(|| asked.version());
    let mismatch = Err((400, -32_020, "the headers differ from the body"));
    match (header, meta) {
        (Some(header), Some(meta)) if header != meta => mismatch,
        (None, Some(_)) => mismatch,
        (Some(MODERN), Some(_)) => {
            let name = message["params"]["name"].as_str().unwrap_or_default();
            let encoded = asked.header("mcp-name");
            let own = if encoded.starts_with("=?base64?") { "conform_no_such_tool" } else { encoded };
            let is_same = asked.header("mcp-method") == asked.rpc() && own == name;
            if is_same { Ok(true) } else { mismatch }
        }
        (Some(header), None) if asked.rpc() != "initialize" && !LEGACY.contains(&header) => {
            Err((400, -32_022, "this version is not spoken"))
        }
        (Some(_), Some(_)) => Err((400, -32_022, "this version is not spoken")),
        (_, None) => Ok(false),
    }
}

fn answer(asked: &McpAsked, message: &Value, is_modern: bool) -> Result<Value, Failure> {
    let params = &message["params"];
    let info = json!({ "name": "deals", "version": "7" });
    let mut result = match message["method"].as_str().unwrap_or_default() {
        "initialize" if !is_modern => {
            let version = LEGACY.into_iter().find(|version| params["protocolVersion"] == *version);
            return Ok(json!({
                "protocolVersion": version.unwrap_or(LEGACY[0]), "capabilities": { "tools": {} }, "serverInfo": info,
            }));
        }
        "ping" if !is_modern => return Ok(json!({})),
        "server/discover" if is_modern => json!({
            "supportedVersions": [MODERN, LEGACY[0]], "capabilities": { "tools": {} }, "ttlMs": 1, "cacheScope": "private",
        }),
        "tools/list" => list(params)?,
        "tools/call" => return call(asked, params).map(|result| kind(result, is_modern)),
        _ => return Err((if is_modern { 404 } else { 200 }, -32_601, "no such method")),
    };
    if is_modern {
        result["ttlMs"] = json!(1_000);
        result["cacheScope"] = json!("private");
    }
    Ok(kind(result, is_modern))
}

/// Adds the kind of a result, which one era has.
fn kind(mut result: Value, is_modern: bool) -> Value {
    if is_modern {
        result["resultType"] = json!("complete");
    }
    result
}

/// Returns the list of tools, one on each page.
fn list(params: &Value) -> Result<Value, Failure> {
    let annotations = json!({ "readOnlyHint": true });
    match params.get("cursor").and_then(Value::as_str) {
        None => Ok(json!({ "nextCursor": "second", "tools": [{
            "name": "find_deals",
            "description": "Use this when the user asks for the deals of an account by its name.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "accountName": { "type": "string", "description": "The name of the account, as in Fourth Coffee." },
                    "most": { "type": "integer", "description": "The most deals to return.", "default": 5 },
                },
                "required": ["accountName"],
            },
            "outputSchema": {
                "type": "object",
                "properties": { "items": { "type": "array", "items": { "type": "object", "required": ["title"] } } },
                "required": ["items"],
            },
            "annotations": annotations,
        }] })),
        Some("second") => Ok(json!({ "tools": [{
            "name": "list_regions",
            "description": "Use this when the user asks in which regions deals are made.",
            "inputSchema": { "type": "object" },
            "annotations": annotations,
        }] })),
        Some(_) => Err((200, -32_602, "no such cursor")),
    }
}

fn call(asked: &McpAsked, params: &Value) -> Result<Value, Failure> {
    let arguments = params["arguments"].as_object().cloned().unwrap_or_default();
    let locale = params["_meta"]["openai/locale"].as_str().unwrap_or_else(|| asked.header("accept-language"));
    match params["name"].as_str() {
        Some("find_deals") => Ok(find_deals(&arguments, locale)),
        Some("list_regions") => {
            let regions = json!({ "regions": [if locale.starts_with("de") { "Norden" } else { "North" }] });
            Ok(json!({ "content": [{ "type": "text", "text": regions.to_string() }] }))
        }
        Some(_) => Err((200, -32_602, "no such tool")),
        None => Err((200, -32_602, "no name")),
    }
}

fn find_deals(arguments: &Map<String, Value>, locale: &str) -> Value {
    let fails = |text: &str| json!({ "content": [{ "type": "text", "text": text }], "isError": true });
    match arguments.get("accountName") {
        Some(Value::String(name)) if name == "Fourth Coffee" => {
            let title = if locale.starts_with("de") { "Rahmenvertrag" } else { "Framework contract" };
            let found = json!({ "items": [{ "title": title, "url": "https://deals.example/1", "amount": 48_000 }] });
            json!({ "content": [{ "type": "text", "text": found.to_string() }], "structuredContent": found })
        }
        Some(Value::String(_)) => fails("There is no account of this name. Ask the user for its name."),
        Some(_) | None => fails("`accountName` must be a text."),
    }
}
