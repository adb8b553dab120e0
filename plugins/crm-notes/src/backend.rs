//! The client of the backend, Woodgrove Notes, over HTTPS.

use insight_sdk::http_client::{self, HttpError, HttpRequest, HttpResponse};
use insight_sdk::{CrmRecord, Failure};
use serde::Deserialize;

use crate::entry::{Entry, Kind};
use crate::settings;

/// The entries that are requested of each kind: more than any seller reads.
const ENTRIES: usize = 100;

/// An answer of the backend, the newest entry first.
#[derive(Deserialize)]
struct List {
    entries: Vec<Entry>,
}

/// Requests the lists of these kinds concurrently, so that all take the time of the slowest. The
/// host inserts the token into the header as it sends the request.
pub(crate) fn ask(about: &CrmRecord, kinds: &[Kind]) -> Vec<Result<Vec<Entry>, Failure>> {
    let requests: Vec<_> = kinds.iter().map(|kind| request(about, *kind)).collect();
    http_client::send_all(&requests).into_iter().map(read).collect()
}

fn request(about: &CrmRecord, kind: Kind) -> HttpRequest {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("type", &about.record_type)
        .append_pair("id", &about.record_id)
        .append_pair("limit", &ENTRIES.to_string())
        .finish();
    HttpRequest::get(format!("{}/v1/{}?{query}", settings::backend(), kind.list()))
        .header("authorization", "Bearer {{secret:notes-token}}")
        .header("accept", "application/json")
        .timeout(settings::patience())
}

fn read(outcome: Result<HttpResponse, HttpError>) -> Result<Vec<Entry>, Failure> {
    let response = outcome?;
    if response.status == 404 {
        return Err(Failure::RecordNotFound);
    }
    let list: List = serde_json::from_str(&response.successful()?.body)
        .map_err(|error| Failure::Failed(format!("the backend's answer is malformed: {error}")))?;
    Ok(list.entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::testing::FakeHost;

    const URL: &str = "https://api.notes.woodgrove.example/v1/notes?type=account&id=4%262&limit=100";

    fn asked(host: FakeHost) -> Result<Vec<Entry>, Failure> {
        let _host = host.install();
        ask(&CrmRecord::new("account", "4&2"), &[Kind::Note]).pop().expect("one was asked for")
    }

    #[test]
    fn a_list_is_read() {
        let body = r#"{"entries": [{"title": "T", "text": "t", "at": "2026-05-12T08:30:00Z"}]}"#;

        let entries = asked(FakeHost::new().response(URL, 200, body)).expect("it is whole");

        assert_eq!(entries[0].title, "T");
    }

    #[test]
    fn the_secret_is_named_and_not_known() {
        let host = FakeHost::new().response(URL, 200, r#"{"entries": []}"#).install();

        let _ = ask(&CrmRecord::new("account", "4&2"), &[Kind::Note]);

        assert_eq!(host.sent()[0].headers[0].value, "Bearer {{secret:notes-token}}");
    }

    #[test]
    fn what_the_backend_says_of_itself_becomes_the_failure() {
        assert_eq!(asked(FakeHost::new().response(URL, 404, "")), Err(Failure::RecordNotFound));
        assert_eq!(asked(FakeHost::new().response(URL, 429, "")), Err(Failure::Throttled(None)));
        assert!(matches!(asked(FakeHost::new().response(URL, 200, "<html>")), Err(Failure::Failed(_))));
        assert!(matches!(asked(FakeHost::new()), Err(Failure::Failed(_))));
    }
}
