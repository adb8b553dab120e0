//! The modern era: what the server says of itself, the headers that repeat a request, and listening.

use serde_json::{Value, json};

use super::client::{MODERN, NO_TOOL, PlayedClient, encoded};
use super::examination::McpExamination;
use super::legacy::check_instructions;
use super::reply::McpReply;
use super::request::McpRequest;
use crate::conform::Rule;
use crate::conform::examine::PATIENCE;

/// The code of an error for headers that differ from the body.
const HEADER_MISMATCH: i64 = -32_020;

/// The code of an error for a version that is not served.
const UNSUPPORTED_VERSION: i64 = -32_022;

/// Opens the modern era. Returns its client if the server speaks it.
pub(super) async fn open(play: &mut McpExamination<'_>) -> Option<PlayedClient> {
    let mut client = PlayedClient::modern();
    let request = play.request(&client, "`server/discover`", "server/discover", &json!({}));
    // Of a server of the other era alone, any answer to this is right.
    let reply = match play.exchange(&request).await? {
        Ok(reply) => reply,
        Err(_) => return None,
    };
    play.is_unauthenticated |= reply.is_unauthenticated();
    let result = reply.result().filter(|result| result.get("supportedVersions").is_some())?.clone();
    let versions = result["supportedVersions"].as_array();
    if !versions.is_some_and(|versions| versions.iter().any(|version| version == MODERN)) {
        play.find(Rule::OpeningResult, MODERN, format!("`supportedVersions` has no `{MODERN}`"));
    }
    let tools = &result["capabilities"]["tools"];
    if !tools.is_object() {
        play.find(Rule::OpeningResult, MODERN, "`capabilities.tools` is no object");
    }
    check_whole(play, "`server/discover`", &result, true);
    check_instructions(play, MODERN, &result);
    if reply.header("mcp-session-id").is_some() {
        play.find(Rule::SessionId, MODERN, "this version has no sessions, and the server makes one");
    }
    client.announces_changes = tools["listChanged"] == true;
    Some(client)
}

/// Checks what each result of the era has; those that may be kept say for how long and for whom.
pub(super) fn check_whole(play: &mut McpExamination<'_>, about: &str, result: &Value, is_kept: bool) {
    if result["resultType"] != "complete" {
        play.find(Rule::ResultIncomplete, MODERN, format!("{about}: `resultType` is not \"complete\""));
    }
    if !is_kept {
        return;
    }
    if !result["ttlMs"].is_u64() {
        play.find(Rule::ResultIncomplete, MODERN, format!("{about}: `ttlMs` is no whole number"));
    }
    match result["cacheScope"].as_str() {
        Some("private") => {}
        Some("public") if play.base.has_credentials() => {
            play.find(Rule::CachePublic, MODERN, format!("{about}: `cacheScope` is \"public\""));
        }
        Some("public") => {}
        _ => {
            play.find(Rule::ResultIncomplete, MODERN, format!("{about}: `cacheScope` is not \"private\" or \"public\""))
        }
    }
}

/// Checks that headers are compared with the body.
pub(super) async fn check_headers(play: &mut McpExamination<'_>, client: &PlayedClient) {
    for (about, method, header, value) in [
        ("a request without MCP-Protocol-Version", "tools/list", "mcp-protocol-version", None),
        ("a request with another version in its header", "tools/list", "mcp-protocol-version", Some("2025-11-25")),
        ("a request without Mcp-Method", "tools/list", "mcp-method", None),
        ("a request with another method in its header", "tools/list", "mcp-method", Some("tools/call")),
        ("a call without Mcp-Name", "tools/call", "mcp-name", None),
        ("a call with the name of another tool in its header", "tools/call", "mcp-name", Some("conform_other_tool")),
    ] {
        let request = play.request(client, about, method, &params_of(method));
        let request = match value {
            Some(value) => request.with(header, value),
            None => request.without(header),
        };
        expect_mismatch(play, request).await;
    }
    let request = play.request(client, "a call with its name in Base64", "tools/call", &params_of("tools/call"));
    let request = request.with("mcp-name", &encoded(NO_TOOL));
    if let Some(reply) = play.send(&request).await
        && (reply.code() == Some(HEADER_MISMATCH) || reply.status >= 500)
    {
        play.find(Rule::HeaderRefused, MODERN, format!("{}: the answer is {}", request.about, reply.told()));
    }
    check_version(play, client).await;
}

/// Returns the parameters of a request that changes nothing, whether it is served or not.
fn params_of(method: &str) -> Value {
    if method == "tools/call" { json!({ "name": NO_TOOL, "arguments": {} }) } else { json!({}) }
}

/// Sends a request whose headers are wrong, which must be rejected for that.
async fn expect_mismatch(play: &mut McpExamination<'_>, request: McpRequest) {
    let Some(reply) = play.send(&request).await else { return };
    let about = &request.about;
    if !is_rejected(&reply) {
        play.find(Rule::HeaderUnchecked, MODERN, format!("{about}: the answer is {}", reply.told()));
    } else if reply.code() != Some(HEADER_MISMATCH) {
        play.find(Rule::RpcErrorCode, MODERN, format!("{about}: {}, not {HEADER_MISMATCH}", reply.told()));
    }
}

/// Returns whether a request was rejected for its form.
fn is_rejected(reply: &McpReply) -> bool {
    reply.status == 400 || (reply.is_success() && reply.code() == Some(HEADER_MISMATCH))
}

/// Checks that a version that there will never be is answered with those that there are.
async fn check_version(play: &mut McpExamination<'_>, client: &PlayedClient) {
    let future = PlayedClient { version: "2199-01-01", ..client.clone() };
    let request = play.request(&future, "a request of an unknown version", "tools/list", &json!({})).at(MODERN);
    let Some(reply) = play.send(&request).await else { return };
    let about = &request.about;
    if reply.status != 400 {
        return play.find(Rule::VersionUnchecked, MODERN, format!("{about}: the answer is {}", reply.told()));
    }
    let supported = reply.message.as_ref().map(|message| &message["error"]["data"]["supported"]);
    if reply.code() != Some(UNSUPPORTED_VERSION) || !supported.is_some_and(Value::is_array) {
        let what = format!("{about}: {}, not {UNSUPPORTED_VERSION} with a list `supported`", reply.told());
        play.find(Rule::RpcErrorCode, MODERN, what);
    }
}

/// Checks that a subscription begins with its acknowledgement.
pub(super) async fn check_listening(play: &mut McpExamination<'_>, client: &PlayedClient) {
    if !client.announces_changes {
        return;
    }
    let params = json!({ "notifications": { "toolsListChanged": true } });
    let request = play.request(client, "`subscriptions/listen`", "subscriptions/listen", &params);
    let Some(Ok(heard)) = play.listen(&request, PATIENCE, |_, events| events > 0).await else { return };
    let first = heard.messages().into_iter().next();
    let subscription = |event: &Value| event["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"].clone();
    let what = match first {
        _ if heard.status != 200 || !heard.is_stream() => format!("the answer is {}, no stream", heard.told()),
        None => "no event comes".to_owned(),
        Some(event) if event["method"] != "notifications/subscriptions/acknowledged" => {
            "the first event is another".to_owned()
        }
        Some(event) if Some(&subscription(&event)) != request.id.as_ref() => {
            "the acknowledgement does not name the id of the request".to_owned()
        }
        Some(_) => return,
    };
    play.find(Rule::ListenAnswer, client.version, format!("{}: {what}", request.about));
}
