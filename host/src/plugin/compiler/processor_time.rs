//! The processor time of another process.

use std::fs;
use std::time::Duration;

/// The fields of `/proc/PID/stat` between the process's name and its processor time.
const FIELDS_BEFORE: usize = 11;

/// Returns the time for which the process has computed, over all its threads; `None` if the system does not tell.
pub(super) fn processor_time(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name stands in parentheses, and may hold any character.
    let (_, fields) = stat.rsplit_once(") ")?;
    let times = fields.split(' ').skip(FIELDS_BEFORE).take(2);
    let ticks: u64 = times.map(|ticks| ticks.parse::<u64>().ok()).sum::<Option<u64>>()?;
    let per_second = rustix::param::clock_ticks_per_second();
    Some(Duration::from_millis(ticks.saturating_mul(1_000) / per_second))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_process_that_computes_spends_time() {
        let own = || processor_time(std::process::id()).expect("this system tells");
        let before = own();
        let begun = Instant::now();

        while own() < before + Duration::from_millis(30) {
            assert!(begun.elapsed() < Duration::from_secs(60), "it computes all the while");
        }
    }

    #[test]
    fn a_process_that_is_not_there_has_none() {
        assert_eq!(processor_time(u32::MAX), None);
    }
}
