//! The table `[load]`: its bounds.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::table::Table;
use admission::Settings;

/// The longest wait for a slot. A caller whose call is rejected then still has time to react.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The range of the longest pause of a suspended plugin.
const SUSPEND_AT_MOST: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(3_600);

/// The longest wait of a start.
const LONGEST_START: Duration = Duration::from_secs(600);

/// Checks the table.
pub(super) fn settings(written: Settings, table: &mut Table<'_>) -> Settings {
    if written.wait > LONGEST_WAIT {
        table.problem("wait", &format!("must be at most {} ms", LONGEST_WAIT.as_millis()));
    }
    if !SUSPEND_AT_MOST.contains(&written.suspend_at_most) {
        table.problem("suspend-at-most", "must be from 1s to 1h");
    }
    if written.start_wait > LONGEST_START {
        table.problem("start-wait", "must be at most 10m");
    }
    written
}
