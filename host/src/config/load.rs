//! The table `[load]`.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Problems;
use admission::{Rate, Settings};
use contract::values::{Time, duration};

/// The longest that calls may wait for room: those that are refused then shall know soon.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Within which the longest pause of a suspended plugin may be set.
const SUSPEND_AT_MOST: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(3_600);

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LoadTable {
    plugin_calls_at_once: Option<NonZeroUsize>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    wait: Option<Duration>,
    suspend_after: Option<u32>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    suspend_at_most: Option<Duration>,
    /// Of whole requests, and so a setting of the server.
    pub(super) caller_rate: Option<Rate>,
}

impl LoadTable {
    pub(super) fn check(&self, problems: &mut Problems) {
        if self.wait.is_some_and(|wait| wait > LONGEST_WAIT) {
            problems.add(format!("`load.wait` must be at most {} ms", LONGEST_WAIT.as_millis()));
        }
        if self.suspend_at_most.is_some_and(|pause| !SUSPEND_AT_MOST.contains(&pause)) {
            problems.add("`load.suspend-at-most` must be from 1s to 1h");
        }
    }
}

impl From<LoadTable> for Settings {
    fn from(table: LoadTable) -> Self {
        let default = Self::default();
        Self {
            plugin_calls_at_once: table.plugin_calls_at_once.or(default.plugin_calls_at_once),
            wait: table.wait.unwrap_or(default.wait),
            suspend_after: table.suspend_after.unwrap_or(default.suspend_after),
            suspend_at_most: table.suspend_at_most.unwrap_or(default.suspend_at_most),
        }
    }
}
