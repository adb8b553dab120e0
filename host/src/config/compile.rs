//! The table `[compile]`: its bounds.

use super::table::Table;
use crate::plugin::CompileSettings;

/// Checks the table.
pub(super) fn settings(written: CompileSettings, table: &mut Table<'_>) -> CompileSettings {
    table.check_range("at-once", written.at_once, 1..=64);
    written
}
