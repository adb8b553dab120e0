//! Steps of the system's clock, each of which the log tells of: tokens and certificates are judged by that clock, and time
//! stamps before and after a step do not compare.

use std::time::{Duration, Instant, SystemTime};

use tokio::time::interval;
use tracing::warn;

/// The time between two readings.
const TICK: Duration = Duration::from_secs(1);

/// The difference from which the clock counts as stepped. Time services adjust it by far less in one tick.
const STEP: Duration = Duration::from_secs(1);

/// The time within which both clocks are read, at most: a thread that is stopped between them reads no step.
const TOGETHER: Duration = Duration::from_millis(100);

/// Readings of both clocks at one moment.
#[derive(Clone, Copy, Debug)]
struct Readings {
    monotonic: Instant,
    system: SystemTime,
}

/// The direction and the size of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClockStep {
    Forward(Duration),
    Back(Duration),
}

impl Readings {
    /// Reads both clocks; `None` if they were not read at one moment.
    fn take() -> Option<Self> {
        let monotonic = Instant::now();
        let system = SystemTime::now();
        (monotonic.elapsed() < TOGETHER).then_some(Self { monotonic, system })
    }

    /// Returns the step of the system's clock since `before`, if it has stepped.
    fn step_since(self, before: Self) -> Option<ClockStep> {
        let passed = self.monotonic.saturating_duration_since(before.monotonic);
        let step = match self.system.duration_since(before.system) {
            Ok(shown) if shown >= passed => ClockStep::Forward(shown - passed),
            Ok(shown) => ClockStep::Back(passed - shown),
            Err(error) => ClockStep::Back(error.duration() + passed),
        };
        let (ClockStep::Forward(size) | ClockStep::Back(size)) = step;
        (size >= STEP).then_some(step)
    }
}

/// Warns of each step while it is polled.
pub(super) async fn report() {
    let mut ticks = interval(TICK);
    let mut before = None;
    loop {
        ticks.tick().await;
        let Some(now) = Readings::take() else { continue };
        match before.replace(now).and_then(|before| now.step_since(before)) {
            Some(ClockStep::Forward(by)) => {
                warn!(?by, "the system's clock was set forward, or the machine was suspended");
            }
            Some(ClockStep::Back(by)) => warn!(?by, "the system's clock was set back"),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_in_both_directions_are_told_and_adjustments_are_not() {
        let before = Readings { monotonic: Instant::now(), system: SystemTime::now() };
        let tick = before.monotonic + TICK;
        let step = |system| Readings { monotonic: tick, system }.step_since(before);
        let month = Duration::from_secs(30 * 24 * 60 * 60);

        assert_eq!(step(before.system + TICK + month), Some(ClockStep::Forward(month)));
        assert_eq!(step(before.system + TICK - month), Some(ClockStep::Back(month)));
        for slewed in [Duration::from_micros(999_500), TICK, Duration::from_micros(1_000_500)] {
            assert_eq!(step(before.system + slewed), None);
        }
        assert_eq!(step(before.system), Some(ClockStep::Back(TICK)), "it was set back to what it was");
    }
}
