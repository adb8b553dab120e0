//! The answer of the server, read as a message of JSON-RPC.

use std::time::Duration;

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use serde_json::Value;

use super::events::{EventReader, ServerEvent};
use crate::conform::http::{StreamEnd, StreamedResponse};

/// The most characters of an error's message that are quoted.
const QUOTED: usize = 160;

/// An answer as far as it was read.
#[derive(Debug)]
pub(super) struct McpReply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) took: Duration,
    pub(super) end: StreamEnd,
    /// The message of JSON-RPC, if there is one: the body, or that event of a stream that answers the request.
    pub(super) message: Option<Value>,
}

/// The watch over a stream, which is read until all answers came.
#[derive(Debug)]
pub(super) struct AnswerWatch {
    events: EventReader,
    missing: usize,
}

impl AnswerWatch {
    /// Waits for so many answers.
    pub(super) fn new(answers: usize) -> Self {
        Self { events: EventReader::default(), missing: answers }
    }

    /// Returns whether these bytes of a response complete the answers to its request.
    pub(super) fn sees(&mut self, headers: &HeaderMap, bytes: &[u8]) -> bool {
        if !is_stream(headers) {
            return false;
        }
        let events = self.events.push(bytes);
        let answers = events.iter().filter_map(ServerEvent::json).flat_map(singly).filter(is_answer);
        self.missing = self.missing.saturating_sub(answers.count());
        self.missing == 0
    }
}

impl McpReply {
    pub(super) fn new(response: StreamedResponse) -> Self {
        let StreamedResponse { status, headers, body, took, end } = response;
        let mut reply = Self { status, headers, body, took, end, message: None };
        reply.message = match reply.is_stream() {
            true => reply.messages().into_iter().find(is_answer),
            false => serde_json::from_slice(&reply.body).ok(),
        };
        reply
    }

    /// Returns the messages of its body or stream, those of a batch singly.
    pub(super) fn messages(&self) -> Vec<Value> {
        if self.is_stream() {
            let events = EventReader::default().push(&self.body);
            return events.iter().filter_map(ServerEvent::json).flat_map(singly).collect();
        }
        serde_json::from_slice(&self.body).map(singly).unwrap_or_default()
    }

    /// Returns the result, if there is one.
    pub(super) fn result(&self) -> Option<&Value> {
        if self.is_success() { self.message.as_ref()?.get("result") } else { None }
    }

    /// Returns the code of the error, if there is one of JSON-RPC.
    pub(super) fn code(&self) -> Option<i64> {
        self.message.as_ref()?.get("error")?.get("code")?.as_i64()
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns whether the server says that the request is wrong.
    pub(super) fn is_refusal(&self) -> bool {
        (400..500).contains(&self.status) || (self.is_success() && self.code().is_some())
    }

    /// Returns whether the server asks for a token.
    pub(super) fn is_unauthenticated(&self) -> bool {
        self.status == 401
    }

    pub(super) fn is_stream(&self) -> bool {
        is_stream(&self.headers)
    }

    /// Returns a header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Formats the status, with the error if there is one.
    pub(super) fn told(&self) -> String {
        let error = self.message.as_ref().and_then(|message| message.get("error"));
        let message = error.and_then(|error| error["message"].as_str()).unwrap_or_default();
        let message: String = message.chars().take(QUOTED).collect();
        match self.code() {
            Some(code) if message.is_empty() => format!("{}, error {code}", self.status),
            Some(code) => format!("{}, error {code}: {message}", self.status),
            None => self.status.to_string(),
        }
    }
}

/// Returns the media type of an answer, in lower case.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
    kind.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_stream(headers: &HeaderMap) -> bool {
    media_type(headers) == "text/event-stream"
}

/// Returns whether a message answers a request, rather than being a request or notification of the server's.
fn is_answer(message: &Value) -> bool {
    message.get("result").is_some() || message.get("error").is_some()
}

/// Returns the messages of a batch, or the only one.
fn singly(message: Value) -> Vec<Value> {
    match message {
        Value::Array(messages) => messages,
        message => vec![message],
    }
}
