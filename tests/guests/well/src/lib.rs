//! A guest that answers well, for beside those that do not; and that says which version it is.
//!
//! Its settings may state how many `items` it has, and the `name` they go by.

use std::hint::black_box;

use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary, config};

/// What the tests look for in the component, to make versions of it that really differ.
static MARKER: [u8; 12] = *b"VERSION:0000";

/// Items unless the settings state how many.
const ITEMS: usize = 3;

/// The plugin.
struct Well;

insight_sdk::export!(Well: RecordSummary);

impl RecordSummary for Well {
    fn answer(_: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let items = config::get("items").and_then(|items| items.parse().ok()).unwrap_or(ITEMS);
        let name = config::get("name").unwrap_or_else(|| "well".into());
        let title = format!("version {}", version());
        let item = |number| Activity::new(&title, format!("{name} {number}"), "2026-05-12T08:30:00Z");
        Ok(request.page(0..items).map(item))
    }
}

/// The four digits of the marker, read from memory: the compiler must not know them.
fn version() -> String {
    let marker = black_box(&MARKER);
    String::from_utf8_lossy(&marker[8..]).into_owned()
}
