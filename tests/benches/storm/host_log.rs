//! What the host itself says of calls that it ended.

use std::time::Duration;

/// The longest time that a call took which ended at its deadline, by the host's log: from the sandbox's beginning to
/// the end of the call, without the way to the caller and back.
pub(crate) fn longest_ended_at_deadline(log: &str) -> Option<Duration> {
    let ended = log.lines().filter(|line| line.contains("outcome=deadline-exceeded"));
    let micros = ended.filter_map(|line| {
        let (_, rest) = line.split_once("time_us=")?;
        rest.split(' ').next()?.parse().ok()
    });
    micros.max().map(Duration::from_micros)
}
