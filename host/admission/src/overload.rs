//! Overload detection with hysteresis for load shedding: readiness goes off while the host is overloaded, so
//! that a load balancer sends requests elsewhere.
//!
//! Readiness goes off after a second with 95 % of the slots or memory in use, and on again after two seconds
//! with at most 75 %. It does not change with every call. If every host is overloaded, a proxy has to send
//! requests all the same: each host rejects excess calls by itself.

use std::time::{Duration, Instant};

use crate::Usage;

/// The time a host must be full to be overloaded. Bursts are shorter, and the slots are there to serve them.
const FULL_FOR: Duration = Duration::from_secs(1);

/// The time a host must have capacity to be no longer overloaded.
const ROOMY_FOR: Duration = Duration::from_secs(2);

/// The percentage of slots or memory in use at which a host is full. Between two calls, a slot may be free at
/// the moment of sampling.
const FULL: u64 = 95;

/// The percentage up to which a host has capacity.
const ROOMY: u64 = 75;

/// Detects overload from samples of usage.
#[derive(Debug, Default)]
pub struct Overload {
    is_on: bool,
    /// The time since which samples would change the state.
    turning_since: Option<Instant>,
}

impl Overload {
    /// Takes a sample of usage at the instant `now`, and returns whether the host is overloaded.
    pub fn look(&mut self, usage: &Usage, now: Instant) -> bool {
        let (would_turn, after) = match self.is_on {
            false => (fullest(usage) >= FULL, FULL_FOR),
            true => (fullest(usage) <= ROOMY, ROOMY_FOR),
        };
        if !would_turn {
            self.turning_since = None;
            return self.is_on;
        }
        let since = *self.turning_since.get_or_insert(now);
        if now.saturating_duration_since(since) >= after {
            self.is_on = !self.is_on;
            self.turning_since = None;
        }
        self.is_on
    }
}

/// Returns the percentage in use of slots or memory, whichever is higher.
fn fullest(usage: &Usage) -> u64 {
    let part = |used: u64, of: u64| used.saturating_mul(100) / of.max(1);
    part(usage.calls, usage.calls_at_once).max(part(usage.memory, usage.memory_at_most))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: Duration = Duration::from_millis(250);

    fn calls(calls: u64) -> Usage {
        Usage { calls, calls_at_once: 100, memory: 0, memory_at_most: 1_000 }
    }

    fn memory(memory: u64) -> Usage {
        Usage { memory, ..calls(1) }
    }

    /// The results of samples a quarter of a second apart.
    fn said(overload: &mut Overload, start: &mut Instant, looks: impl IntoIterator<Item = Usage>) -> Vec<bool> {
        let look = |usage| {
            *start += QUARTER;
            overload.look(&usage, *start)
        };
        looks.into_iter().map(look).collect()
    }

    #[test]
    fn a_host_that_stays_full_for_a_second_is_overloaded() {
        for usage in [calls(100), calls(96), memory(1_000)] {
            let (mut overload, mut now) = (Overload::default(), Instant::now());

            assert_eq!(said(&mut overload, &mut now, [usage; 5]), [false, false, false, false, true], "{usage:?}");
        }
    }

    #[test]
    fn a_burst_is_no_overload() {
        let (mut overload, mut now) = (Overload::default(), Instant::now());
        let bursts = [100, 100, 100, 80, 100, 100, 100, 90].repeat(4);

        let said = said(&mut overload, &mut now, bursts.into_iter().map(calls));

        assert!(said.iter().all(|is_on| !is_on));
    }

    #[test]
    fn it_ends_when_there_has_been_room_for_two_seconds() {
        let (mut overload, mut now) = (Overload::default(), Instant::now());
        let _ = said(&mut overload, &mut now, [calls(100); 5]);

        assert_eq!(said(&mut overload, &mut now, [calls(80); 20]), [true; 20], "neither full nor roomy");
        assert_eq!(said(&mut overload, &mut now, [calls(10); 8]), [true; 8]);
        assert_eq!(said(&mut overload, &mut now, [calls(10)]), [false]);
    }

    #[test]
    fn a_host_that_makes_one_call_at_once_is_full_with_it_alone() {
        let usage = |calls| Usage { calls_at_once: 1, ..self::calls(calls) };

        assert_eq!((fullest(&usage(0)), fullest(&usage(1))), (0, 100));
    }
}
