//! Signals of Linux that mean nothing to a host, and those that it was started without.

use std::fs;
use std::ops::RangeInclusive;

use rustix::process::Signal as Number;

use super::MeaninglessSignal;

/// Signals that end a process by default and have no meaning here. One of them, SIGXFSZ, would end a host whose file
/// reaches a limit of size; without it, the write fails.
const IGNORED: [(&str, Number); 9] = [
    ("SIGUSR1", Number::USR1),
    ("SIGUSR2", Number::USR2),
    ("SIGALRM", Number::ALARM),
    ("SIGVTALRM", Number::VTALARM),
    ("SIGPROF", Number::PROF),
    ("SIGIO", Number::IO),
    ("SIGPWR", Number::POWER),
    ("SIGXFSZ", Number::XFSZ),
    ("SIGSTKFLT", Number::STKFLT),
];

/// The real-time signals, which have no names. The last one, 64, cannot be received by tokio.
const REAL_TIME: RangeInclusive<i32> = 34..=63;

/// Returns all of them.
pub(super) fn meaningless() -> impl Iterator<Item = MeaninglessSignal> {
    let named = IGNORED.into_iter().map(|(name, number)| (name.to_owned(), number.as_raw(), false));
    let real_time = REAL_TIME.map(|number| (format!("real-time {number}"), number, true));
    named.chain(real_time).map(|(name, number, is_real_time)| MeaninglessSignal { name, number, is_real_time })
}

/// Returns whether the process was started with this signal ignored.
pub(super) fn is_ignored(signal: Number) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
    let mask = mask.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    mask.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_a_program_ignores_is_told_from_others() {
        // Every program in Rust ignores it.
        assert!(is_ignored(Number::PIPE));
        assert!(!is_ignored(Number::CHILD));
    }
}
