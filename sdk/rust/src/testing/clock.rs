//! The clock of the fake host.

use std::time::Duration;

use crate::Timestamp;

/// The time of a call, unless set otherwise.
pub(super) const CALL_MS: u32 = 4000;

/// A clock that moves as a test says. It counts milliseconds since 1970.
#[derive(Debug)]
pub(super) struct Clock {
    now_ms: i64,
    call_began_ms: i64,
}

impl Default for Clock {
    fn default() -> Self {
        Self::at("2026-06-01T08:00:00Z".parse().expect("it is RFC 3339"))
    }
}

impl Clock {
    pub(super) fn at(now: Timestamp) -> Self {
        let now_ms = now.unix_seconds() * 1000;
        Self { now_ms, call_began_ms: now_ms }
    }

    pub(super) const fn now_ms(&self) -> i64 {
        self.now_ms
    }

    pub(super) fn advance(&mut self, time: Duration) {
        self.now_ms = self.now_ms.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
    }

    /// Begins a call, and returns when.
    pub(super) fn begin_call(&mut self) -> Timestamp {
        self.call_began_ms = self.now_ms;
        Timestamp::from_unix_seconds(self.now_ms.div_euclid(1000)).unwrap_or(Timestamp::MAX)
    }

    /// Returns the time since the call began.
    pub(super) const fn elapsed(&self) -> Duration {
        Duration::from_millis(self.now_ms.abs_diff(self.call_began_ms))
    }

    /// Returns the time that the call has left.
    pub(super) fn left(&self) -> Duration {
        Duration::from_millis(CALL_MS.into()).saturating_sub(self.elapsed())
    }
}
