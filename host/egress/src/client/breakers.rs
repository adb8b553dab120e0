//! Circuit breakers of the backends of a plugin, one for each origin: while one is open, requests to it fail at once.
//!
//! Responses of any status close it, and what it counts is known here alone: whether a request was sent, whether it was
//! connected, and whether its time was over. The time that a request waits for other requests of its plugin is not the
//! backend's.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::{info, warn};

use super::Error;
use crate::denials::EgressDenials;
use crate::origin::Origin;
use admission::{BackendBreaker, BackendChange, BackendEnd, BackendTurn, CallerKey};

/// Origins whose breakers are kept. A wildcard grant covers any number of hosts.
const MOST: usize = 256;

/// The circuit breakers of one plugin.
pub(super) struct Breakers {
    plugin: Arc<str>,
    denials: Arc<EgressDenials>,
    after: u32,
    at_most: Duration,
    by_origin: Mutex<HashMap<String, Arc<BackendBreaker>>>,
}

impl Breakers {
    pub(super) fn new(plugin: Arc<str>, denials: Arc<EgressDenials>, after: u32, at_most: Duration) -> Self {
        Self { plugin, denials, after, at_most, by_origin: Mutex::default() }
    }

    /// Begins a request of `caller` to `origin`, which has until `end`.
    ///
    /// # Errors
    ///
    /// Fails at once if the breaker of the origin is open.
    pub(super) fn begin(self: &Arc<Self>, origin: &Origin, caller: CallerKey, end: Instant) -> Result<Attempt, Error> {
        let origin = origin.to_string();
        let turn = self.of(&origin).map(|breaker| breaker.turn(caller)).transpose().map_err(|suspension| {
            self.denials.count_untried();
            let left = suspension.left.as_secs() + 1;
            Error::Unreachable(format!("{origin} does not respond, and is not tried for {left} s (circuit open)"))
        })?;
        Ok(Attempt { breakers: Arc::clone(self), origin, turn, end, stage: Arc::default() })
    }

    /// Returns the number of origins whose breakers are open.
    pub(super) fn open(&self) -> usize {
        let by_origin = self.by_origin.lock().unwrap_or_else(PoisonError::into_inner);
        by_origin.values().filter(|breaker| breaker.is_open()).count()
    }

    /// Returns the breaker of an origin; `None` if too many others are open to add it.
    fn of(&self, origin: &str) -> Option<Arc<BackendBreaker>> {
        let mut by_origin = self.by_origin.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(breaker) = by_origin.get(origin) {
            return Some(Arc::clone(breaker));
        }
        if by_origin.len() >= MOST {
            by_origin.retain(|_, breaker| breaker.is_open());
        }
        if by_origin.len() >= MOST {
            return None;
        }
        let breaker = Arc::new(BackendBreaker::new(self.after, self.at_most));
        by_origin.insert(origin.to_owned(), Arc::clone(&breaker));
        Some(breaker)
    }

    fn tell(&self, origin: &str, change: BackendChange) {
        let plugin = &self.plugin;
        let _ = self.denials.log_budget.log(|| match change {
            BackendChange::Opened(pause) => {
                let pause_ms = pause.as_millis();
                warn!(%plugin, origin, pause_ms, "a backend does not respond: requests to it fail at once for a while");
            }
            BackendChange::Closed => info!(%plugin, origin, "a backend responds again"),
        });
    }
}

/// How far a request has come.
#[derive(Default)]
pub(super) struct Stage(AtomicU8);

impl Stage {
    const UNSENT: u8 = 0;
    const SENT: u8 = 1;
    const UNCONNECTED: u8 = 2;

    /// Notes that the request waits for its backend from now on.
    pub(super) fn sent(&self) {
        self.0.store(Self::SENT, Ordering::Relaxed);
    }

    /// Notes that no connection could be made.
    pub(super) fn unconnected(&self) {
        self.0.store(Self::UNCONNECTED, Ordering::Relaxed);
    }

    /// Notes that the request was not sent after all, for a reason that is the host's.
    pub(super) fn unsent(&self) {
        self.0.store(Self::UNSENT, Ordering::Relaxed);
    }
}

/// One request, as far as its breaker learns from it.
pub(super) struct Attempt {
    breakers: Arc<Breakers>,
    origin: String,
    turn: Option<BackendTurn>,
    end: Instant,
    /// How far the request has come.
    pub(super) stage: Arc<Stage>,
}

impl Attempt {
    /// Learns from the result of the request.
    pub(super) fn ended<T>(mut self, result: Result<&T, &Error>) {
        let stage = self.stage.0.load(Ordering::Relaxed);
        let end = match result {
            Ok(_) | Err(Error::TooLarge) => BackendEnd::Answered,
            Err(Error::Unreachable(_)) if stage == Stage::UNCONNECTED => BackendEnd::NotConnected,
            Err(Error::Unreachable(_) | Error::TimedOut) if stage == Stage::SENT => BackendEnd::NotAnswered,
            // The request was not sent, or its sender is at fault.
            Err(_) => {
                self.turn = None;
                return;
            }
        };
        self.learn(end);
    }

    fn learn(&mut self, end: BackendEnd) {
        if let Some(change) = self.turn.take().and_then(|turn| turn.ended(end)) {
            self.breakers.tell(&self.origin, change);
        }
    }
}

/// A request that is dropped at its call's deadline had no response in time. Any other that is dropped says nothing.
impl Drop for Attempt {
    fn drop(&mut self) {
        if self.stage.0.load(Ordering::Relaxed) == Stage::SENT && Instant::now() >= self.end {
            self.learn(BackendEnd::NotAnswered);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Duration;

    use crate::CallEgress;
    use crate::client::call::tests::call_at;
    use crate::client::{Error, OutgoingRequest};

    async fn sent(call: &CallEgress, origin: &str) -> Error {
        let request = OutgoingRequest { method: "GET".to_owned(), url: origin.to_owned(), headers: Vec::new() };
        call.send(request, None, Some(Duration::from_millis(50))).await.expect_err("nobody responds")
    }

    fn is_open(error: &Error) -> bool {
        matches!(error, Error::Unreachable(why) if why.contains("circuit open"))
    }

    #[tokio::test]
    async fn of_twelve_requests_to_a_backend_that_is_down_seven_fail_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let origin = format!("http://{}", listener.local_addr().expect("it listens"));
        drop(listener);
        let (call, _) = call_at(&origin, 1 << 20);

        let mut errors = Vec::new();
        for _ in 0..12 {
            errors.push(sent(&call, &origin).await);
        }

        assert_eq!(errors.iter().filter(|error| is_open(error)).count(), 7, "{errors:?}");
        assert_eq!((call.egress.backends_down(), call.egress.refused().untried()), (1, 7));
    }

    #[tokio::test]
    async fn a_backend_that_never_responds_is_waited_for_five_times() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let origin = format!("http://{}", listener.local_addr().expect("it listens"));
        let (call, _) = call_at(&origin, 1 << 20);

        for _ in 0..5 {
            assert_eq!(sent(&call, &origin).await, Error::TimedOut);
        }

        assert!(is_open(&sent(&call, &origin).await));
    }

    #[tokio::test]
    async fn requests_that_are_not_granted_say_nothing_of_a_backend() {
        let (call, _) = call_at("http://127.0.0.1:9", 1 << 20);

        for _ in 0..8 {
            assert!(matches!(sent(&call, "http://127.0.0.2:9").await, Error::NotGranted(_)));
        }

        assert_eq!(call.egress.backends_down(), 0);
    }
}
