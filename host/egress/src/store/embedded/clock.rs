//! The store's own clock, by which entries expire: a step of the system's clock neither ends entries nor extends them.
//!
//! While a file is open, the clock runs by monotonic time. The file keeps its reading beside that of the system's clock,
//! so that the time between two runs of the host counts as well. A system's clock that was set back counts as no time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::store::millis;

/// The difference between both clocks from which the system's clock counts as stepped, in milliseconds. It is adjusted
/// by less all the time.
const STEP: u64 = 1_000;

/// Readings of both clocks at one moment, in milliseconds. Those of the system's clock count from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClockReadings {
    pub(super) store: u64,
    pub(super) system: u64,
}

/// The clock of an open file.
#[derive(Debug)]
pub(super) struct StoreClock {
    /// Its reading at `began`.
    start: u64,
    began: Instant,
    /// The system's reading less its own, as the file has it; wraps below zero.
    saved: AtomicU64,
}

impl StoreClock {
    /// Continues the clock of a file that holds these readings. That of a new file begins as the system's.
    pub(super) fn resume(saved: Option<ClockReadings>) -> Self {
        Self::resume_at(saved, system())
    }

    fn resume_at(saved: Option<ClockReadings>, system: u64) -> Self {
        let ClockReadings { store, system: then } = saved.unwrap_or(ClockReadings { store: system, system });
        let start = store.saturating_add(system.saturating_sub(then));
        Self { start, began: Instant::now(), saved: AtomicU64::new(then.wrapping_sub(store)) }
    }

    /// Returns its reading in milliseconds, which never decreases.
    pub(super) fn now(&self) -> u64 {
        self.start.saturating_add(millis(self.began.elapsed()))
    }

    /// Returns the readings to save.
    pub(super) fn readings(&self) -> ClockReadings {
        ClockReadings { store: self.now(), system: system() }
    }

    /// Records that a file has these readings.
    pub(super) fn saved(&self, readings: ClockReadings) {
        self.saved.store(readings.system.wrapping_sub(readings.store), Ordering::Relaxed);
    }

    /// Returns whether the system's clock has stepped since readings were saved: they would mislead the next run.
    pub(super) fn has_stepped(&self) -> bool {
        self.differs(self.readings())
    }

    fn differs(&self, ClockReadings { store, system }: ClockReadings) -> bool {
        let drift = system.wrapping_sub(store).wrapping_sub(self.saved.load(Ordering::Relaxed));
        drift.min(drift.wrapping_neg()) > STEP
    }
}

/// The test of whether an entry has expired, at one reading of the clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expiry {
    now: u64,
    longest: u64,
}

impl Expiry {
    /// Judges at `now`, where no entry may live longer than `longest`.
    pub(super) fn at(now: u64, longest: Duration) -> Self {
        Self { now, longest: millis(longest) }
    }

    /// Returns whether an entry that expires at `time` is there no more. One that would live longer than any may has
    /// expired too: it was written by a clock that was ahead, or under a longer limit.
    pub(super) fn is_over(self, time: u64) -> bool {
        time <= self.now || time - self.now > self.longest
    }

    /// Returns the time at which an entry expires that is written now and lives for `keep`.
    pub(super) fn after(self, keep: Duration) -> u64 {
        self.now.saturating_add(millis(keep).min(self.longest))
    }
}

/// Returns the reading of the system's clock, in milliseconds since 1970.
fn system() -> u64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60 * 1_000;

    #[test]
    fn the_clock_counts_the_time_between_runs_and_no_step_back() {
        let saved = Some(ClockReadings { store: 500 * DAY, system: 530 * DAY });
        let resumed = |system| StoreClock::resume_at(saved, system).start / DAY;

        assert_eq!(resumed(531 * DAY), 501);
        assert_eq!(resumed(500 * DAY), 500, "the clock was 30 days ahead and is corrected");
        assert_eq!(StoreClock::resume_at(None, 7 * DAY).start / DAY, 7);
    }

    #[test]
    fn a_step_of_the_systems_clock_is_noticed_until_readings_are_saved() {
        let clock = StoreClock::resume_at(None, 500 * DAY);
        for system in [530 * DAY, 470 * DAY] {
            let stepped = ClockReadings { store: clock.now(), system };

            assert!(clock.differs(stepped));
            clock.saved(stepped);
            assert!(!clock.differs(stepped));
        }
    }

    #[test]
    fn an_entry_lives_until_its_time_and_never_longer_than_any_may() {
        let expiry = Expiry::at(1_000, Duration::from_secs(100));

        assert!(expiry.is_over(1_000) && !expiry.is_over(1_001));
        assert!(!expiry.is_over(101_000) && expiry.is_over(101_001));
        assert_eq!((expiry.after(Duration::from_secs(1)), expiry.after(Duration::MAX)), (2_000, 101_000));
    }
}
