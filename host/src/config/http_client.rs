//! The table `[http-client]`: its bounds.

use std::ops::RangeInclusive;
use std::time::Duration;

use bytesize::ByteSize;

use super::table::Table;
use egress::HttpClientSettings;

/// The largest body of a request or a response: each is held in memory as a whole.
const LARGEST_BODY: ByteSize = ByteSize::mib(16);

/// The longest time to connect: half of the budget is left for the rest.
const LONGEST_CONNECT: Duration = Duration::from_secs(2);

/// The range of the longest pause of a backend that does not respond.
const SUSPEND_AT_MOST: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(60 * 60);

/// Checks the table.
pub(super) fn settings(written: HttpClientSettings, table: &mut Table<'_>) -> HttpClientSettings {
    if let Some(requests) = written.requests_at_once {
        table.check_range("requests-at-once", requests, 1..=10_000);
    }
    for (key, size) in [("request-body", written.request_body), ("response-body", written.response_body)] {
        if size > LARGEST_BODY {
            table.problem(key, &format!("is above the host's maximum of {LARGEST_BODY}"));
        }
    }
    if !SUSPEND_AT_MOST.contains(&written.suspend_at_most) {
        table.problem("suspend-at-most", "must be from 1s to 1h");
    }
    if written.connect_time > LONGEST_CONNECT {
        table.problem("connect-time", "is above the host's maximum of 2000 ms");
    }
    written
}
