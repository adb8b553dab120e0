//! Detection of threads that are stuck: that run a guest which computes without a yield.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::flow::Flow;
use crate::ticker::SPARSE_TICK;
use net::scheduling::ThreadId;

/// The time of a turn after which the thread's processor time is watched: longer than any time between two ticks, at which
/// guests yield.
const SUSPECT_AFTER: Duration = SPARSE_TICK.saturating_add(Duration::from_millis(1));

/// The further processor time after which a suspect thread counts as stuck. One that waits for a core is not. The
/// kernel counts at its own ticks, of up to 4 ms.
const STUCK_AFTER: Duration = Duration::from_millis(1);

/// The watch over one thread, which looks at it at each tick of the epoch.
#[derive(Default)]
pub(super) struct ThreadWatch {
    thread: OnceLock<ThreadId>,
    turn: Mutex<CurrentTurn>,
}

/// A thread's current turn.
#[derive(Default)]
struct CurrentTurn {
    /// The calls that its task is one of, and the time it began.
    current: Option<(Flow, Instant)>,
    /// Its processor time when it became suspect.
    suspect: Option<Duration>,
    is_stuck: bool,
}

impl ThreadWatch {
    /// Makes the current thread the one that is watched.
    pub(super) fn set_thread(&self) {
        let _ = self.thread.set(ThreadId::current());
    }

    /// Returns the thread, once it is known.
    pub(super) fn thread(&self) -> Option<ThreadId> {
        self.thread.get().copied()
    }

    /// Begins a turn of a call of `flow`, and returns the time.
    pub(super) fn begin(&self, flow: &Flow) -> Instant {
        let now = Instant::now();
        *self.turn() = CurrentTurn { current: Some((flow.clone(), now)), ..CurrentTurn::default() };
        now
    }

    /// Ends the turn. Returns whether the thread was stuck in it.
    pub(super) fn end(&self) -> bool {
        std::mem::take(&mut *self.turn()).is_stuck
    }

    /// Returns whether the thread is in a turn.
    pub(super) fn is_in_turn(&self) -> bool {
        self.turn().current.is_some()
    }

    /// Returns whether the thread is stuck in its turn, the first time that it is found so. `note` learns the flow
    /// before the turn can end.
    pub(super) fn is_newly_stuck(&self, note: impl FnOnce(&Flow)) -> bool {
        let mut turn = self.turn();
        let CurrentTurn { current: Some((flow, began)), suspect, is_stuck } = &mut *turn else { return false };
        if *is_stuck || began.elapsed() < SUSPECT_AFTER {
            return false;
        }
        let used = self.thread.get().and_then(|thread| thread.processor_time());
        match (*suspect, used) {
            (None, Some(used)) => *suspect = Some(used),
            (Some(before), Some(used)) if used.saturating_sub(before) < STUCK_AFTER => {}
            // Without the kernel's figures, the time that has passed decides.
            (_, _) => {
                *is_stuck = true;
                note(flow);
            }
        }
        *is_stuck
    }

    fn turn(&self) -> MutexGuard<'_, CurrentTurn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
