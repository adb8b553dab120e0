//! Limits on what is logged about one plugin, in bytes over time.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytesize::ByteSize;

/// The shortest time between two reports of dropped lines.
const BETWEEN_REPORTS: Duration = Duration::from_secs(1);

thread_local! {
    /// Bytes of log lines formatted on this thread.
    static FORMATTED: Cell<u64> = const { Cell::new(0) };
}

/// Counts the bytes of a formatted line.
pub(super) fn count_formatted(bytes: usize) {
    FORMATTED.with(|sum| sum.set(sum.get() + bytes as u64));
}

/// Runs `log`, and returns the bytes of the lines that it writes: escaped, with all that stands around the text.
pub fn measured(log: impl FnOnce()) -> u64 {
    let before = FORMATTED.with(Cell::get);
    log();
    FORMATTED.with(Cell::get) - before
}

/// A token bucket of bytes of log.
pub struct LogBudget {
    per_second: i64,
    burst: i64,
    bucket: Mutex<Bucket>,
    /// Lines dropped in total.
    dropped: AtomicU64,
}

struct Bucket {
    /// The bytes left. Below zero after a line that was larger than what was left.
    left: i64,
    /// The time to which `left` applies.
    at: Instant,
    /// Dropped lines that no report has counted.
    untold: u64,
    reported: Option<Instant>,
}

impl LogBudget {
    /// Creates a full bucket of `burst` bytes, which gets so many `per_second`.
    #[must_use]
    pub fn new(per_second: ByteSize, burst: ByteSize) -> Self {
        let [per_second, burst] = [per_second, burst].map(|size| i64::try_from(size.as_u64()).unwrap_or(i64::MAX));
        let bucket = Bucket { left: burst, at: Instant::now(), untold: 0, reported: None };
        Self { per_second, burst, bucket: Mutex::new(bucket), dropped: AtomicU64::new(0) }
    }

    /// Returns whether a line may be logged now. It may be larger than what is left.
    pub fn has_room(&self) -> bool {
        self.refilled(Instant::now()).left > 0
    }

    /// Takes the bytes of a line that was logged.
    pub fn spend(&self, bytes: u64) {
        let mut bucket = self.bucket();
        bucket.left = bucket.left.saturating_sub_unsigned(bytes);
    }

    /// Counts dropped lines. Returns the number of those that were not reported, if a report is due.
    pub fn drop_lines(&self, lines: u64) -> Option<u64> {
        self.dropped.fetch_add(lines, Ordering::Relaxed);
        let mut bucket = self.bucket();
        bucket.untold += lines;
        let is_due = bucket.untold > 0 && bucket.reported.is_none_or(|at| at.elapsed() >= BETWEEN_REPORTS);
        is_due.then(|| {
            bucket.reported = Some(Instant::now());
            std::mem::take(&mut bucket.untold)
        })
    }

    /// Logs a line if there is room. Otherwise counts it, and returns the number of those that were not reported, if a
    /// report is due.
    pub fn log(&self, line: impl FnOnce()) -> Option<u64> {
        if !self.has_room() {
            return self.drop_lines(1);
        }
        self.spend(measured(line));
        None
    }

    /// Returns the number of lines dropped so far.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn refilled(&self, now: Instant) -> MutexGuard<'_, Bucket> {
        let mut bucket = self.bucket();
        let millis = i64::try_from(now.saturating_duration_since(bucket.at).as_millis()).unwrap_or(i64::MAX);
        let more = self.per_second.saturating_mul(millis) / 1_000;
        if more > 0 {
            bucket.left = bucket.left.saturating_add(more).min(self.burst);
            bucket.at = now;
        }
        bucket
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> LogBudget {
        LogBudget::new(ByteSize::b(1_000), ByteSize::b(5_000))
    }

    #[test]
    fn a_burst_is_followed_by_so_many_bytes_a_second() {
        let budget = budget();
        assert!(budget.has_room());

        budget.spend(5_000);

        let now = budget.bucket().at;
        assert_eq!(budget.refilled(now).left, 0);
        assert_eq!(budget.refilled(now + Duration::from_secs(2)).left, 2_000);
        assert_eq!(budget.refilled(now + Duration::from_secs(60)).left, 5_000, "never more than the burst");
    }

    #[test]
    fn a_line_larger_than_what_is_left_is_paid_for_before_the_next() {
        let budget = budget();
        budget.spend(4_999);
        assert!(budget.has_room());

        budget.spend(3_000);

        let now = budget.bucket().at;
        assert!(budget.refilled(now + Duration::from_secs(2)).left < 0);
        assert!(budget.refilled(now + Duration::from_secs(4)).left > 0);
    }

    #[test]
    fn short_intervals_lose_nothing_of_a_low_rate() {
        let budget = LogBudget::new(ByteSize::b(1), ByteSize::b(10));
        budget.spend(10);
        let begun = budget.bucket().at;

        (0..=2_000).for_each(|millis| drop(budget.refilled(begun + Duration::from_millis(millis))));

        assert_eq!(budget.bucket().left, 2);
    }

    #[test]
    fn dropped_lines_are_all_counted_and_reported_together() {
        let budget = budget();

        assert_eq!(budget.drop_lines(3), Some(3), "the first is reported at once");
        assert_eq!(budget.drop_lines(2), None, "not twice in a second");
        budget.bucket().reported = Instant::now().checked_sub(BETWEEN_REPORTS);

        assert_eq!(budget.drop_lines(0), Some(2));
        assert_eq!(budget.drop_lines(0), None, "nothing is left to report");
        assert_eq!(budget.dropped(), 5);
    }

    #[test]
    fn a_line_takes_the_bytes_that_it_was_formatted_to() {
        let budget = budget();

        let report = budget.log(|| count_formatted(5_000));

        assert_eq!((report, budget.bucket().left), (None, 0));
        assert_eq!(LogBudget::new(ByteSize::b(0), ByteSize::b(0)).log(|| panic!("there is no room")), Some(1));
    }
}
