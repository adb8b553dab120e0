//! A guest with an `init`. The value `init` of its settings selects its behaviour: `fails`, `hangs`,
//! `panics`, `reaches` (sends a request); without it the preparation succeeds.

use std::hint::black_box;
use std::sync::OnceLock;

use insight_sdk::http_client::{self, HttpRequest};
use insight_sdk::secrets;
use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Lifecycle, Page, RecordSummary, config};

/// The state that `init` leaves for the calls.
static PREPARED: OnceLock<String> = OnceLock::new();

/// The plugin.
struct Prepares;

insight_sdk::export!(Prepares: Lifecycle, RecordSummary);

impl Lifecycle for Prepares {
    fn init() -> Result<(), String> {
        match config::get("init").as_deref() {
            Some("fails") => Err("the price list is missing".into()),
            Some("hangs") => loop {
                black_box(());
            },
            Some("panics") => panic!("a panic of init's"),
            Some("reaches") => PREPARED.set(reach()),
            _ => PREPARED.set("well prepared".into()),
        }
    }
}

/// Uses the plugin's grants too early.
fn reach() -> String {
    let backend = config::get("backend").unwrap_or_default();
    let sent = http_client::send(&HttpRequest::get(backend));
    let revealed = secrets::reveal("token");
    format!("{sent:?} {revealed:?}")
}

impl RecordSummary for Prepares {
    fn answer(_: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let prepared = PREPARED.get().map_or("not prepared", String::as_str);
        let activity = Activity::new(prepared, "It says so itself.", "2026-05-12T08:30:00Z");
        Ok(request.page([activity]))
    }
}
