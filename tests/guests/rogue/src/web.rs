//! Requests by `http-client`, to granted and other destinations. The settings define the request.
//!
//! Each behaviour answers with an item whose title is the outcome, and whose properties hold the response.

use insight_sdk::http_client::{HttpError, HttpRequest, HttpResponse, send, send_all};
use insight_sdk::secrets::SecretError;
use insight_sdk::{Page, config, secrets};

use crate::{Answer, activity, number, said};

/// Returns the URL to send to: the setting of this name, or else a path below the setting `backend`.
pub(crate) fn url(named: &str) -> String {
    config::get(named).unwrap_or_else(|| config::get("backend").unwrap_or_default() + named)
}

/// Returns the headers of the setting `headers`, which has one per line.
pub(crate) fn headers() -> Vec<(String, String)> {
    let lines = config::get("headers").unwrap_or_default();
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    lines.lines().filter_map(header).collect()
}

/// Creates the request of the settings.
fn request(named: &str) -> HttpRequest {
    let method = config::get("method").unwrap_or_else(|| "GET".into());
    let request = HttpRequest { body: config::get("body"), ..HttpRequest::new(method, url(named)) };
    let request = HttpRequest { timeout_ms: config::get("timeout-ms").map(|ms| number(&ms)), ..request };
    headers().into_iter().fold(request, |request, (name, value)| request.header(name, value))
}

/// Sends one request.
pub(crate) fn fetch(named: &str) -> Answer {
    tell(&send(&request(named)))
}

/// Sends a body by `POST`.
pub(crate) fn post(named: &str, body: String) -> Answer {
    let request = HttpRequest { method: "POST".into(), body: Some(body), ..request(named) };
    tell(&send(&request))
}

/// Sends one request, and sleeps while it holds the response.
pub(crate) fn fetch_and_sleep(named: &str) -> Answer {
    let came = send(&request(named));
    crate::idle::answer_after(2_000).and_then(|_| tell(&came))
}

/// Sends concurrent requests: for `NxNAME`, `N` of them to the setting or path `NAME`.
pub(crate) fn fetch_all(argument: &str) -> Answer {
    let (times, named) = argument.split_once('x').expect("the test says how often, and where to");
    let requests = vec![request(named); number(times)];
    let outcomes: Vec<_> = send_all(&requests).iter().map(outcome).collect();
    let mut counted: Vec<(String, usize)> = Vec::new();
    for outcome in outcomes {
        match counted.iter_mut().find(|(name, _)| *name == outcome) {
            Some((_, count)) => *count += 1,
            None => counted.push((outcome, 1)),
        }
    }
    let counted: Vec<_> = counted.iter().map(|(name, count)| format!("{count} {name}")).collect();
    said(counted.join(", "))
}

/// Sends a request to a URL of this number of bytes.
pub(crate) fn fetch_long(bytes: usize) -> Answer {
    tell(&send(&HttpRequest::get(url("/") + &"a".repeat(bytes))))
}

/// Sends a request with this number of headers.
pub(crate) fn fetch_with_headers(count: usize) -> Answer {
    let request = (0..count).fold(HttpRequest::get(url("/ok")), |request, _| request.header("a", "b"));
    tell(&send(&request))
}

/// Reads a secret.
pub(crate) fn reveal(name: &str) -> Answer {
    match secrets::reveal(name) {
        Ok(secret) => said(secret),
        Err(SecretError::Unknown) => said("unknown"),
        Err(SecretError::NotReadable) => said("not-readable"),
        Err(SecretError::Other(what)) => said(what),
    }
}

fn tell(result: &Result<HttpResponse, HttpError>) -> Answer {
    let what = match result {
        Ok(response) => {
            let headers = response.headers.iter().map(|header| format!("{}: {}", header.name, header.value));
            format!("{}\n\n{}", headers.collect::<Vec<_>>().join("\n"), cut(&response.body))
        }
        Err(
            HttpError::NotGranted(what)
            | HttpError::InvalidRequest(what)
            | HttpError::Unreachable(what)
            | HttpError::Other(what),
        ) => what.clone(),
        Err(HttpError::TimedOut | HttpError::TooLarge | HttpError::OverQuota) => "no more is said".into(),
    };
    let bytes = result.as_ref().map_or(0, |response| response.body.len()).to_string();
    let item = activity(outcome(result)).properties([("bytes", bytes), ("said", what)]);
    Ok(Page::cut([item], 0, 1))
}

/// Truncates a text to fit into an answer.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(2_000)]
}

/// Names the outcome of a request.
fn outcome(result: &Result<HttpResponse, HttpError>) -> String {
    match result {
        Ok(response) => response.status.to_string(),
        Err(HttpError::NotGranted(_)) => "not granted".into(),
        Err(HttpError::InvalidRequest(_)) => "invalid request".into(),
        Err(HttpError::TimedOut) => "timed out".into(),
        Err(HttpError::Unreachable(_)) => "unreachable".into(),
        Err(HttpError::TooLarge) => "too large".into(),
        Err(HttpError::OverQuota) => "over quota".into(),
        Err(HttpError::Other(_)) => "other".into(),
    }
}
