//! Clocks for guests.

use std::time::{Duration, Instant};

use wasmtime_wasi::HostMonotonicClock;

/// A monotonic clock that counts whole milliseconds from the start of the call.
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
        u64::try_from(self.0.elapsed().as_millis()).map_or(u64::MAX, |millis| millis.saturating_mul(self.resolution()))
    }
}
