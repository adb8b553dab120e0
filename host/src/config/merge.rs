//! The table `[merge]`: its bounds.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::table::Table;
use crate::plugin::MergeSettings;

/// The range of wait limits. The longest waits for every plugin until its deadline.
const WAIT_LIMITS: RangeInclusive<Duration> = Duration::from_millis(10)..=Duration::from_millis(4_500);

/// The longest grace period.
const LONGEST_GRACE: Duration = Duration::from_secs(1);

/// Checks the table.
pub(super) fn settings(written: MergeSettings, table: &mut Table<'_>) -> MergeSettings {
    check_wait_limit(written.wait_limit, table);
    if written.grace > LONGEST_GRACE {
        table.problem("grace", &format!("must be at most {} ms", LONGEST_GRACE.as_millis()));
    }
    written
}

/// Checks the key `wait-limit` of a table.
pub(super) fn check_wait_limit(limit: Duration, table: &mut Table<'_>) {
    if !WAIT_LIMITS.contains(&limit) {
        let (least, most) = (WAIT_LIMITS.start().as_millis(), WAIT_LIMITS.end().as_millis());
        table.problem("wait-limit", &format!("must be from {least} to {most} ms"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn waits_are_stated_for_all_plugins_and_for_one() {
        let text = "[merge]\nwait-limit = \"1s\"\n[plugins.slow]\nwait-limit = \"3s\"\nrequired = true";

        let config = Config::parse(text).expect("all of it is fine");

        assert_eq!(config.plugins.merge.wait_limit, Duration::from_secs(1));
        let (_, slow) = config.plugins.plugins.first_key_value().expect("it has a table");
        assert_eq!((slow.wait_limit, slow.required), (Some(Duration::from_secs(3)), true));
    }

    #[test]
    fn waits_out_of_bounds_are_named() {
        let text = "[merge]\nwait-limit = \"5s\"\ngrace = \"2s\"\n[plugins.slow]\nwait-limit = \"1ms\"";

        let error = Config::parse(text).expect_err("none will do");

        for key in ["merge.wait-limit", "merge.grace", "plugins.slow.wait-limit"] {
            assert!(error.contains(&format!("`{key}`")), "{key} in {error}");
        }
    }
}
