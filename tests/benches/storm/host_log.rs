//! The host's log as a source of the times of calls that it ended.

use std::time::Duration;

/// Returns the longest time, by the host's log, of a call that ended at its deadline: from the start of the sandbox to
/// the end of the call, without the network.
pub(crate) fn longest_ended_at_deadline(log: &str) -> Option<Duration> {
    let ended = log.lines().filter(|line| line.contains("outcome=deadline-exceeded"));
    let micros = ended.filter_map(|line| {
        let (_, rest) = line.split_once("time_us=")?;
        rest.split(' ').next()?.parse().ok()
    });
    micros.max().map(Duration::from_micros)
}
