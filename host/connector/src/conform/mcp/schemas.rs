//! The work on schemas of a stranger, in bounded time: with references to each other they can take for ever, however
//! short they are.

use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

/// The time for all schemas of a server.
const TIME: Duration = Duration::from_secs(10);

/// The time for schemas that is left.
#[derive(Debug)]
pub(super) struct SchemaTime(Duration);

impl SchemaTime {
    pub(super) const fn new() -> Self {
        Self(TIME)
    }

    /// Does `work` in a thread of its own, and gives up on it when the time is over. The thread goes on until the
    /// process ends, as no thread can be stopped.
    pub(super) fn spend<T: Send + 'static>(&mut self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        if self.0.is_zero() {
            return None;
        }
        let begun = Instant::now();
        let (tell, told) = sync_channel(1);
        // Nobody listens any more if the time is over.
        thread::Builder::new().name("schema".to_owned()).spawn(move || drop(tell.send(work()))).ok()?;
        let done = told.recv_timeout(self.0).ok();
        self.0 = self.0.saturating_sub(begun.elapsed());
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_does_not_end_is_given_up_and_no_more_is_begun() {
        assert_eq!(SchemaTime::new().spend(|| 1), Some(1));
        let mut time = SchemaTime(Duration::from_millis(50));
        let (_held, never) = sync_channel::<()>(0);

        assert_eq!(time.spend(move || never.recv()), None);
        assert_eq!(time.spend(|| 2), None);
    }
}
