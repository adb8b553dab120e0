//! The second try of requests that may have failed by chance.

use std::time::Duration;

use crate::deadline::Deadline;
use crate::http_client::{self, HttpError, HttpRequest, HttpResponse};

type Outcome = Result<HttpResponse, HttpError>;

/// The time that the plugin keeps for its answer.
const MARGIN: Duration = Duration::from_millis(50);

/// Sends requests side by side, and once more those that are worth it, if time is left.
pub(super) fn send_all(requests: &mut [HttpRequest], deadline: Deadline) -> Vec<Outcome> {
    let wanted: Vec<Option<u32>> = requests.iter().map(|request| request.timeout_ms).collect();
    let left = deadline.left();
    for request in requests.iter_mut() {
        let time = if is_repeatable(request) { left * 2 / 3 } else { left.saturating_sub(MARGIN) };
        limit(request, request.timeout_ms, time);
    }
    let mut outcomes = http_client::send_all(requests);

    let is_worth_it = |place: &usize| is_repeatable(&requests[*place]) && is_by_chance(&outcomes[*place]);
    let places: Vec<usize> = (0..outcomes.len()).filter(is_worth_it).collect();
    let left = deadline.left().saturating_sub(MARGIN);
    if places.is_empty() || left.is_zero() {
        return outcomes;
    }
    let again: Vec<HttpRequest> = places
        .iter()
        .map(|place| {
            let mut request = requests[*place].clone();
            limit(&mut request, wanted[*place], left);
            request
        })
        .collect();
    for (place, outcome) in places.into_iter().zip(http_client::send_all(&again)) {
        outcomes[place] = outcome;
    }
    outcomes
}

/// Sets the timeout to what is wanted, or to the time that there is.
fn limit(request: &mut HttpRequest, wanted: Option<u32>, time: Duration) {
    let most = u32::try_from(time.as_millis()).unwrap_or(u32::MAX).max(1);
    request.timeout_ms = Some(wanted.map_or(most, |wanted| wanted.min(most)));
}

/// Returns whether a request has the same effect sent twice as sent once.
fn is_repeatable(request: &HttpRequest) -> bool {
    matches!(&*request.method, "GET" | "HEAD" | "PUT" | "DELETE")
}

/// Returns whether another try may fare better.
fn is_by_chance(outcome: &Outcome) -> bool {
    match outcome {
        Err(error) => matches!(error, HttpError::TimedOut | HttpError::Unreachable(_)),
        Ok(response) => matches!(response.status, 502..=504) && response.header("retry-after").is_none(),
    }
}
