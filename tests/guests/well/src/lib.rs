//! A well-behaved guest, the neighbour of those that misbehave. Its answers state its version.
//!
//! Its settings may state the number of its `items`, and their `name`.

use std::hint::black_box;

use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary, config};

/// The bytes that the tests replace in the component, to make versions of it that differ.
static MARKER: [u8; 12] = *b"VERSION:0000";

/// The number of items by default.
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

/// Returns the four digits of the marker. They are read from memory, as the compiler must not fold them.
fn version() -> String {
    let marker = black_box(&MARKER);
    String::from_utf8_lossy(&marker[8..]).into_owned()
}
