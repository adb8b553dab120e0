//! Turns at work that only a few files may do at once, shared fairly among files.
//!
//! A multilevel feedback queue of two levels. A file begins as *brief*: those of plugins that were served before come
//! first, then small ones. One whose work takes longer than a quantum becomes *long*: it may take all turns but one,
//! and whoever has taken least comes first. So a file that takes long, hangs or changes without end delays others by a
//! quantum at most.

mod queue;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use self::queue::TurnQueue;
use super::ProviderId;

/// Turns at one kind of work.
#[derive(Debug)]
pub(super) struct Turns {
    queue: Mutex<TurnQueue>,
    /// Notified when the queue has changed.
    changed: Notify,
}

/// A file that needs a turn.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// The plugin that it belongs to.
    pub(super) plugin: ProviderId,
    /// Set if a version of the plugin was served before.
    pub(super) is_known: bool,
    /// Its size in bytes.
    pub(super) size: usize,
}

/// A place in the queue and then a turn, given up when dropped.
#[derive(Debug)]
pub(super) struct CompileTurn<'a> {
    turns: &'a Turns,
    ticket: u64,
}

impl Turns {
    /// Creates `at_once` turns, at least one. Work that takes longer than `quantum` is long.
    pub(super) fn new(at_once: usize, quantum: Duration) -> Self {
        Self { queue: Mutex::new(TurnQueue::new(at_once.max(1), quantum)), changed: Notify::new() }
    }

    /// Waits for a turn. May be cancelled.
    pub(super) async fn take(&self, claim: &Claim) -> CompileTurn<'_> {
        let (ticket, granted) = self.queue().enter(claim.clone(), Instant::now());
        let turn = CompileTurn { turns: self, ticket };
        self.changed.notify_waiters();
        granted.await.expect("the queue keeps the sender until the turn is granted or dropped");
        turn
    }

    fn queue(&self) -> MutexGuard<'_, TurnQueue> {
        // A panic leaves nothing half done here.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CompileTurn<'_> {
    /// Resolves when the turn must be given up: it has become long, there are as many long turns as there may be, and a
    /// brief claim waits.
    pub(super) async fn preempted(&self) {
        let left = self.turns.queue().time_until_long(self.ticket, Instant::now());
        sleep(left).await;
        // Another turn may be the one to give up now.
        self.turns.changed.notify_waiters();
        loop {
            let changed = self.turns.changed.notified();
            if self.turns.queue().must_yield(self.ticket, Instant::now()) {
                return;
            }
            changed.await;
        }
    }
}

impl Drop for CompileTurn<'_> {
    fn drop(&mut self) {
        self.turns.queue().leave(self.ticket, Instant::now());
        self.turns.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;
    use tokio::time::timeout;

    use super::*;

    const QUANTUM: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_millis(200);
    const EVER: Duration = Duration::from_secs(60);

    fn claim(name: &str) -> Claim {
        Claim { plugin: name.parse().expect("lower-case kebab"), is_known: false, size: 1 }
    }

    #[tokio::test]
    async fn long_turns_leave_one_to_brief_claims() {
        let turns = Turns::new(2, QUANTUM);
        let (first, second) = (turns.take(&claim("first")).await, turns.take(&claim("second")).await);
        let claim = claim("brief");
        let mut brief = pin!(turns.take(&claim));
        assert!(brief.as_mut().now_or_never().is_none());

        timeout(EVER, second.preempted()).await.expect("it began last");
        drop(second);

        assert!(brief.as_mut().now_or_never().is_some());
        assert!(timeout(LONG, first.preempted()).await.is_err(), "one long turn is left alone");
    }

    #[tokio::test]
    async fn a_long_turn_goes_on_while_nobody_waits() {
        let turns = Turns::new(2, QUANTUM);
        let (_first, second) = (turns.take(&claim("first")).await, turns.take(&claim("second")).await);

        assert!(timeout(LONG, second.preempted()).await.is_err());
    }

    #[tokio::test]
    async fn a_claim_that_is_cancelled_takes_no_turn() {
        let turns = Turns::new(1, QUANTUM);
        let first = turns.take(&claim("first")).await;
        assert!(turns.take(&claim("cancelled")).now_or_never().is_none());
        drop(first);

        assert!(turns.take(&claim("next")).now_or_never().is_some());
    }
}
