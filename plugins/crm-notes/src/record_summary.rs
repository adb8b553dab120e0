//! Record summary: notes, meetings and tasks of a record in one list, the newest first.

use insight_sdk::{Activity, ActivityRequest, CallContext, CrmRecord, Failure, Page, RecordSummary, log};

use crate::Notes;
use crate::backend;
use crate::cache::Known;
use crate::entry::{Entry, Kind};

impl RecordSummary for Notes {
    fn answer(_: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let mut entries = entries(&request.about)?;
        entries.retain(|(_, entry)| request.covers(&entry.at));
        entries.sort_by(|(_, one), (_, other)| other.at.cmp(&one.at));
        Ok(request.page(entries).map(|(kind, entry)| entry.into_activity(kind)).in_language("en"))
    }
}

/// Returns all entries of a record: fresh ones from the cache, others from the backend, and where
/// that does not answer, older ones from the cache.
///
/// # Errors
///
/// Fails only if there are no entries at all: one list is worth showing without the others.
fn entries(about: &CrmRecord) -> Result<Vec<(Kind, Entry)>, Failure> {
    let mut known = Known::of(about);
    let wanted: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| !known.is_fresh(*kind)).collect();

    let mut failures = Vec::new();
    for (kind, answer) in wanted.iter().zip(backend::ask(about, &wanted)) {
        match answer {
            Ok(entries) => known.learn(*kind, entries),
            Err(failure) => {
                if failure == Failure::RecordNotFound {
                    known.forget(*kind);
                }
                failures.push((*kind, failure));
            }
        }
    }
    if failures.len() < wanted.len() {
        known.keep(about);
    }

    let lists = Kind::ALL.into_iter().filter_map(|kind| Some((kind, known.take(kind)?)));
    let lists: Vec<_> = lists.collect();
    for (kind, failure) in &failures {
        let shown = if lists.iter().any(|(known, _)| known == kind) { "what was known before" } else { "nothing" };
        log::warn!("the backend does not answer", list = kind.list(), failure = format!("{failure:?}"), shown = shown);
    }
    match failures.into_iter().next() {
        Some((_, failure)) if lists.is_empty() => Err(failure),
        _ => Ok(lists.into_iter().flat_map(|(kind, list)| list.into_iter().map(move |entry| (kind, entry))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::testing::{self, FakeHost};

    fn url(list: &str) -> String {
        format!("https://api.notes.woodgrove.example/v1/{list}?type=account&id=42&limit=100")
    }

    fn body(title: &str, at: &str) -> String {
        format!(r#"{{"entries": [{{"title": "{title}", "text": "t", "at": "{at}"}}]}}"#)
    }

    /// A host with a cache, and with a backend that has one entry of each kind.
    fn well() -> FakeHost {
        FakeHost::new()
            .key_value()
            .response(url("notes"), 200, body("a note", "2026-05-12T08:30:00Z"))
            .response(url("meetings"), 200, body("a meeting", "2026-05-14T08:30:00Z"))
            .response(url("tasks"), 200, body("a task", "2026-05-13T08:30:00Z"))
    }

    fn titles() -> Result<Vec<String>, Failure> {
        let request = ActivityRequest::about(CrmRecord::new("account", "42"));
        let page = <Notes as RecordSummary>::answer(testing::context(), request)?;
        Ok(page.items.into_iter().map(|activity| activity.title).collect())
    }

    #[test]
    fn three_lists_become_one_the_newest_first() {
        let _host = well().install();

        assert_eq!(titles().expect("all answer"), ["a meeting", "a task", "a note"]);
    }

    #[test]
    fn what_is_fresh_is_not_asked_again() {
        let host = well().install();

        let first = titles();
        let second = titles();

        assert_eq!(first, second);
        assert_eq!(host.sent().len(), 3);
    }

    #[test]
    fn what_was_known_before_is_shown_while_the_backend_is_down() {
        let host = well().config("fresh", "0").install();
        let before = titles();

        for list in ["notes", "meetings", "tasks"] {
            host.outcome(url(list), Err(insight_sdk::http_client::HttpError::TimedOut));
        }

        assert_eq!(titles(), before);
        assert_eq!(host.logged().last().expect("it is said").message, "the backend does not answer");
    }

    #[test]
    fn a_list_that_does_not_come_leaves_the_others() {
        let _host = well().response(url("meetings"), 500, "").install();

        assert_eq!(titles().expect("two answer"), ["a task", "a note"]);
    }

    #[test]
    fn a_record_that_the_backend_has_no_more_is_shown_no_more() {
        let host = well().config("fresh", "0").install();
        titles().expect("all answer");

        for list in ["notes", "meetings", "tasks"] {
            let gone = insight_sdk::http_client::HttpResponse { status: 404, headers: vec![], body: String::new() };
            host.outcome(url(list), Ok(gone));
        }

        assert_eq!(titles(), Err(Failure::RecordNotFound));
    }

    #[test]
    fn a_backend_that_is_down_from_the_start_is_a_failure() {
        let _host = FakeHost::new().key_value().install();

        assert!(matches!(titles(), Err(Failure::Failed(_))));
    }

    #[test]
    fn without_a_cache_the_backend_is_asked_each_time() {
        let _host = FakeHost::new().response(url("notes"), 200, body("a note", "2026-05-12T08:30:00Z")).install();

        assert_eq!(titles().expect("one answers"), ["a note"]);
    }
}
