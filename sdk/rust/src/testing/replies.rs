//! The replies of backends in tests.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::http_client::{HttpError, HttpRequest, HttpResponse};

type Outcome = Result<HttpResponse, HttpError>;

/// The outcomes of requests, by method and URL. Those without a method serve all.
#[derive(Debug, Default)]
pub(super) struct Replies {
    by_request: HashMap<(Option<String>, String), VecDeque<Outcome>>,
    /// Beginnings of URLs, and the time that responses from there take.
    latencies: Vec<(String, Duration)>,
    disconnected: bool,
}

impl Replies {
    /// Sets the outcomes of requests of any method to a URL.
    pub(super) fn set(&mut self, url: String, outcomes: Vec<Outcome>) {
        self.by_request.retain(|(_, known), _| *known != url);
        self.by_request.insert((None, url), outcomes.into());
    }

    /// Appends an outcome to those of a request.
    pub(super) fn record(&mut self, method: String, url: String, outcome: Outcome) {
        self.by_request.entry((Some(method), url)).or_default().push_back(outcome);
    }

    pub(super) fn slow_down(&mut self, prefix: String, time: Duration) {
        self.latencies.push((prefix, time));
    }

    pub(super) fn disconnect(&mut self) {
        self.disconnected = true;
    }

    /// Returns the outcome of a request, and the time until then.
    pub(super) fn answer(&mut self, request: &HttpRequest, timeout: Duration) -> (Outcome, Duration) {
        let Some(outcome) = self.next(request) else {
            return (Err(HttpError::NotGranted(request.url.clone())), Duration::ZERO);
        };
        if self.disconnected {
            return (Err(HttpError::Unreachable("the backend is down".into())), Duration::ZERO);
        }
        // The latest says it.
        let latency = self.latencies.iter().rev().find(|(prefix, _)| request.url.starts_with(prefix));
        let latency = latency.map_or(Duration::ZERO, |(_, time)| *time);
        if latency > timeout || outcome == Err(HttpError::TimedOut) {
            return (Err(HttpError::TimedOut), timeout);
        }
        (outcome, latency)
    }

    /// Takes the next outcome of a request, or copies the last one.
    fn next(&mut self, request: &HttpRequest) -> Option<Outcome> {
        let keys = [(Some(request.method.clone()), request.url.clone()), (None, request.url.clone())];
        let key = keys.into_iter().find(|key| self.by_request.contains_key(key))?;
        let outcomes = self.by_request.get_mut(&key)?;
        if outcomes.len() > 1 { outcomes.pop_front() } else { outcomes.front().cloned() }
    }
}
