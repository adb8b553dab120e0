//! Counts and log lines of connections that a pool closes. A flood of strangers must not become a flood of lines.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::warn;

use super::PoolLimits;
use net::telemetry::metrics::{CloseReason, Requests};

/// The least time between two lines of one reason.
const PAUSE: Duration = Duration::from_secs(10);

/// The lines and counts of one server.
pub(super) struct Notices {
    requests: Requests,
    lines: Mutex<[Line; CloseReason::ALL.len()]>,
}

/// The last line of a reason, and what happened since.
#[derive(Clone, Copy, Default)]
struct Line {
    last: Option<Instant>,
    since: u64,
}

impl Notices {
    pub(super) fn new(requests: Requests) -> Self {
        Self { requests, lines: Mutex::default() }
    }

    /// Counts a connection that is closed for `reason` while `open` are open, and logs it unless there was a line of this
    /// reason a moment ago.
    pub(super) fn note(&self, reason: CloseReason, limits: &PoolLimits, open: usize, peer: Option<IpAddr>) {
        self.requests.closed(reason);
        if let Some(connections) = self.due(reason, Instant::now()) {
            let (server, at_most) = (limits.server, limits.connections);
            let per_address = limits.per_address;
            let peer = peer.map(tracing::field::display);
            warn!(server, reason = reason.name(), connections, open, at_most, per_address, peer, "{}", meaning(reason));
        }
    }

    /// The number of connections to report, if a line is due.
    fn due(&self, reason: CloseReason, now: Instant) -> Option<u64> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = &mut lines[reason as usize];
        line.since += 1;
        if line.last.is_some_and(|last| now.saturating_duration_since(last) < PAUSE) {
            return None;
        }
        line.last = Some(now);
        Some(std::mem::take(&mut line.since))
    }
}

/// The consequence of a reason, for the log.
fn meaning(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Idle => "connections are full: closed those that waited longest for a request",
        CloseReason::Stalled => "connections are full: closed those whose clients do not read their answers",
        CloseReason::Address => "a client address has too many connections: closed further ones",
        CloseReason::Full => "a request is being answered on every connection: rejected further requests",
        CloseReason::Memory => "partial request heads take too much memory: closed those that arrive slowest",
        CloseReason::Descriptors => "too few file descriptors: closed connections that waited longest for a request",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_states_what_happened_since_the_one_before() {
        let notices = Notices::new(Requests::default());
        let start = Instant::now();

        assert_eq!(notices.due(CloseReason::Idle, start), Some(1));
        assert_eq!(notices.due(CloseReason::Idle, start + PAUSE / 2), None);
        assert_eq!(notices.due(CloseReason::Stalled, start + PAUSE / 2), Some(1));
        assert_eq!(notices.due(CloseReason::Idle, start + PAUSE), Some(2));
    }
}
