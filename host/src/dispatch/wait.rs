//! The instant at which a merged answer leaves: without some providers, if they take too long.
//!
//! An answer leaves once a provider has answered, each provider that is waited for has ended or reached its wait limit,
//! and the grace period is over that the others have after that. Without any answer it does not leave before all calls
//! have ended, which they do by the deadline.

use std::time::Duration;

use crate::plugin::Wait;

/// The calls of one merged answer. All times are from its beginning.
pub(super) struct WaitPlan {
    calls: Vec<PlannedCall>,
    /// The time of the first answer.
    first_answer: Option<Duration>,
}

struct PlannedCall {
    wait: Wait,
    /// The time at which it ended, if it has.
    ended: Option<Duration>,
}

impl WaitPlan {
    pub(super) fn new(waits: impl Iterator<Item = Wait>) -> Self {
        Self { calls: waits.map(|wait| PlannedCall { wait, ended: None }).collect(), first_answer: None }
    }

    /// Notes the end of the call with this index.
    pub(super) fn ended(&mut self, index: usize, at: Duration, is_answer: bool) {
        self.calls[index].ended = Some(at);
        if is_answer && self.first_answer.is_none() {
            self.first_answer = Some(at);
        }
    }

    /// Returns whether the call with this index has been waited for.
    pub(super) fn awaits(&self, index: usize) -> bool {
        !self.calls[index].wait.time.is_zero()
    }

    /// The time at which the answer leaves, unless another call ends before. `None` if it does not leave by itself.
    pub(super) fn leaves_at(&self) -> Option<Duration> {
        let settled = self.calls.iter().map(|call| call.ended.map_or(call.wait.time, |at| at.min(call.wait.time)));
        let settled = settled.max()?.max(self.first_answer?);
        let running = self.calls.iter().filter(|call| call.ended.is_none());
        running.map(|call| settled.checked_add(call.wait.grace)).max()?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_millis(100);

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// A plan of calls with these waits, in milliseconds.
    fn plan(waits: &[u64]) -> WaitPlan {
        let wait = |time| match time {
            u64::MAX => Duration::MAX,
            time => millis(time),
        };
        WaitPlan::new(waits.iter().map(|time| Wait { time: wait(*time), grace: GRACE }))
    }

    #[test]
    fn without_an_answer_it_does_not_leave() {
        let mut plan = plan(&[2_000, 2_000, 0]);

        plan.ended(0, millis(5), false);

        assert_eq!(plan.leaves_at(), None);
    }

    #[test]
    fn it_waits_for_those_in_time_until_their_limit() {
        let mut plan = plan(&[2_000, 2_000, 500]);

        plan.ended(0, millis(5), true);

        assert_eq!(plan.leaves_at(), Some(millis(2_100)));
        plan.ended(1, millis(30), false);
        assert_eq!(plan.leaves_at(), Some(millis(600)));
        plan.ended(2, millis(40), true);
        assert_eq!(plan.leaves_at(), None, "all have ended");
    }

    #[test]
    fn a_provider_that_is_not_waited_for_has_the_grace_period() {
        let mut plan = plan(&[2_000, 0]);

        plan.ended(0, millis(5), true);

        assert_eq!(plan.leaves_at(), Some(millis(105)));
        assert!(plan.awaits(0) && !plan.awaits(1));
    }

    #[test]
    fn an_answer_after_the_limits_is_followed_by_the_grace_period() {
        let mut plan = plan(&[0, 0, 500]);

        plan.ended(0, millis(2_300), true);

        assert_eq!(plan.leaves_at(), Some(millis(2_400)));
    }

    #[test]
    fn a_required_provider_is_waited_for_until_it_ends() {
        let mut plan = plan(&[2_000, u64::MAX]);

        plan.ended(0, millis(5), true);

        assert_eq!(plan.leaves_at(), None);
        plan.ended(1, millis(3_900), true);
        assert_eq!(plan.leaves_at(), None);
    }
}
