//! Insights of a backend.

use insight_sdk::{Activity, ActivityRequest, Failure, Page};

use crate::entry::Entry;

/// Returns path and query of the request to the backend.
#[must_use]
pub fn target(request: &ActivityRequest) -> String {
    path_of(&request.about.record_id)
}

/// Returns path and query of the request to the backend, for the query of a question.
#[must_use]
pub fn target_of(query: &str) -> String {
    path_of(&crate::question::parse(query).about.record_id)
}

fn path_of(record_id: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("record", record_id).finish();
    format!("{}?{query}", crate::path::ENTRIES)
}

/// Answers a question from the backend's answer.
///
/// # Errors
///
/// Fails if the backend's answer is malformed.
pub fn answer(request: &ActivityRequest, entries: &[u8]) -> Result<Page<Activity>, Failure> {
    let entries: Vec<Entry> = serde_json::from_slice(entries)
        .map_err(|error| Failure::Failed(format!("the backend's answer is malformed: {error}")))?;
    let covered = entries.into_iter().filter(|entry| request.covers(&entry.at));
    Ok(request.page(covered).map(Entry::activity).in_language("en"))
}
