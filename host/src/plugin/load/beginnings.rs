//! Loads that begin at once, as all do when the host starts.
//!
//! Most take a few milliseconds, because their components are in the cache. If a thousand did so together, all would hold
//! their files in memory, and their threads would wait for each other's locks.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

/// The time for which a load keeps others from beginning. One that takes longer waits for a copy, a disk or the compiler.
const BRIEF: Duration = Duration::from_millis(20);

/// Loads in progress for each core, not counting those that take long.
const FOR_A_CORE: usize = 4;

/// The turns of loads to begin. Clones share them.
#[derive(Clone)]
pub(super) struct Beginnings(Arc<Semaphore>);

impl Beginnings {
    pub(super) fn new() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(FOR_A_CORE * cores)))
    }

    /// Waits for the turn of a load, and runs it to its end.
    pub(super) async fn run<T>(&self, load: impl Future<Output = T>) -> T {
        let turn = self.0.acquire().await.expect("the semaphore is never closed");
        let mut load = pin!(load);
        if let Ok(done) = timeout(BRIEF, load.as_mut()).await {
            return done;
        }
        drop(turn);
        load.await
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn loads_begin_in_turn_and_one_that_takes_long_holds_up_no_other() {
        let beginnings = Beginnings(Arc::new(Semaphore::new(1)));
        let mut stuck = Box::pin(beginnings.run(pending::<()>()));
        assert!(stuck.as_mut().now_or_never().is_none());

        let mut next = Box::pin(beginnings.run(async { "done" }));
        assert!(next.as_mut().now_or_never().is_none(), "it waits for its turn");

        tokio::select! {
            () = stuck => unreachable!("it never ends"),
            done = next => assert_eq!(done, "done"),
        }
    }
}
