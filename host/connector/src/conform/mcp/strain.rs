//! Requests that strain a server: large, deep and oversized ones, and clients that leave. Each is sent once or a few
//! times, as this is no load test.

use std::time::Duration;

use serde_json::{Value, json};

use super::call::AnsweredTool;
use super::client::PlayedClient;
use super::examination::McpExamination;
use super::request::McpRequest;
use crate::conform::Rule;
use crate::conform::http::{StreamEnd, Unanswered};

/// The bytes of a large argument, and those of a request that no server needs to take.
const LARGE: usize = 1 << 20;
const OVERSIZED: usize = 9 << 20;

/// The depth of a list in lists.
const DEPTH: usize = 5_000;

/// The clients that leave, and the time after which they do.
const LEAVING: usize = 4;
const LEAVE_AFTER: Duration = Duration::from_millis(20);

/// Strains the server by a tool that it answers.
pub(super) async fn check(play: &mut McpExamination<'_>, client: &PlayedClient, answered: &AnsweredTool<'_>) {
    let AnsweredTool { tool, arguments } = answered;
    let is_text = |(_, schema): &(&String, &Value)| schema["type"] == "string" && schema.get("enum").is_none();
    if let Some((input, _)) = tool.inputs().find(is_text) {
        for bytes in [LARGE, OVERSIZED] {
            let about = format!("a call with {} MiB of text", bytes >> 20);
            let mut arguments = arguments.clone();
            arguments[input] = json!("Lorem ipsum ".repeat(bytes / 12));
            let request = play.call(client, &about, &tool.name, &arguments);
            strain(play, request).await;
        }
        let mut marked = arguments.clone();
        marked[input] = json!("conform-deep");
        let about = format!("a call with {DEPTH} lists in each other");
        let request = play.call(client, &about, &tool.name, &marked);
        let deep = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
        let body = request.text().replace("\"conform-deep\"", &deep);
        strain(play, request.with_body(body)).await;
    }
    leave(play, client, answered).await;
}

/// Sends a request that may be refused, and must not break the server. A connection that is closed on too much is no
/// answer, but none that breaks anything.
async fn strain(play: &mut McpExamination<'_>, request: McpRequest) {
    let Some(outcome) = play.exchange(&request).await else { return };
    let what = match &outcome {
        Ok(reply) if reply.status >= 500 => format!("the answer is {}", reply.told()),
        Ok(reply) if reply.end == StreamEnd::TimedOut => "no whole answer comes".to_owned(),
        Err(Unanswered::TimedOut) => "no answer comes".to_owned(),
        Ok(_) | Err(Unanswered::Broken(_)) => return,
    };
    play.find(Rule::InputBreaks, &request.location, format!("{}: {what}", request.about));
}

/// Begins calls and leaves, and checks that the server answers the next client.
async fn leave(play: &mut McpExamination<'_>, client: &PlayedClient, answered: &AnsweredTool<'_>) {
    for _ in 0..LEAVING {
        if play.is_over() {
            return;
        }
        let request = play.call(client, "a call that is left", &answered.tool.name, &answered.arguments);
        let Ok(http) = request.http(play.base) else { return };
        // The connection ends with the exchange that is dropped.
        let _left = play.base.stream(http, LEAVE_AFTER, LEAVE_AFTER, |_, _| true).await;
    }
    let request = play.request(client, "a request after clients that left", "tools/list", &json!({}));
    let Some(outcome) = play.exchange(&request).await else { return };
    let what = match outcome {
        Ok(reply) if reply.end == StreamEnd::TimedOut => "no whole answer comes".to_owned(),
        Ok(reply) if !reply.is_success() => format!("the answer is {}", reply.told()),
        Ok(_) => return,
        Err(Unanswered::TimedOut) => "no answer comes".to_owned(),
        Err(Unanswered::Broken(why)) => why,
    };
    play.find(Rule::DisconnectHarms, client.version, what);
}
