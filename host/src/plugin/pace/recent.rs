//! The last calls of a plugin, and the wait that follows from their times.

use std::collections::VecDeque;
use std::time::Duration;

use admission::CallerKey;

/// Number of calls that the 90th percentile is computed from: one slow call in ten is forgiven.
pub(super) const WINDOW: usize = 10;

/// Number of calls in time, one after the other, by which a plugin that was late is as good as new.
pub(super) const RECOVERED: usize = 5;

/// The most halvings of a wait limit.
const MOST_HALVINGS: u32 = 5;

/// The last calls.
#[derive(Debug, Default)]
pub(super) struct RecentCalls {
    /// Their callers, and their times or the times after which answers left without them. The newest is the last.
    calls: VecDeque<(CallerKey, Duration)>,
    halvings: u32,
    /// Number of calls in time since the last one that was not.
    in_time: usize,
}

impl RecentCalls {
    /// Returns the wait for the next call; zero if most of them took longer.
    pub(super) fn wait(&self, limit: Duration) -> Duration {
        let wait = limit / 2_u32.pow(self.halvings);
        if self.is_late(wait) { Duration::ZERO } else { wait }
    }

    /// Returns whether most of them took at least `wait`.
    pub(super) fn is_late(&self, wait: Duration) -> bool {
        self.p90().is_some_and(|p90| p90 >= wait)
    }

    /// Returns whether there are enough calls to judge by.
    pub(super) fn is_known(&self) -> bool {
        self.calls.len() >= WINDOW
    }

    /// The time that nine in ten of the last calls did not exceed. `None` if there are too few to judge by.
    pub(super) fn p90(&self) -> Option<Duration> {
        if !self.is_known() {
            return None;
        }
        let mut sorted: Vec<Duration> = self.calls.iter().map(|(_, time)| *time).collect();
        sorted.sort_unstable();
        sorted.get(WINDOW * 9 / 10 - 1).copied()
    }

    /// Adds a call that ran to its end in this time.
    pub(super) fn ended(&mut self, caller: CallerKey, time: Duration, limit: Duration) {
        let was_late = self.wait(limit).is_zero();
        self.add(caller, time);
        if time >= limit {
            self.in_time = 0;
            return;
        }
        self.halvings = self.halvings.saturating_sub(1);
        self.in_time += 1;
        if was_late && self.in_time >= RECOVERED {
            self.calls.clear();
        }
    }

    /// Adds a call that an answer waited for in vain, and left after this time.
    pub(super) fn missed(&mut self, caller: CallerKey, after: Duration) {
        self.halvings = (self.halvings + 1).min(MOST_HALVINGS);
        self.in_time = 0;
        self.add(caller, after);
    }

    /// Removes the calls of `caller`.
    pub(super) fn forget(&mut self, caller: CallerKey) {
        self.calls.retain(|(of, _)| *of != caller);
    }

    fn add(&mut self, caller: CallerKey, time: Duration) {
        if self.is_known() {
            self.calls.pop_front();
        }
        self.calls.push_back((caller, time));
    }
}
