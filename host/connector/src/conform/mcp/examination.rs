//! The state of a check: what was asked, and what was found. Nothing that the server does makes it endless: each request
//! has a time and a size, and a server that does not answer is asked no more.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use hyper::HeaderMap;
use hyper::header::DATE;
use serde_json::{Value, json};

use super::McpPlan;
use super::client::PlayedClient;
use super::events::EventReader;
use super::reply::{AnswerWatch, McpReply, media_type};
use super::request::McpRequest;
use super::schemas::SchemaTime;
use crate::conform::examine::PATIENCE;
use crate::conform::http::{ANSWER, GRACE, StreamEnd, Unanswered};
use crate::conform::schema::AnswerSchema;
use crate::conform::{Base, Findings, RequestCount, Rule};

/// The most requests without an answer. After them no more are sent.
const MOST_UNANSWERED: usize = 3;

/// The time of a request. A late answer is told from one that never comes.
const TIME: Duration = PATIENCE.saturating_add(GRACE);

/// The most requests in all, the time of all, and the most findings.
const MOST_REQUESTS: u32 = 2_000;
const MOST_TIME: Duration = Duration::from_secs(600);
const MOST_FINDINGS: usize = 2_000;

/// The most mismatches with a schema that are told.
const MOST_MISMATCHES: usize = 10;

/// The difference of clocks from which tokens are rejected.
const CLOCK: Duration = Duration::from_secs(300);

/// The check of a server.
pub(super) struct McpExamination<'a> {
    pub(super) base: &'a Base,
    pub(super) plan: &'a McpPlan,
    pub(super) findings: Findings,
    /// The requests for each version and tool.
    pub(super) asked: Vec<(String, RequestCount)>,
    /// True if the server asked for a token that it was not sent, or rejected the one that it was sent.
    pub(super) is_unauthenticated: bool,
    /// The time for the server's schemas.
    schema_time: SchemaTime,
    begun: Instant,
    unanswered: usize,
    number: u32,
}

impl<'a> McpExamination<'a> {
    pub(super) fn new(base: &'a Base, plan: &'a McpPlan) -> Self {
        Self {
            base,
            plan,
            findings: Findings::redacted(base.redaction()),
            asked: Vec::new(),
            is_unauthenticated: false,
            schema_time: SchemaTime::new(),
            begun: Instant::now(),
            unanswered: 0,
            number: 0,
        }
    }

    pub(super) fn find(&mut self, rule: Rule, location: &str, what: impl Into<String>) {
        if self.findings.all().len() < MOST_FINDINGS {
            self.findings.add(rule, location, what);
        }
    }

    /// Builds a schema of the server's: an error says why it is none. `None` if that takes too long, which is told.
    pub(super) fn schema(&mut self, location: &str, schema: &Value) -> Option<Result<Arc<AnswerSchema>, String>> {
        let schema = schema.clone();
        let built = self.schema_time.spend(move || AnswerSchema::of_tool(&schema).map(Arc::new));
        self.told(location, built)
    }

    /// Returns the first mismatches of a value with a schema of the server's.
    pub(super) fn mismatches(&mut self, location: &str, schema: &Arc<AnswerSchema>, value: &Value) -> Vec<String> {
        let (schema, value) = (Arc::clone(schema), value.clone());
        let texts = move || schema.mismatches(&value).into_iter().take(MOST_MISMATCHES).map(|mismatch| mismatch.what);
        let found = self.schema_time.spend(move || texts().collect());
        self.told(location, found).unwrap_or_default()
    }

    /// Tells if there was no time for a schema.
    fn told<T>(&mut self, location: &str, done: Option<T>) -> Option<T> {
        if done.is_none() {
            self.find_once(Rule::Unchecked, location, "its schemas take too long to be checked");
        }
        done
    }

    /// Adds a finding, unless there is one of the rule at the location: a server that gets a form wrong does so in each
    /// answer.
    pub(super) fn find_once(&mut self, rule: Rule, location: &str, what: impl Into<String>) {
        if !self.findings.at(location).any(|finding| finding.rule == rule) {
            self.find(rule, location, what);
        }
    }

    /// Returns whether a request had no answer.
    pub(super) const fn is_unanswered(&self) -> bool {
        self.unanswered > 0
    }

    /// Returns whether the server is asked no more.
    pub(super) fn is_over(&self) -> bool {
        self.why_over().is_some()
    }

    /// Returns why the server is asked no more.
    pub(super) fn why_over(&self) -> Option<String> {
        if self.unanswered >= MOST_UNANSWERED {
            Some(format!("{MOST_UNANSWERED} requests had no answer"))
        } else if self.number >= MOST_REQUESTS || self.begun.elapsed() > MOST_TIME {
            Some(format!("it takes more than {} minutes or {MOST_REQUESTS} requests", MOST_TIME.as_secs() / 60))
        } else if self.findings.all().len() >= MOST_FINDINGS {
            Some(format!("there are {MOST_FINDINGS} findings"))
        } else {
            None
        }
    }

    /// Returns a request of a client.
    pub(super) fn request(&mut self, client: &PlayedClient, about: &str, method: &str, params: &Value) -> McpRequest {
        self.number += 1;
        client.request(self.number, about, method, params)
    }

    /// Returns a call of a tool, with the metadata that Copilot sends.
    pub(super) fn call(&mut self, client: &PlayedClient, about: &str, tool: &str, arguments: &Value) -> McpRequest {
        let meta = json!({ "openai/locale": "en", "openai/userAgent": "sales-copilot" });
        let params = json!({ "name": tool, "arguments": arguments, "_meta": meta });
        self.request(client, about, "tools/call", &params).at(tool)
    }

    /// Sends a request, and finds nothing in its answer. `None` if the server is asked no more.
    pub(super) async fn exchange(&mut self, request: &McpRequest) -> Option<Result<McpReply, Unanswered>> {
        if self.is_over() {
            return None;
        }
        let http = match request.http(self.base) {
            Ok(http) => http,
            Err(why) => return Some(Err(Unanswered::Broken(why))),
        };
        let mut watch = AnswerWatch::new(request.answers);
        let streamed = self.base.stream(http, TIME, TIME, |headers, bytes| watch.sees(headers, bytes)).await;
        let reply = streamed.map(McpReply::new);
        let took = reply.as_ref().map_or(TIME, |reply| reply.took);
        self.count(&request.location, &request.about, took);
        match &reply {
            Ok(reply) if reply.end != StreamEnd::TimedOut => self.check_clock(reply),
            Ok(_) | Err(Unanswered::TimedOut) => self.unanswered += 1,
            Err(Unanswered::Broken(_)) => {}
        }
        Some(reply)
    }

    /// Sends a request, and listens to the stream of events that answers it, for this time or until `is_enough` says so of
    /// the number of its bytes and events. Finds nothing in it.
    pub(super) async fn listen(
        &mut self,
        request: &McpRequest,
        time: Duration,
        mut is_enough: impl FnMut(usize, usize) -> bool,
    ) -> Option<Result<McpReply, Unanswered>> {
        if self.is_over() {
            return None;
        }
        let http = match request.http(self.base) {
            Ok(http) => http,
            Err(why) => return Some(Err(Unanswered::Broken(why))),
        };
        let (mut reader, mut read, mut events) = (EventReader::default(), 0, 0);
        let watch = |_: &HeaderMap, bytes: &[u8]| {
            read += bytes.len();
            events += reader.push(bytes).len();
            is_enough(read, events)
        };
        let streamed = self.base.stream(http, TIME, time, watch).await;
        self.unanswered += usize::from(streamed.is_err());
        let reply = streamed.map(McpReply::new);
        self.count(&request.location, &request.about, reply.as_ref().map_or(TIME, |reply| reply.took));
        Some(reply)
    }

    fn count(&mut self, location: &str, about: &str, took: Duration) {
        if let Some((_, count)) = self.asked.iter_mut().find(|(name, _)| name == location) {
            return count.add(about, took);
        }
        let mut count = RequestCount::default();
        count.add(about, took);
        self.asked.push((location.to_owned(), count));
    }

    /// Sends a request, and judges the time and the form of its answer. Without a whole answer it adds a finding and
    /// returns `None`.
    pub(super) async fn send(&mut self, request: &McpRequest) -> Option<McpReply> {
        let (about, place) = (&request.about, &request.location);
        let reply = match self.exchange(request).await? {
            Ok(reply) => reply,
            Err(Unanswered::TimedOut) => {
                self.find(Rule::AnswerLate, place, format!("{about}: no answer comes"));
                return None;
            }
            Err(Unanswered::Broken(why)) => {
                self.unanswered += 1;
                self.find(Rule::AnswerBroken, place, format!("{about}: {why}"));
                return None;
            }
        };
        let seconds = reply.took.as_secs_f64();
        match &reply.end {
            StreamEnd::Whole | StreamEnd::Enough if reply.took > PATIENCE => {
                self.find(Rule::AnswerLate, place, format!("{about}: the answer took {seconds:.1} s"));
            }
            StreamEnd::Whole | StreamEnd::Enough if reply.took > PATIENCE / 2 => {
                self.find(Rule::AnswerSlow, place, format!("{about}: the answer took {seconds:.1} s"));
            }
            StreamEnd::Whole | StreamEnd::Enough => {}
            StreamEnd::TimedOut => {
                self.find(Rule::AnswerLate, place, format!("{about}: no whole answer after {seconds:.1} s"));
                return None;
            }
            StreamEnd::TooLarge => {
                self.find(Rule::AnswerBroken, place, format!("{about}: the answer has more than {} MiB", ANSWER >> 20));
                return None;
            }
            StreamEnd::Broken(why) => {
                self.find(Rule::AnswerBroken, place, format!("{about}: {why}"));
                return None;
            }
        }
        if (300..400).contains(&reply.status) {
            self.find_once(Rule::ServerRedirects, "", format!("{about}: the answer is {}", reply.status));
            return None;
        }
        if request.id.is_some() {
            self.judge_envelope(request, &reply);
        }
        Some(reply)
    }

    /// Sends a request that must succeed, and returns its result.
    pub(super) async fn ask(&mut self, request: &McpRequest) -> Option<Value> {
        let reply = self.send(request).await?;
        match reply.result() {
            Some(result) => Some(result.clone()),
            // A success that is no message is told already.
            None if reply.is_success() && reply.code().is_none() => None,
            None => {
                let what = format!("{}: the answer is {}", request.about, reply.told());
                self.find(Rule::RequestRefused, &request.location, what);
                None
            }
        }
    }

    /// Judges the form of an answer to a request with an id.
    fn judge_envelope(&mut self, request: &McpRequest, reply: &McpReply) {
        let McpRequest { about, location, id, .. } = request;
        if !reply.is_success() {
            let other = reply.code().and_then(|_| reply.message.as_ref()?.get("id")).filter(|own| !own.is_null());
            if other.is_some_and(|own| Some(own) != id.as_ref()) {
                self.find_once(Rule::RpcId, location, format!("{about}: the error has another id"));
            }
            return;
        }
        let kind = media_type(&reply.headers);
        if !reply.is_stream() && kind != "application/json" {
            self.find_once(Rule::RpcContentType, location, format!("{about}: the content type is `{kind}`"));
        }
        let Some(message) = &reply.message else {
            let what = if reply.is_stream() { "the stream ends without the answer" } else { "the answer is no JSON" };
            return self.find_once(Rule::RpcEnvelope, location, format!("{about}: {what}"));
        };
        if let Some(what) = flaw_of(message) {
            self.find_once(Rule::RpcEnvelope, location, format!("{about}: {what}"));
        } else if message.get("id") != id.as_ref() {
            let (own, sent) = (message.get("id").unwrap_or(&Value::Null), id.as_ref().unwrap_or(&Value::Null));
            self.find_once(Rule::RpcId, location, format!("{about}: the id is `{own}`, and `{sent}` was sent"));
        }
    }

    /// Judges the server's clock by the date of an answer.
    fn check_clock(&mut self, reply: &McpReply) {
        let date = reply.headers.get(DATE).and_then(|date| date.to_str().ok());
        let Some(date) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else { return };
        let now = SystemTime::now();
        let difference = now.duration_since(date).or_else(|_| date.duration_since(now)).unwrap_or_default();
        if difference > CLOCK {
            let minutes = difference.as_secs() / 60;
            self.find_once(Rule::ClockWrong, "", format!("its `Date` differs by {minutes} minutes from the time here"));
        }
    }
}

/// Returns what keeps a value from being a response of JSON-RPC.
fn flaw_of(message: &Value) -> Option<&'static str> {
    if !message.is_object() {
        return Some("the answer is no object");
    }
    if message["jsonrpc"] != "2.0" {
        return Some("`jsonrpc` is not \"2.0\"");
    }
    match (message.get("result"), message.get("error")) {
        (Some(result), None) if result.is_object() => None,
        (Some(_), None) => Some("`result` is no object"),
        (None, Some(error)) if error["code"].is_i64() && error["message"].is_string() => None,
        (None, Some(_)) => Some("`error` has no number `code`, or no text `message`"),
        (Some(_), Some(_)) => Some("it has both `result` and `error`"),
        (None, None) => Some("it has neither `result` nor `error`"),
    }
}
