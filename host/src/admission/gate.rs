//! What stands before one plugin.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{debug, info, warn};

use super::breaker::{Breaker, Change, Suspension, Turn};
use super::rate::{Limit, Rate};
use super::refused::{Refusals, Refused};
use super::window::{Blame, Stamp, Window};
use crate::contract::Outcome;
use crate::runtime::{Admitted, Ended, Full, Median, Room, Runtime};

/// Calls of a plugin for each thread of guests, below which its window never shrinks: so that no
/// thread is idle while one waits.
const CALLS_FOR_A_THREAD: usize = 2;

/// Calls of a plugin below which its window never shrinks, on any machine.
const LEAST_CALLS: usize = 4;

/// What stands before one version of a plugin.
#[derive(Clone)]
pub struct Gate {
    lane: Arc<Lane>,
    breaker: Arc<Breaker>,
}

/// What stands before a plugin in every version.
pub(super) struct Lane {
    plugin: Arc<str>,
    room: Arc<Room>,
    window: Window,
    rate: Option<Limit>,
    wait: Duration,
    /// How long its answers take.
    answers: Median,
    refusals: Refusals,
}

impl Lane {
    pub(super) fn new(plugin: Arc<str>, calls: usize, threads: usize, wait: Duration, rate: Option<Rate>) -> Self {
        let room = Arc::new(Room::new(calls));
        let window = Window::new(Arc::clone(&room), LEAST_CALLS.max(CALLS_FOR_A_THREAD * threads));
        let (answers, refusals) = (Median::default(), Refusals::default());
        Self { plugin, room, window, rate: rate.map(Limit::new), wait, answers, refusals }
    }
}

/// How much is asked of a plugin, at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Its calls in flight.
    pub calls: usize,
    /// Calls that wait for one of those to end.
    pub waiting: usize,
    /// Calls that may be in flight now. Falls as they end too late, and recovers.
    pub calls_at_once: usize,
    /// How long half of its answers take at least; zero before the first.
    pub median: Duration,
    /// If it is suspended, how.
    pub suspended: Option<Suspension>,
}

impl Gate {
    pub(super) fn new(lane: Arc<Lane>, breaker: Arc<Breaker>) -> Self {
        Self { lane, breaker }
    }

    /// How much is asked of the plugin.
    #[must_use]
    pub fn load(&self) -> Load {
        let Lane { room, answers, .. } = &*self.lane;
        Load {
            calls: room.taken(),
            waiting: room.waiting(),
            calls_at_once: room.size(),
            median: answers.get(),
            suspended: self.breaker.suspension(Instant::now()),
        }
    }

    /// Admits one call of a request that has so much time `left`, where the plugin is promised
    /// `full`. Waits for room, though never for long.
    ///
    /// # Errors
    ///
    /// Fails at once where waiting would be in vain.
    pub(crate) async fn enter(
        &self,
        runtime: &Runtime,
        left: Duration,
        full: Duration,
    ) -> Result<(Pass, Admitted), Refused> {
        let entered = self.try_enter(runtime, left, full).await;
        entered.inspect_err(|refused| self.lane.refusals.tell(&self.lane.plugin, refused))
    }

    async fn try_enter(&self, runtime: &Runtime, left: Duration, full: Duration) -> Result<(Pass, Admitted), Refused> {
        let lane = &self.lane;
        let now = Instant::now();
        let turn = self.breaker.turn(now).map_err(Refused::Suspended)?;
        // With its full time it is always asked: else one that has become quick would never show it.
        let typical = lane.answers.get();
        if left < typical.min(full) {
            return Err(Refused::TooLate { left, typical });
        }
        lane.rate.as_ref().map_or(Ok(()), Limit::check).map_err(Refused::Rate)?;

        let until = now + lane.wait.min(left.saturating_sub(typical));
        let place = lane.room.enter(until).await.map_err(|Full| Refused::Busy(lane.room.taken()))?;
        let admitted = runtime.admit(place, until).await?;
        let stamp = lane.window.stamp();
        Ok((Pass { turn, stamp, lane: Arc::clone(lane) }, admitted))
    }
}

/// A call that was admitted. Dropped before its end is told, it leaves no trace.
pub(crate) struct Pass {
    turn: Turn,
    stamp: Stamp,
    lane: Arc<Lane>,
}

impl Pass {
    /// Learns from how the call ended.
    pub(crate) fn ended(self, ended: &Ended) {
        let Self { turn, stamp, lane } = self;
        let outcome = ended.outcome();
        let is_late = outcome == Outcome::DeadlineExceeded;
        if outcome == Outcome::Answered {
            lane.answers.add(ended.spent.time);
        }
        let blame = if is_late { lane.window.late(stamp) } else { Blame::Call };
        if !is_late {
            lane.window.in_time(stamp);
        }

        let now = Instant::now();
        let change = match outcome {
            // Too many of them ran at once. With fewer it shall show whether it is its own doing.
            _ if blame == Blame::Crowd => None,
            _ if ended.own_fault => turn.fault(now),
            // Of the host's doing, or of the caller's.
            _ if outcome.is_fault() => None,
            _ => turn.good(now),
        };
        if let Some(change) = change {
            tell(&lane.plugin, outcome, change);
        }
    }
}

fn tell(plugin: &str, outcome: Outcome, change: Change) {
    match change {
        Change::Suspended(pause) => {
            warn!(plugin, last = %outcome, pause_ms = pause.as_millis(), "plugin suspended: it fails again and again");
        }
        Change::StillSuspended(pause) => {
            debug!(plugin, last = %outcome, pause_ms = pause.as_millis(), "plugin stays suspended: its trial failed");
        }
        Change::Back => info!(plugin, "plugin back: its trial went well"),
    }
}
