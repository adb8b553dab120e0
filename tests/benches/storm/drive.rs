//! The load generators: open loop, at a rate that does not depend on answers, and closed loop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep_until;

/// Starts `call` for the numbers from 0, `rate` per second, until there are `calls` or time is up, and waits for all.
///
/// Returns the greatest delay of a start: a generator that falls behind measures itself instead of the host.
pub(crate) async fn at_rate<F>(
    rate: f64,
    calls: u64,
    time: Option<Duration>,
    call: impl Fn(u64) -> F + Send + Sync + 'static,
) -> Duration
where
    F: Future<Output = ()> + Send + 'static,
{
    let call = Arc::new(call);
    let begun = Instant::now();
    let mut running = JoinSet::new();
    let mut latest = Duration::ZERO;
    for number in 0..calls {
        let due = begun + Duration::from_secs_f64(number as f64 / rate);
        if time.is_some_and(|time| due.duration_since(begun) >= time) {
            break;
        }
        // Timers have a resolution of a millisecond, so calls due within one are started together.
        if due > Instant::now() + Duration::from_millis(1) {
            sleep_until(due.into()).await;
        }
        latest = latest.max(Instant::now().saturating_duration_since(due));
        running.spawn(call(number));
        while running.try_join_next().is_some() {}
    }
    while running.join_next().await.is_some() {}
    latest
}

/// Repeats `call` on `callers` concurrent tasks, each as soon as it has been answered, until time is up.
pub(crate) async fn closed<F>(callers: usize, time: Duration, call: impl Fn() -> F + Send + Sync + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let call = Arc::new(call);
    let end = Instant::now() + time;
    let mut running = JoinSet::new();
    for _ in 0..callers {
        let call = Arc::clone(&call);
        running.spawn(async move {
            while Instant::now() < end {
                call().await;
            }
        });
    }
    while running.join_next().await.is_some() {}
}
