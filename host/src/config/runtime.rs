//! The table `[runtime]`: its bounds.

use bytesize::ByteSize;

use super::table::Table;
use engine::Settings;

/// The least memory that all calls may share.
const LEAST_MEMORY: ByteSize = ByteSize::mib(16);

/// Checks the table.
pub(super) fn settings(written: Settings, table: &mut Table<'_>) -> Settings {
    table.check_range("calls-at-once", written.calls_at_once as usize, 1..=2_000);
    table.check_range("threads", written.threads, 1..=1_024);
    // The default depends on the machine: on a very small one it is below the bound, and the host starts all the same.
    if table.is_written("memory") && written.memory < LEAST_MEMORY {
        table.problem("memory", &format!("must be at least {LEAST_MEMORY}, or no call could begin"));
    }
    written
}
