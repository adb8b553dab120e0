//! Insights picked from 25 KB of JSON, which each call parses anew, as each has a new sandbox.

use insight_bench_work::json;
use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary};

/// The plugin.
struct Plugin;

impl RecordSummary for Plugin {
    fn answer(_: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        Ok(json::answer(&request))
    }
}

insight_sdk::export!(Plugin: RecordSummary);
