//! Circuit breaker of one backend of a plugin.
//!
//! Failures to connect are the backend's, whoever asks: several in a row stop everybody's requests. A request that
//! gets no response may be slow because of what its caller asks, so it counts for that caller, and for everybody only
//! by the rules of [`suspensions`](super::suspensions). While the breaker is open, one request at a time is the trial.

use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::Capability;

use super::breaker::{Rules, Suspension, Transition};
use super::caller::{CallOrigin, CallerKey};
use super::suspensions::{BreakerPass, Suspensions};

/// The circuit breaker of one backend.
#[derive(Debug)]
pub struct BackendBreaker {
    connecting: Arc<Suspensions>,
    answering: Arc<Suspensions>,
}

/// The end of a request, as far as the breaker learns from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackendEnd {
    /// A response came, whatever its status.
    Answered,
    /// No connection could be made.
    NotConnected,
    /// No response came in time, or the connection broke.
    NotAnswered,
}

/// A change of the breaker's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackendChange {
    /// It has opened, for this long.
    Opened(Duration),
    /// It has closed again.
    Closed,
}

impl BackendBreaker {
    /// Creates a closed breaker, which opens after so many consecutive failures, never if it is zero.
    #[must_use]
    pub fn new(after: u32, at_most: Duration) -> Self {
        let breaker = |whole_plugin| Arc::new(Suspensions::new(Rules { after, at_most, whole_plugin }));
        Self { connecting: breaker(true), answering: breaker(false) }
    }

    /// Returns a permit for one request of `caller`.
    ///
    /// # Errors
    ///
    /// Fails if the breaker is open.
    pub fn turn(&self, caller: CallerKey) -> Result<BackendTurn, Suspension> {
        let now = Instant::now();
        // Requests to a backend are not told apart by capability.
        let origin = CallOrigin { caller, capability: Capability::Chat };
        Ok(BackendTurn { connecting: self.connecting.turn(origin, now)?, answering: self.answering.turn(origin, now)? })
    }

    /// Returns whether requests fail at once, of one caller at least.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let now = Instant::now();
        [&self.connecting, &self.answering].into_iter().any(|breaker| breaker.load(now).callers > 0)
    }
}

/// A permit for one request. Dropping it without an end has no effect on the breaker.
#[derive(Debug)]
pub struct BackendTurn {
    connecting: BreakerPass,
    answering: BreakerPass,
}

impl BackendTurn {
    /// Learns from the end of the request.
    pub fn ended(self, end: BackendEnd) -> Option<BackendChange> {
        let now = Instant::now();
        let change = match end {
            BackendEnd::Answered => {
                let answering = self.answering.good(now);
                self.connecting.good(now).or(answering)
            }
            BackendEnd::NotConnected => self.connecting.fault(now),
            BackendEnd::NotAnswered => self.answering.fault(now),
        };
        match change? {
            Transition::Suspended(pause) => Some(BackendChange::Opened(pause)),
            Transition::StillSuspended(_) => None,
            Transition::Back => Some(BackendChange::Closed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: CallerKey = CallerKey::Known(1);
    const OTHER: CallerKey = CallerKey::Known(2);

    fn end(breaker: &BackendBreaker, caller: CallerKey, end: BackendEnd) -> Option<BackendChange> {
        breaker.turn(caller).expect("it is closed").ended(end)
    }

    #[test]
    fn a_backend_that_cannot_be_connected_to_is_tried_by_nobody() {
        let breaker = BackendBreaker::new(3, Duration::from_secs(10));

        assert_eq!(end(&breaker, ONE, BackendEnd::NotConnected), None);
        assert_eq!(end(&breaker, OTHER, BackendEnd::NotConnected), None);
        assert!(matches!(end(&breaker, ONE, BackendEnd::NotConnected), Some(BackendChange::Opened(_))));

        assert!(breaker.is_open() && breaker.turn(ONE).is_err() && breaker.turn(OTHER).is_err());
    }

    #[test]
    fn requests_without_an_answer_stop_their_callers_own() {
        let breaker = BackendBreaker::new(2, Duration::from_secs(10));

        end(&breaker, ONE, BackendEnd::NotAnswered);
        end(&breaker, ONE, BackendEnd::NotAnswered);

        assert!(breaker.turn(ONE).is_err() && breaker.turn(OTHER).is_ok());
    }

    #[test]
    fn a_response_between_failures_keeps_it_closed() {
        let breaker = BackendBreaker::new(2, Duration::from_secs(10));

        for _ in 0..3 {
            end(&breaker, ONE, BackendEnd::NotConnected);
            end(&breaker, ONE, BackendEnd::Answered);
        }

        assert!(!breaker.is_open());
    }

    #[test]
    fn one_request_is_the_trial_and_its_response_closes_the_breaker() {
        // Pauses are no longer than this.
        let breaker = BackendBreaker::new(1, Duration::from_millis(1));
        end(&breaker, ONE, BackendEnd::NotConnected);
        let trial = loop {
            match breaker.turn(ONE) {
                Ok(trial) => break trial,
                Err(_) => std::thread::yield_now(),
            }
        };

        assert!(breaker.turn(OTHER).is_err());
        assert_eq!(trial.ended(BackendEnd::Answered), Some(BackendChange::Closed));
        assert!(breaker.turn(OTHER).is_ok());
    }

    #[test]
    fn a_breaker_that_opens_after_none_never_opens() {
        let breaker = BackendBreaker::new(0, Duration::from_secs(10));

        assert!((0..50).all(|_| end(&breaker, ONE, BackendEnd::NotConnected).is_none()));
    }
}
