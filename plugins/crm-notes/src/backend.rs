//! The lists of the backend, Woodgrove Notes, as the host's cache keeps them.

use std::fmt;

use insight_sdk::{Api, ApiRequest, Cache, CallContext, CrmRecord, Failure};
use serde::{Deserialize, Serialize};

use crate::entry::{Entry, Kind};
use crate::settings;

/// The entries that are requested of each kind: more than any seller reads.
const ENTRIES: usize = 100;

/// An answer of the backend, the newest entry first.
#[derive(Deserialize, Serialize)]
struct List {
    entries: Vec<Entry>,
}

/// The entries of a kind about a record. They are kept apart by record, whatever the letter case of its identifier.
struct Entries<'a> {
    kind: Kind,
    about: &'a CrmRecord,
}

impl fmt::Display for Entries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, about: CrmRecord { record_type, record_id } } = self;
        write!(f, "{}/{record_type}/{}", kind.list(), record_id.to_ascii_lowercase())
    }
}

impl Entries<'_> {
    fn request<'a>(&self, api: &'a Api) -> ApiRequest<'a> {
        api.get("/v1")
            .segment(self.kind.list())
            .query("type", &self.about.record_type)
            .query("id", &self.about.record_id)
            .query("limit", ENTRIES)
            .timeout(settings::patience())
    }
}

/// Returns the lists of all kinds, in their order. Those that are not fresh are requested side by side.
///
/// # Errors
///
/// Fails without settings. Each list may fail for itself.
pub(crate) fn lists(context: &CallContext, about: &CrmRecord) -> Result<Vec<Result<Vec<Entry>, Failure>>, Failure> {
    let api = Api::from_config(context, "backend")?.bearer("notes-token");
    let cache = Cache::new(context, "notes").fresh(settings::fresh()).stale(settings::stale());
    let wanted = Kind::ALL.map(|kind| Entries { kind, about });

    let lists = cache.get_or_fetch_all(&wanted, |due| api.all(due.iter().map(|entries| entries.request(&api))));

    Ok(lists.into_iter().map(|list: Result<List, Failure>| Ok(list?.entries)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::testing::{self, FakeHost};

    const URL: &str = "https://notes.example/v1/notes?type=account&id=4%262&limit=100";

    #[test]
    fn a_list_is_read_with_a_secret_that_is_named_and_not_known() {
        let body = r#"{"entries": [{"title": "T", "text": "t", "at": "2026-05-12T08:30:00Z"}]}"#;
        let host = FakeHost::new().config("backend", "https://notes.example").response(URL, 200, body).install();

        let lists = lists(&testing::context(), &CrmRecord::new("account", "4&2")).expect("there are settings");

        assert_eq!(lists[0].as_ref().expect("it is whole")[0].title, "T");
        assert!(host.sent()[0].headers.iter().any(|header| header.value == "Bearer {{secret:notes-token}}"));
    }
}
