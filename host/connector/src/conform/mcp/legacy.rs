//! The handshake of the legacy era in each of its versions, and what belongs to sessions.

use hyper::Method;
use serde_json::{Value, json};

use super::client::{LEGACY, MODERN, PlayedClient, UNKNOWN, client_info};
use super::examination::McpExamination;
use super::reply::McpReply;
use crate::conform::Rule;

/// Opens the legacy era, and returns a client for each version that the server speaks, the newest first.
pub(super) async fn open(play: &mut McpExamination<'_>) -> Vec<PlayedClient> {
    let mut clients: Vec<PlayedClient> = Vec::new();
    let mut sessions: Vec<String> = Vec::new();
    for version in LEGACY {
        let Some(reply) = initialize(play, version).await else { return clients };
        let Some(result) = reply.result() else {
            if clients.is_empty() && !reply.is_refusal() {
                play.find(Rule::RequestRefused, version, format!("`initialize`: the answer is {}", reply.told()));
            }
            play.is_unauthenticated |= reply.is_unauthenticated();
            if reply.is_unauthenticated() || !reply.is_refusal() {
                return clients;
            }
            // It may speak an older one.
            continue;
        };
        check_result(play, version, result);
        let session = session_of(play, version, &reply);
        if let Some(session) = &session {
            if sessions.contains(session) {
                play.find(Rule::SessionId, version, "two sessions have the same id");
            }
            sessions.push(session.clone());
        }
        let negotiated = LEGACY.into_iter().find(|known| result["protocolVersion"] == *known);
        let Some(negotiated) = negotiated else {
            // In requests of a version that the check does not speak, the header of the version is left out.
            end(play, &PlayedClient { session, ..PlayedClient::legacy(version) }).await;
            continue;
        };
        let announces_changes = result["capabilities"]["tools"]["listChanged"] == true;
        let client = PlayedClient { session, is_open: true, announces_changes, ..PlayedClient::legacy(negotiated) };
        if clients.iter().any(|other| other.version == negotiated) {
            end(play, &client).await;
            continue;
        }
        announce(play, &client).await;
        clients.push(client);
    }
    // A server of the modern era alone refuses them all, the unknown one too.
    if !clients.is_empty() {
        check_unknown(play).await;
    }
    clients
}

async fn initialize(play: &mut McpExamination<'_>, version: &str) -> Option<McpReply> {
    let known = LEGACY.into_iter().find(|known| *known == version).unwrap_or(LEGACY[0]);
    let params = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client_info() });
    let client = PlayedClient::legacy(known);
    let request = play.request(&client, "`initialize`", "initialize", &params);
    play.send(&request).await
}

fn check_result(play: &mut McpExamination<'_>, version: &str, result: &Value) {
    let spoken = &result["protocolVersion"];
    match spoken.as_str() {
        None => play.find(Rule::OpeningResult, version, "`protocolVersion` is no text"),
        Some(MODERN) => {
            play.find(Rule::VersionNegotiation, version, format!("`{MODERN}` is answered, which has no `initialize`"));
        }
        Some(spoken) if !LEGACY.contains(&spoken) => {
            play.find(Rule::VersionNegotiation, version, format!("the unknown version `{spoken}` is answered"));
        }
        Some(_) => {}
    }
    let info = &result["serverInfo"];
    for (what, is_there) in [
        ("`capabilities.tools` is no object", result["capabilities"]["tools"].is_object()),
        ("`serverInfo.name` is no text", info["name"].is_string()),
        ("`serverInfo.version` is no text", info["version"].is_string()),
    ] {
        if !is_there {
            play.find(Rule::OpeningResult, version, what);
        }
    }
    check_instructions(play, version, result);
}

/// Checks the advice for models that comes with the opening.
pub(super) fn check_instructions(play: &mut McpExamination<'_>, version: &str, result: &Value) {
    if let Some(instructions) = result["instructions"].as_str()
        && contract::visible(instructions) != instructions
    {
        play.find(Rule::TextInvisible, version, "`instructions`");
    }
}

fn session_of(play: &mut McpExamination<'_>, version: &str, reply: &McpReply) -> Option<String> {
    let session = reply.headers.get("mcp-session-id")?;
    let is_visible = session.as_bytes().iter().all(u8::is_ascii_graphic) && !session.is_empty();
    if !is_visible {
        play.find(Rule::SessionId, version, "it is empty, or has other characters than visible ASCII");
        return None;
    }
    session.to_str().ok().map(str::to_owned)
}

/// Sends the notifications after a handshake, and judges their answers.
async fn announce(play: &mut McpExamination<'_>, client: &PlayedClient) {
    let cancelled = json!({ "requestId": "conform-never", "reason": "none" });
    for (method, params) in [("notifications/initialized", json!({})), ("notifications/cancelled", cancelled)] {
        let about = format!("`{method}`");
        let Some(reply) = play.send(&client.notification(&about, method, &params)).await else { return };
        if reply.status != 202 || !reply.body.is_empty() {
            let body = if reply.body.is_empty() { "no body" } else { "a body" };
            let what = format!("{about}: the answer is {} with {body}", reply.status);
            play.find(Rule::NotificationAnswer, client.version, what);
        }
    }
}

/// Checks the negotiation of a version that there never was.
async fn check_unknown(play: &mut McpExamination<'_>) {
    let Some(reply) = initialize(play, UNKNOWN).await else { return };
    let place = LEGACY[0];
    match reply.result() {
        Some(result) => {
            let is_spoken = result["protocolVersion"] == UNKNOWN;
            if is_spoken {
                play.find(Rule::VersionNegotiation, place, format!("`{UNKNOWN}`, which there never was, is spoken"));
            } else {
                check_result(play, place, result);
            }
            let session = session_of(play, place, &reply);
            end(play, &PlayedClient { session, is_open: !is_spoken, ..PlayedClient::legacy(place) }).await;
        }
        None if reply.is_refusal() => {}
        None => {
            play.find(Rule::VersionNegotiation, place, format!("`{UNKNOWN}` is answered with {}", reply.told()));
        }
    }
}

/// Checks a ping.
pub(super) async fn check_ping(play: &mut McpExamination<'_>, client: &PlayedClient) {
    let request = play.request(client, "`ping`", "ping", &json!({}));
    let Some(reply) = play.send(&request).await else { return };
    if reply.result().is_none() && (!reply.is_success() || reply.code().is_some()) {
        play.find(Rule::PingFailed, client.version, format!("the answer is {}", reply.told()));
    }
}

/// Checks a batch, which one version has.
pub(super) async fn check_batch(play: &mut McpExamination<'_>, client: &PlayedClient) {
    if client.version != "2025-03-26" {
        return;
    }
    let body = json!([
        { "jsonrpc": "2.0", "id": "batch-1", "method": "ping" },
        { "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": "conform-never" } },
        { "jsonrpc": "2.0", "id": 2, "method": "tools/list" },
    ]);
    let request = play.request(client, "a batch", "ping", &json!({})).with_body(body.to_string());
    let request = request.awaiting(2);
    let Some(reply) = play.send(&request).await else { return };
    let answers = reply.messages();
    let is_there = |id: Value| answers.iter().any(|answer| answer["id"] == id && answer.get("result").is_some());
    if (400..500).contains(&reply.status) {
        play.find(Rule::BatchRefused, client.version, format!("the answer is {}", reply.told()));
    } else if !reply.is_success() || answers.len() != 2 || !is_there(json!("batch-1")) || !is_there(json!(2)) {
        let what = format!("the answer is {} with {} answers, not one to each request", reply.status, answers.len());
        play.find(Rule::BatchAnswer, client.version, what);
    }
}

/// Checks that a request whose header names an unknown version is rejected, if the client's version has the header.
pub(super) async fn check_version(play: &mut McpExamination<'_>, client: &PlayedClient) {
    if !client.sends_version() {
        return;
    }
    let request = play.request(client, "a request of an unknown version", "tools/list", &json!({}));
    let Some(reply) = play.send(&request.with("mcp-protocol-version", UNKNOWN)).await else { return };
    if !(400..500).contains(&reply.status) {
        play.find(Rule::VersionUnchecked, client.version, format!("the answer is {}", reply.told()));
    }
}

/// Checks what an unknown session is told.
pub(super) async fn check_session(play: &mut McpExamination<'_>, client: &PlayedClient) {
    if client.session.is_none() {
        return;
    }
    let unknown = PlayedClient { session: Some("00000000-conform-0000".to_owned()), ..client.clone() };
    let request = play.request(&unknown, "a request of an unknown session", "tools/list", &json!({}));
    let Some(reply) = play.send(&request).await else { return };
    if reply.status != 404 {
        play.find(Rule::SessionUnknown, client.version, format!("the answer is {}", reply.told()));
    }
}

/// Ends the session of a client, if it has one, and checks that it has ended.
pub(super) async fn end(play: &mut McpExamination<'_>, client: &PlayedClient) {
    if client.session.is_none() {
        return;
    }
    let request = play.request(client, "the end of the session", "ping", &json!({})).with_method(Method::DELETE);
    let Some(ended) = play.send(&request).await else { return };
    if !ended.is_success() {
        return;
    }
    let request = play.request(client, "a request after the end of the session", "tools/list", &json!({}));
    let Some(reply) = play.send(&request).await else { return };
    if reply.result().is_some() {
        play.find(Rule::SessionUndead, client.version, "it is still served");
    }
}
