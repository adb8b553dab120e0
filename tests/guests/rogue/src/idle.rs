//! Behaviours that wait, for long or for ever.

use std::thread::sleep;
use std::time::Duration;

use insight_sdk::{CallContext, log};
use wasip2::clocks::monotonic_clock;
use wasip2::io::poll;

use crate::{Answer, said};

/// The pollables to wait for: as many as fit into the table beside the resources that waiting takes.
pub(crate) const POLLABLES: usize = 100;

/// Answers after `millis`. Logs that first, for tests that wait until the call is in flight.
pub(crate) fn answer_after(millis: u64) -> Answer {
    log::info!("going to sleep");
    sleep(Duration::from_millis(millis));
    said("slept well")
}

/// Answers when its time is up, or `late` milliseconds after that; before it if negative.
pub(crate) fn answer_at_deadline(context: &CallContext, late: i64) -> Answer {
    answer_after(u64::from(context.time_left_ms).saturating_add_signed(late))
}

/// Waits for this number of events that never happen.
pub(crate) fn poll_for_ever(pollables: usize) -> Answer {
    let never = || monotonic_clock::subscribe_duration(u64::MAX);
    let pollables: Vec<_> = std::iter::repeat_with(never).take(pollables).collect();
    poll::poll(&pollables.iter().collect::<Vec<_>>());
    said("for ever is over")
}
