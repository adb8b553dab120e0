//! File descriptors: the limit of the process, and the part of it that is kept for operators.
//!
//! The kernel hands out the lowest number that is free, so the number of a new descriptor shows how many are open. A
//! new connection whose number is above a line is given up at once. Plugins' connections have the lowest line, so that
//! callers find descriptors whatever plugins hold; what is above the highest is for the admin API and the host's files.

#[cfg_attr(not(unix), path = "descriptors/elsewhere.rs")]
mod table;

use std::error::Error;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::warn;

pub use self::table::Descriptor;
use self::table::RaisedLimit;
use crate::causes;

/// Most descriptors that are kept.
const RESERVE: u64 = 64;

/// The largest part of all descriptors that is kept.
const PART: u64 = 8;

/// The least time between two lines of a lack.
const PAUSE: Duration = Duration::from_secs(10);

/// The users of connections, in the order in which they lose descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReserveLine {
    /// The requests of plugins.
    Plugins,
    /// The questions of callers.
    Callers,
    /// Probes by the public address.
    Probes,
}

/// The first number above each line.
static LINES: [AtomicU64; 3] = [const { AtomicU64::new(u64::MAX) }; 3];

/// The limit of open files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFiles {
    /// The limit; none is unlimited.
    pub limit: Option<u64>,
    /// The limit before it was raised.
    pub before: Option<u64>,
    /// The number of descriptors that are kept for operators.
    pub reserve: u64,
}

/// Raises the soft limit of open files to the hard one, and keeps a reserve from then on.
///
/// Each connection is a descriptor, and the usual soft limit of 1,024 is for programs that use `select`.
///
/// # Errors
///
/// Fails if the system does not permit it. The reserve is then a part of the limit before.
pub fn raise() -> (OpenFiles, io::Result<()>) {
    let RaisedLimit { before, maximum, raised } = table::raise();
    let limit = if raised.is_ok() { maximum } else { before };
    let reserve = limit.map_or(0, reserve_of);
    for (line, first) in LINES.iter().zip(limit.map_or([u64::MAX; 3], lines)) {
        line.store(first, Ordering::Relaxed);
    }
    (OpenFiles { limit, before, reserve }, raised)
}

fn reserve_of(limit: u64) -> u64 {
    (limit / PART).min(RESERVE)
}

/// Returns the first number above each line.
fn lines(limit: u64) -> [u64; 3] {
    let reserve = reserve_of(limit);
    [limit - reserve - limit / PART, limit - reserve, limit - reserve / 2]
}

/// Returns whether a new descriptor is above a line, so that too many are open for its user.
pub fn is_above(line: ReserveLine, descriptor: &impl Descriptor) -> bool {
    table::number(descriptor).is_some_and(|number| number >= LINES[line as usize].load(Ordering::Relaxed))
}

/// Logs that a connection for `user` was given up, unless that was logged a moment ago.
pub fn note_lack(user: &str) {
    static LAST_LINE: Mutex<Option<Instant>> = Mutex::new(None);
    let mut last = LAST_LINE.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Instant::now();
    if last.is_none_or(|last| now.duration_since(last) >= PAUSE) {
        *last = Some(now);
        warn!(user, "too few file descriptors: connections are given up, so that operators have some");
    }
}

/// Returns whether no descriptor is left at this moment, or only the reserve.
#[must_use]
pub fn are_lacking() -> bool {
    match table::probe() {
        Ok(descriptor) => is_above(ReserveLine::Callers, &descriptor),
        Err(error) => is_exhaustion(&error),
    }
}

/// Returns whether an error means that the process or the system has no descriptor, memory or process left. That
/// passes.
#[must_use]
pub fn is_exhaustion(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| table::EXHAUSTED.contains(&code))
}

/// Returns whether an error, or one of its causes, is such a one.
#[must_use]
pub fn is_by_exhaustion(error: &(dyn Error + 'static)) -> bool {
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).any(is_exhaustion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("failed to read it")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_lack_is_found_among_the_causes_of_an_error() {
        let lack = || io::Error::from_raw_os_error(table::EXHAUSTED[0]);

        assert!(is_exhaustion(&lack()) && is_by_exhaustion(&Outer(lack())));
        assert!(!is_by_exhaustion(&Outer(io::ErrorKind::NotFound.into())));
    }

    #[test]
    fn the_reserve_is_a_small_part_of_few_descriptors_and_no_more_of_many() {
        assert_eq!([64, 256, 1_024, 524_288].map(reserve_of), [8, 32, 64, 64]);
        assert_eq!(lines(1_024), [832, 960, 992]);
    }
}
