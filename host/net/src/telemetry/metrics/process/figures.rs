//! Figures of the process. Linux has them in `/proc`.

use std::fs;

use rustix::process::{Resource, getrlimit};

/// The highest number of descriptors; none is unlimited.
pub(super) fn descriptors_limit() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// Memory that the process holds, in bytes.
pub(super) fn resident_memory() -> Option<u64> {
    let pages: u64 = fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// The number of open descriptors, without the one used to read the folder itself.
pub(super) fn open_descriptors() -> Option<u64> {
    Some((fs::read_dir("/proc/self/fd").ok()?.count() as u64).saturating_sub(1))
}

/// User and system time, in seconds.
#[expect(clippy::cast_precision_loss, reason = "it takes millions of years")]
pub(super) fn processor_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name, and may hold anything.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) as f64 / rustix::param::clock_ticks_per_second() as f64)
}
