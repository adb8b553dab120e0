//! The connections of a server: how many there are, and which is closed if there is no slot for another one.
//!
//! A connection waits until the head of a request is complete. It then answers until its whole answer is written, or is
//! stalled while its client does not read. If all slots are taken, the connection that has waited longest is closed,
//! and if none waits, the one that has been stalled longest. A connection whose request is being answered never is.
//! Strangers who only hold connections thus displace each other, and nobody else has to wait for a timeout.
//!
//! A server has more slots than its settings name, as a reserve. If a request is being answered on every connection of
//! the settings, further ones still reach the probes; other requests are rejected with 429.
//!
//! Partial heads count in the memory that all calls share, beyond the buffer that each connection has anyway. Together
//! they may take an eighth of it; past that, the head that has been arriving longest is dropped with its connection.

mod notice;
mod slot;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;

use self::notice::Notices;
pub(super) use self::slot::{ConnectionSlot, RequestTurn};
use admission::{CallerKey, SharedMemory, Usage};
use net::telemetry::metrics::{CloseReason, Requests};

/// Slots beyond those of the settings, for probes.
const RESERVE: usize = 16;

/// The time that a new connection has for its first request before it may be displaced, however many follow.
const LEAST_WAIT: Duration = Duration::from_millis(100);

/// The time that a client may read nothing of its answer before its connection may be displaced.
const LEAST_STALL: Duration = Duration::from_secs(1);

/// The part of the shared memory that partial heads may take together.
const PART_FOR_HEADS: usize = 8;

/// Limits of a pool.
pub(super) struct PoolLimits {
    /// The server's name in the log.
    pub(super) server: &'static str,
    /// Most concurrent connections, without the reserve.
    pub(super) connections: usize,
    /// Most concurrent connections of one client address.
    pub(super) per_address: Option<usize>,
    /// Memory of all calls, which includes partial heads.
    pub(super) memory: Arc<SharedMemory>,
}

/// The connections of a server.
pub(crate) struct ConnectionPool {
    limits: PoolLimits,
    state: Mutex<PoolState>,
    /// Notified when a connection has ended.
    ended: Notify,
    notices: Notices,
}

/// The connections by what they do.
#[derive(Default)]
struct PoolState {
    open: usize,
    /// Those that were told to close and have not ended.
    closing: usize,
    answering: usize,
    /// Those that wait for a request, by their turn: the one that has waited longest comes first.
    waiting: BTreeMap<u64, Queued>,
    /// Those that are stalled, likewise.
    stalled: BTreeMap<u64, Queued>,
    /// The bytes held for partial heads, by the turn of a waiting connection.
    heads: BTreeMap<u64, usize>,
    /// The sum of `heads`.
    head_bytes: usize,
    last_turn: u64,
    addresses: HashMap<CallerKey, usize>,
}

/// A connection that may be told to close.
struct Queued {
    since: Instant,
    close: Arc<Notify>,
}

impl ConnectionPool {
    /// Creates an empty pool, whose refusals are counted in `requests`.
    pub(super) fn new(limits: PoolLimits, requests: &Requests) -> Arc<Self> {
        requests.set_connections_at_most(limits.connections);
        let notices = Notices::new(requests.clone());
        Arc::new(Self { limits, state: Mutex::default(), ended: Notify::new(), notices })
    }

    /// Waits until there is a slot for another connection.
    pub(super) async fn wait_for_slot(&self) {
        loop {
            {
                let mut state = self.state();
                if state.open < self.size() {
                    return;
                }
                // One at a time: its slot becomes free as soon as its task runs.
                if state.closing == 0 {
                    self.displace(&mut state);
                }
            }
            // A connection that is not displaced now may be a little later.
            let _ = timeout(LEAST_WAIT, self.ended.notified()).await;
        }
    }

    /// Takes a new connection of `peer`, and displaces another one if need be. It is for probes alone if it `is_spare`.
    /// Returns nothing if the address has too many.
    pub(super) fn enter(self: &Arc<Self>, peer: IpAddr, is_spare: bool) -> Option<Arc<ConnectionSlot>> {
        let address = self.limits.per_address.map(|at_most| (CallerKey::from(peer), at_most));
        let mut state = self.state();
        if let Some((address, at_most)) = address {
            let of_address = state.addresses.entry(address).or_default();
            if *of_address >= at_most {
                drop(state);
                self.note(CloseReason::Address, Some(peer));
                return None;
            }
            *of_address += 1;
        }
        while state.open - state.closing >= self.limits.connections && self.displace(&mut state) {}
        state.open += 1;
        let close = Arc::new(Notify::new());
        let turn = state.wait(&close);
        drop(state);
        let address = address.map(|(address, _)| address);
        Some(Arc::new(ConnectionSlot::new(Arc::clone(self), address, is_spare, close, turn)))
    }

    /// Reports that a descriptor is lacking, and closes the connection that has waited longest.
    pub(super) fn lack_descriptor(&self) {
        if let Some((_, queued)) = self.state().pop_waiting() {
            queued.close.notify_one();
        }
        self.note(CloseReason::Descriptors, None);
    }

    /// Tells all connections to close that wait for a request, or whose request's head is not complete.
    pub(super) fn close_waiting(&self) {
        let mut state = self.state();
        while let Some((_, queued)) = state.pop_waiting() {
            queued.close.notify_one();
        }
    }

    /// The slots that are free now, those of the reserve included.
    pub(super) fn free(&self) -> usize {
        self.size().saturating_sub(self.state().open)
    }

    /// The connections that requests are being answered on, in the form of a host's usage.
    pub(super) fn usage(&self) -> Usage {
        let calls = self.state().busy() as u64;
        Usage { calls, calls_at_once: self.limits.connections as u64, memory: 0, memory_at_most: u64::MAX }
    }

    /// The connections that are open, and those that may be.
    pub(crate) fn connections(&self) -> (u64, u64) {
        (self.state().open as u64, self.limits.connections as u64)
    }

    fn size(&self) -> usize {
        self.limits.connections + RESERVE
    }

    /// Tells the connection that is easiest to spare to close. Returns whether there is one.
    fn displace(&self, state: &mut PoolState) -> bool {
        let now = Instant::now();
        let has = |queue: &BTreeMap<u64, Queued>, least: Duration| {
            queue.first_key_value().is_some_and(|(_, queued)| now.duration_since(queued.since) >= least)
        };
        let (queued, reason) = if has(&state.waiting, LEAST_WAIT) {
            (state.pop_waiting(), CloseReason::Idle)
        } else if has(&state.stalled, LEAST_STALL) {
            (state.pop_stalled(), CloseReason::Stalled)
        } else {
            return false;
        };
        if let Some((_, queued)) = queued {
            queued.close.notify_one();
        }
        self.notices.note(reason, &self.limits, state.open, None);
        true
    }

    /// Counts and reports a connection or request that was refused.
    fn note(&self, reason: CloseReason, peer: Option<IpAddr>) {
        let open = self.state().open;
        self.notices.note(reason, &self.limits, open, peer);
    }

    fn state(&self) -> MutexGuard<'_, PoolState> {
        // Each change is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PoolState {
    /// The connections that requests are being answered on, and whose clients read.
    fn busy(&self) -> usize {
        self.answering - self.stalled.len()
    }

    fn next_turn(&mut self) -> u64 {
        self.last_turn += 1;
        self.last_turn
    }

    /// Queues a connection that waits for a request, and returns its turn.
    fn wait(&mut self, close: &Arc<Notify>) -> u64 {
        let turn = self.next_turn();
        self.waiting.insert(turn, Queued { since: Instant::now(), close: Arc::clone(close) });
        turn
    }

    /// Queues a connection that is stalled, and returns its turn.
    fn stall(&mut self, close: &Arc<Notify>) -> u64 {
        let turn = self.next_turn();
        self.stalled.insert(turn, Queued { since: Instant::now(), close: Arc::clone(close) });
        turn
    }

    fn pop_waiting(&mut self) -> Option<(u64, Queued)> {
        let first = self.waiting.pop_first()?;
        self.forget_head(first.0);
        self.closing += 1;
        Some(first)
    }

    fn pop_stalled(&mut self) -> Option<(u64, Queued)> {
        let first = self.stalled.pop_first()?;
        self.closing += 1;
        Some(first)
    }

    /// Removes the connection whose partial head has been arriving longest and holds memory, other than `own`.
    fn pop_head(&mut self, own: u64) -> Option<Queued> {
        let turn = *self.heads.keys().find(|turn| **turn != own)?;
        self.forget_head(turn);
        self.closing += 1;
        self.waiting.remove(&turn)
    }

    fn forget_head(&mut self, turn: u64) {
        self.head_bytes -= self.heads.remove(&turn).unwrap_or(0);
    }
}

/// Sources of metrics show their servers.
impl fmt::Debug for ConnectionPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionPool").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
