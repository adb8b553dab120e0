//! Insights of a backend, which each call asks.

use insight_bench_work::backend;
use insight_sdk::http_client::{self, HttpRequest};
use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary, config};

/// The plugin.
struct Plugin;

impl RecordSummary for Plugin {
    fn answer(_: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let origin = config::get("backend").ok_or_else(|| Failure::Failed("no backend is set".into()))?;
        let asked = HttpRequest::get(origin + &backend::target(&request));
        let entries = http_client::send(&asked)?.successful()?.body;
        backend::answer(&request, entries.as_bytes())
    }
}

insight_sdk::export!(Plugin: RecordSummary);
