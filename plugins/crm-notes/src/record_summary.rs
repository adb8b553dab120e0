//! Record summary: notes, meetings and tasks of a record in one list, the newest first.

use std::cmp::Reverse;

use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary, log};

use crate::Notes;
use crate::backend;
use crate::entry::{Entry, Kind};

impl RecordSummary for Notes {
    fn answer(context: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let mut entries = known(backend::lists(&context, &request.about)?)?;
        entries.retain(|(_, entry)| request.covers_instant(entry.at));
        entries.sort_by_key(|(_, entry)| Reverse(entry.at));
        Ok(request.page(entries).map(|(kind, entry)| entry.into_activity(kind)).in_language("en"))
    }
}

/// Returns the entries of all lists that are known.
///
/// # Errors
///
/// Fails only if there is no list at all: one is worth showing without the others.
fn known(lists: Vec<Result<Vec<Entry>, Failure>>) -> Result<Vec<(Kind, Entry)>, Failure> {
    let is_any_known = lists.iter().any(Result::is_ok);
    let mut known = Vec::new();
    for (kind, list) in Kind::ALL.into_iter().zip(lists) {
        match list {
            Ok(entries) => known.extend(entries.into_iter().map(|entry| (kind, entry))),
            Err(failure) if is_any_known => {
                log::warn!("a list is missing", list = kind.list(), failure = format!("{failure:?}"));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::CrmRecord;
    use insight_sdk::http_client::HttpResponse;
    use insight_sdk::log::Level;
    use insight_sdk::testing::{self, FakeHost};

    fn url(list: &str) -> String {
        format!("https://notes.example/v1/{list}?type=account&id=42&limit=100")
    }

    fn body(title: &str, at: &str) -> String {
        format!(r#"{{"entries": [{{"title": "{title}", "text": "t", "at": "{at}"}}]}}"#)
    }

    /// A host whose settings name a backend.
    fn host() -> FakeHost {
        FakeHost::new().config("backend", "https://notes.example")
    }

    /// A host with a cache, and with a backend that has one entry of each kind.
    fn well() -> FakeHost {
        host()
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

        host.disconnect();

        assert_eq!(titles(), before);
        assert_eq!(host.logged().last().expect("it is said").message, "a stored value stands in for the backend");
    }

    #[test]
    fn a_list_that_does_not_come_leaves_the_others() {
        let host = well().response(url("meetings"), 500, "").install();

        assert_eq!(titles().expect("two answer"), ["a task", "a note"]);
        let warning = host.logged().pop().expect("it is said");
        assert_eq!((warning.level, &*warning.message), (Level::Warn, "a list is missing"));
        assert_eq!(warning.fields[0], ("list", "meetings").into());
    }

    #[test]
    fn a_record_that_the_backend_has_no_more_is_shown_no_more() {
        let host = well().config("fresh", "0").install();
        titles().expect("all answer");

        for list in ["notes", "meetings", "tasks"] {
            host.outcome(url(list), Ok(HttpResponse::new(404, "")));
        }

        assert_eq!(titles(), Err(Failure::RecordNotFound));
    }

    #[test]
    fn a_backend_that_is_down_from_the_start_is_a_failure() {
        let host = well().install();
        host.disconnect();

        assert!(matches!(titles(), Err(Failure::Unavailable(_))));
    }

    #[test]
    fn without_a_cache_the_backend_is_asked_each_time() {
        let notes = body("a note", "2026-05-12T08:30:00Z");
        let host = host().response(url("notes"), 200, notes).install();

        for _ in 0..2 {
            assert_eq!(titles().expect("one answers"), ["a note"]);
        }

        let asked = host.sent().iter().filter(|request| request.url == url("notes")).count();
        assert_eq!(asked, 2);
    }
}
