//! The checks of HTTP: what a client accepts and declares, GET, web pages of other origins, and names of the host.

use std::time::Duration;

use hyper::Method;
use serde_json::json;
use url::Host;

use super::client::PlayedClient;
use super::events::EventReader;
use super::examination::McpExamination;
use super::request::McpRequest;
use crate::conform::{Base, Rule};

/// The time for which a stream is listened to that may say nothing.
const LISTENING: Duration = Duration::from_secs(1);

/// The most bytes and events that a listener hears in that time.
const MOST_BYTES: usize = 256 << 10;
const MOST_EVENTS: usize = 100;

/// An origin of web pages that is nobody's.
const STRANGER: &str = "https://conform.invalid";

/// Checks the forms of headers that a server has to read.
pub(super) async fn check_headers(play: &mut McpExamination<'_>, client: &PlayedClient) {
    for (rule, about, header, value) in [
        (Rule::AcceptRefused, "`Accept` in another order", "accept", "text/event-stream, application/json"),
        (
            Rule::AcceptRefused,
            "`Accept` with weights",
            "accept",
            "application/json;q=0.9, text/event-stream;q=0.8, */*;q=0.1",
        ),
        (Rule::AcceptNarrow, "`Accept` of JSON alone", "accept", "application/json"),
        (Rule::AcceptNarrow, "`Accept` of anything", "accept", "*/*"),
        (Rule::HeaderRefused, "JSON with a charset", "content-type", "application/json; charset=utf-8"),
    ] {
        let request = play.request(client, about, "tools/list", &json!({})).with(header, value);
        let Some(reply) = play.send(&request).await else { continue };
        if reply.result().is_none() {
            play.find(rule, client.version, format!("{about}: the answer is {}", reply.told()));
        }
    }
    let request = play.request(client, "a message as plain text", "tools/list", &json!({}));
    let request = request.with("content-type", "text/plain");
    let Some(reply) = play.send(&request).await else { return };
    if reply.result().is_some() {
        play.find(Rule::BodyTypeUnchecked, client.version, format!("{}: it is served", request.about));
    }
}

/// Checks GET, and returns whether it gives a stream of events.
pub(super) async fn check_get(play: &mut McpExamination<'_>, client: &PlayedClient) -> bool {
    let request = get(play, client);
    let limits = |bytes, events| bytes > MOST_BYTES || events > MOST_EVENTS;
    let Some(Ok(heard)) = play.listen(&request, LISTENING, limits).await else { return false };
    if heard.status == 200 && heard.is_stream() {
        let events = EventReader::default().push(&heard.body).len();
        if heard.body.len() > MOST_BYTES || events > MOST_EVENTS {
            let what = format!("GET: {events} events, {} KiB within a second", heard.body.len() >> 10);
            play.find(Rule::StreamFloods, client.version, what);
        }
        return true;
    }
    if heard.status != 405 {
        play.find(Rule::GetAnswer, client.version, format!("the answer is {}", heard.told()));
    }
    false
}

fn get(play: &mut McpExamination<'_>, client: &PlayedClient) -> McpRequest {
    let request = play.request(client, "GET", "tools/list", &json!({})).with_method(Method::GET);
    request.without("mcp-method").with("accept", "text/event-stream")
}

/// Returns whether the server speaks the transport of 2024-11-05, which begins with a GET.
pub(super) async fn is_former(play: &mut McpExamination<'_>) -> bool {
    let request = get(play, &PlayedClient::legacy("2024-11-05"));
    let Some(Ok(heard)) = play.listen(&request, LISTENING, |_, events| events > 0).await else { return false };
    heard.is_stream() && EventReader::default().push(&heard.body).iter().any(|event| event.kind == "endpoint")
}

/// Checks that web pages of other origins, and names that lead to a local server, are rejected.
pub(super) async fn check_origin(play: &mut McpExamination<'_>, client: &PlayedClient) {
    let request = play.request(client, "a request with the `Origin` of another's web page", "tools/list", &json!({}));
    let request = request.with("origin", STRANGER);
    if let Some(reply) = play.send(&request).await
        && reply.result().is_some()
    {
        play.find(Rule::OriginUnchecked, client.version, format!("{}: it is served", request.about));
    }
    // Who needs a token is safe from web pages, which have none.
    if !is_loopback(play.base) || play.base.has_credentials() {
        return;
    }
    let request = play.request(client, "a request for the `Host` of another", "tools/list", &json!({}));
    let request = request.with("host", "conform.invalid");
    if let Some(reply) = play.send(&request).await
        && reply.result().is_some()
    {
        play.find(Rule::HostUnchecked, client.version, format!("{}: it is served", request.about));
    }
}

/// Returns whether the server is reached at an address of this machine.
pub(super) fn is_loopback(base: &Base) -> bool {
    match base.url().host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
