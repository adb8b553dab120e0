//! The checks of messages that are wrong, and of ids.

use serde_json::{Value, json};

use super::client::{NO_TOOL, PlayedClient, PlayedEra};
use super::examination::McpExamination;
use super::reply::McpReply;
use crate::conform::Rule;

/// Codes of JSON-RPC.
const PARSE_ERROR: i64 = -32_700;
const INVALID_REQUEST: i64 = -32_600;
const NO_SUCH_METHOD: i64 = -32_601;
const INVALID_PARAMS: i64 = -32_602;

/// Checks what a server answers to what is no good request.
pub(super) async fn check(play: &mut McpExamination<'_>, client: &PlayedClient) {
    check_malformed(play, client).await;
    check_method(play, client).await;
    check_params(play, client).await;
    check_tool(play, client).await;
    check_ids(play, client).await;
}

/// Checks bodies that are no messages.
async fn check_malformed(play: &mut McpExamination<'_>, client: &PlayedClient) {
    for (about, body, code) in [
        ("a body that ends early", r#"{"jsonrpc":"2.0","id":1,"method":"#, PARSE_ERROR),
        ("a body that is a text", r#""hello""#, INVALID_REQUEST),
    ] {
        let request = play.request(client, about, "tools/list", &json!({})).with_body(body);
        let Some(reply) = play.send(&request).await else { return };
        if !reply.is_refusal() {
            let what = format!("{about}: the answer is {}", reply.told());
            play.find(Rule::MessageUnchecked, client.version, what);
        } else {
            check_code(play, client, about, &reply, code);
        }
    }
}

async fn check_method(play: &mut McpExamination<'_>, client: &PlayedClient) {
    let request = play.request(client, "an unknown method", "conform/no-such-method", &json!({}));
    let Some(reply) = play.send(&request).await else { return };
    let about = &request.about;
    if !reply.is_refusal() {
        return play.find(Rule::MethodUnchecked, client.version, format!("the answer is {}", reply.told()));
    }
    check_code(play, client, about, &reply, NO_SUCH_METHOD);
    if client.era == PlayedEra::Modern && reply.code() == Some(NO_SUCH_METHOD) && reply.status != 404 {
        play.find(Rule::RpcErrorCode, client.version, format!("{about}: the status is {}, not 404", reply.status));
    }
}

async fn check_params(play: &mut McpExamination<'_>, client: &PlayedClient) {
    let request = play.request(client, "a call without a name", "tools/call", &json!({ "arguments": {} }));
    let Some(reply) = play.send(&request).await else { return };
    if is_tool_error(&reply) {
        let what = format!("{}: it is told as an error of a tool", request.about);
        play.find(Rule::RpcErrorCode, client.version, what);
    } else if !reply.is_refusal() {
        let what = format!("{}: the answer is {}", request.about, reply.told());
        play.find(Rule::MessageUnchecked, client.version, what);
    } else if client.era == PlayedEra::Legacy {
        // In the modern era the header that repeats the name is missing, too.
        check_code(play, client, &request.about, &reply, INVALID_PARAMS);
    }
}

async fn check_tool(play: &mut McpExamination<'_>, client: &PlayedClient) {
    let request = play.call(client, "an unknown tool", NO_TOOL, &json!({})).at(client.version);
    let Some(reply) = play.send(&request).await else { return };
    if is_tool_error(&reply) {
        let what = format!("{}: it is told as an error of a tool, not by {INVALID_PARAMS}", request.about);
        play.find(Rule::RpcErrorCode, client.version, what);
    } else if !reply.is_refusal() {
        play.find(Rule::ToolUnchecked, client.version, format!("the answer is {}", reply.told()));
    } else {
        check_code(play, client, &request.about, &reply, INVALID_PARAMS);
    }
}

/// Checks that ids of each form come back; the form of each answer is judged as it comes.
async fn check_ids(play: &mut McpExamination<'_>, client: &PlayedClient) {
    for id in [json!("conform/ä \"1\""), json!("17"), json!(9_007_199_254_740_991_u64), json!(0)] {
        let about = format!("a request with the id `{id}`");
        let request = play.request(client, &about, "tools/list", &json!({})).with_id(&id);
        let Some(reply) = play.send(&request).await else { return };
        if !reply.is_success() {
            play.find(Rule::RpcId, client.version, format!("{about}: the answer is {}", reply.told()));
        }
    }
}

/// Returns whether an answer is a result that says that a tool failed.
fn is_tool_error(reply: &McpReply) -> bool {
    reply.result().is_some_and(|result| result["isError"] == Value::Bool(true))
}

/// Checks the code of an error, if it is one of JSON-RPC: HTTP alone may say it, too.
fn check_code(play: &mut McpExamination<'_>, client: &PlayedClient, about: &str, reply: &McpReply, code: i64) {
    if reply.code().is_some_and(|own| own != code) {
        play.find(Rule::RpcErrorCode, client.version, format!("{about}: {}, not {code}", reply.told()));
    }
}
