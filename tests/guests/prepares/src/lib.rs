//! A guest with work to do before its calls. Its settings say what comes of that: `init` is
//! `fails`, `hangs`, `panics`, `reaches` out or, if absent, well done.

use std::hint::black_box;
use std::sync::OnceLock;

use insight_sdk::http_client::{self, HttpRequest};
use insight_sdk::secrets;
use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Lifecycle, Page, RecordSummary, config};

/// What `init` leaves for the calls.
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

/// Reaches for what the plugin is granted, too early.
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
