//! Clocks for guests.

use std::time::{Duration, Instant, SystemTime};

use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

/// A monotonic clock that counts whole milliseconds, from 1 at the start of the call.
///
/// Go's runtime ends with a fatal error if the clock reads zero.
///
/// A finer one would help a guest to measure traces of its neighbours in the processor's caches.
pub(super) struct CoarseClock(Instant);

impl CoarseClock {
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }
}

const GRAIN: Duration = Duration::from_millis(1);

impl HostMonotonicClock for CoarseClock {
    fn resolution(&self) -> u64 {
        u64::try_from(GRAIN.as_nanos()).expect("a millisecond fits")
    }

    fn now(&self) -> u64 {
        let millis = u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX);
        millis.saturating_add(1).saturating_mul(self.resolution())
    }
}

/// The system's time in whole milliseconds, for the same reason.
pub(super) struct CoarseWallClock;

impl HostWallClock for CoarseWallClock {
    fn resolution(&self) -> Duration {
        GRAIN
    }

    fn now(&self) -> Duration {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Duration::from_secs(since.as_secs()) + Duration::from_millis(since.subsec_millis().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_day_is_in_whole_milliseconds() {
        let readings: Vec<Duration> = (0..1_000).map(|_| CoarseWallClock.now()).collect();

        assert!(readings.iter().all(|reading| reading.subsec_nanos() % 1_000_000 == 0));
        assert!(readings[0] > Duration::from_secs(1_700_000_000));
    }

    #[test]
    fn the_clock_starts_above_zero_and_counts_whole_milliseconds_upwards() {
        let clock = CoarseClock::new();

        let readings: Vec<u64> = (0..1_000).map(|_| clock.now()).collect();

        assert!(readings.iter().all(|reading| *reading >= clock.resolution() && reading % clock.resolution() == 0));
        assert!(readings.is_sorted());
    }
}
