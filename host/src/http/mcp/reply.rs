//! Answers of the protocol. Parts that are serialised already are put together as texts, so that no large answer is
//! serialised twice.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::era::{Era, LEGACY, VERSIONS};
use super::message::RequestId;

/// The time for which clients may use a list of tools, in milliseconds.
const LIST_AGE: u32 = 60_000;

/// The advice for models that goes with the tools.
const INSTRUCTIONS: &str = "\
    These tools answer questions of sellers out of partner applications, beside the CRM. Take the type and the \
    identifier of a record from the conversation, or from a link to the record; never invent one. Say only what an \
    answer holds, and name its source by title and URL. If an answer says `isError`, say what has failed.";

/// A response of this JSON.
pub(super) fn json(body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The response to a notification.
pub(super) fn accepted() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

/// The response to the request `id`, whose result has these serialised `members`.
pub(super) fn result(id: &RequestId, era: Era, members: &str) -> Response<Body> {
    result_with(id, era, members, Map::new())
}

/// The response with `meta` in the metadata of its result.
pub(super) fn result_with(id: &RequestId, era: Era, members: &str, meta: Map<String, Value>) -> Response<Body> {
    json(message(id, era, members, meta))
}

/// The message whose result has these serialised `members`, and those that every result of the era has.
fn message(id: &RequestId, era: Era, members: &str, mut meta: Map<String, Value>) -> String {
    let mut kind = "";
    if era == Era::Modern {
        kind = r#""resultType":"complete""#;
        meta.insert("io.modelcontextprotocol/serverInfo".to_owned(), server_info());
    }
    let meta = if meta.is_empty() { String::new() } else { format!(r#""_meta":{}"#, Value::Object(meta)) };
    let mut message = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"#);
    for (index, part) in [kind, members, &meta].into_iter().filter(|part| !part.is_empty()).enumerate() {
        if index > 0 {
            message.push(',');
        }
        message.push_str(part);
    }
    message.push_str("}}");
    message
}

/// The last message of a listener: its subscription has ended.
pub(super) fn ended(id: &RequestId, meta: Map<String, Value>) -> String {
    message(id, Era::Modern, "", meta)
}

/// The response to `initialize`: the version that the client asks for, or else the newest of its era.
pub(super) fn initialized(id: &RequestId, params: &Map<String, Value>) -> Response<Body> {
    let asked = params.get("protocolVersion").and_then(Value::as_str);
    let version = LEGACY.into_iter().find(|version| asked == Some(version)).unwrap_or(LEGACY[0]);
    let members = json!({
        "protocolVersion": version,
        // Changes of tools are announced to listeners alone, which this era does not have.
        "capabilities": { "tools": {} },
        "serverInfo": server_info(),
        "instructions": INSTRUCTIONS,
    });
    result(id, Era::Legacy, inner(&members.to_string()))
}

/// The response to `server/discover`.
pub(super) fn discovered(id: &RequestId) -> Response<Body> {
    let members = json!({
        "supportedVersions": VERSIONS,
        "capabilities": { "tools": { "listChanged": true } },
        "instructions": INSTRUCTIONS,
        "ttlMs": LIST_AGE,
        "cacheScope": "private",
    });
    result(id, Era::Modern, inner(&members.to_string()))
}

/// The response to `tools/list`: the serialised `definitions`, and the position of the next if there are more.
pub(super) fn listed(id: &RequestId, era: Era, definitions: &[&str], next: Option<usize>) -> Response<Body> {
    let tools = definitions.join(",");
    let next = next.map(|next| format!(r#","nextCursor":"{next}""#)).unwrap_or_default();
    let age = match era {
        Era::Modern => format!(r#","ttlMs":{LIST_AGE},"cacheScope":"private""#),
        Era::Legacy => String::new(),
    };
    result(id, era, &format!(r#""tools":[{tools}]{next}{age}"#))
}

/// The members of a serialised object, without its braces.
fn inner(object: &str) -> &str {
    object.strip_prefix('{').and_then(|object| object.strip_suffix('}')).unwrap_or_default()
}

fn server_info() -> Value {
    json!({ "name": "insight-host", "title": "Insight Host", "version": env!("CARGO_PKG_VERSION") })
}
