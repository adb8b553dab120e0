//! The slot of one connection in its pool.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::sync::Notify;

use super::{ConnectionPool, PART_FOR_HEADS, PoolState};
use admission::CallerKey;
use net::telemetry::metrics::CloseReason;

/// Bytes of a partial head that are part of a connection's own cost: the HTTP library's first buffer, which every
/// connection has.
const OWN_BUFFER: usize = 8 << 10;

/// The step in which memory for a head is taken.
const HEAD_STEP: usize = 16 << 10;

/// The slot of a connection, which it leaves when dropped.
pub(crate) struct ConnectionSlot {
    pool: Arc<ConnectionPool>,
    address: Option<CallerKey>,
    /// True if it is for probes alone, as descriptors are lacking.
    is_spare: bool,
    close: Arc<Notify>,
    own: Mutex<SlotState>,
    /// True from an answer until it is written. It spares a lock at each flush.
    is_answered: AtomicBool,
    /// True while the client does not read.
    is_stalled: AtomicBool,
}

/// The current part of a connection's life.
struct SlotState {
    phase: Phase,
    /// Bytes of the shared memory that are held for its heads.
    held: usize,
}

/// A part of a connection's life. The numbers are turns in the pool's queues.
#[derive(Clone, Copy)]
enum Phase {
    Waiting(u64),
    Answering,
    Stalled(u64),
    /// It was told to close.
    Closing,
}

/// The turn of a request that has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestTurn {
    /// The request is answered.
    Answer,
    /// A request is being answered on every other connection, or descriptors are lacking, so this one is rejected.
    Full,
    /// The connection was told to close before the head was complete.
    Closing,
}

impl ConnectionSlot {
    pub(super) fn new(
        pool: Arc<ConnectionPool>,
        address: Option<CallerKey>,
        is_spare: bool,
        close: Arc<Notify>,
        turn: u64,
    ) -> Self {
        let own = Mutex::new(SlotState { phase: Phase::Waiting(turn), held: 0 });
        let (is_answered, is_stalled) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { pool, address, is_spare, close, own, is_answered, is_stalled }
    }

    /// Resolves when the connection is told to close.
    pub(in crate::http) async fn told_to_close(&self) {
        self.close.notified().await;
    }

    /// Begins a request, whose head is complete. Probes are answered even if all connections are busy.
    pub(in crate::http) fn begin(&self, is_probe: bool) -> RequestTurn {
        let mut own = self.own();
        self.is_answered.store(false, Ordering::Relaxed);
        let mut state = self.pool.state();
        match own.phase {
            Phase::Waiting(turn) => {
                if state.waiting.remove(&turn).is_none() {
                    own.phase = Phase::Closing;
                    return RequestTurn::Closing;
                }
                state.forget_head(turn);
                state.answering += 1;
                own.phase = Phase::Answering;
            }
            // The client sends its next request before it has read the last answer.
            Phase::Answering | Phase::Stalled(_) => {}
            Phase::Closing => return RequestTurn::Closing,
        }
        let is_full = self.is_spare || state.busy() > self.pool.limits.connections;
        drop(state);
        if is_probe || !is_full {
            return RequestTurn::Answer;
        }
        self.pool.note(CloseReason::Full, None);
        RequestTurn::Full
    }

    /// Records that the answer was handed to the connection.
    pub(in crate::http) fn answer(&self) {
        self.is_answered.store(true, Ordering::Relaxed);
    }

    /// Follows a write. A client that does not read stalls its connection.
    pub(in crate::http) fn follow_write<T>(&self, written: &Poll<T>) {
        if written.is_pending() {
            self.stall();
        }
    }

    fn stall(&self) {
        if self.is_stalled.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut own = self.own();
        if let Phase::Answering = own.phase {
            own.phase = Phase::Stalled(self.pool.state().stall(&self.close));
        }
    }

    /// Records that everything is written. After an answer, the connection waits for the next request.
    pub(in crate::http) fn flush(&self) {
        let is_answered = self.is_answered.swap(false, Ordering::Relaxed);
        if !self.is_stalled.swap(false, Ordering::Relaxed) && !is_answered {
            return;
        }
        let mut own = self.own();
        let mut state = self.pool.state();
        if let Phase::Stalled(turn) = own.phase {
            own.phase = Phase::Answering;
            if state.stalled.remove(&turn).is_none() {
                state.answering -= 1;
                own.phase = Phase::Closing;
            }
        }
        if is_answered && matches!(own.phase, Phase::Answering) {
            state.answering -= 1;
            own.phase = Phase::Waiting(state.wait(&self.close));
            self.pool.limits.memory.give(std::mem::take(&mut own.held));
        }
    }

    /// Holds memory for a partial head of `bytes` bytes so far. Returns false if there is none left, and the connection
    /// is to be closed.
    pub(in crate::http) fn hold_head(&self, bytes: usize) -> bool {
        if bytes <= OWN_BUFFER {
            return true;
        }
        let mut own = self.own();
        // The library's buffer grows by doubling.
        let wanted = (2 * bytes).next_multiple_of(HEAD_STEP);
        let more = wanted.saturating_sub(own.held);
        if more == 0 {
            return true;
        }
        if !self.pool.limits.memory.take(more) {
            self.pool.note(CloseReason::Memory, None);
            return false;
        }
        own.held = wanted;
        let Phase::Waiting(turn) = own.phase else { return true };
        self.share_heads(&mut self.pool.state(), turn, wanted);
        true
    }

    /// Counts the partial head of the connection with this turn, and drops the longest-waiting ones of others if all of
    /// them take more than their part of the memory.
    fn share_heads(&self, state: &mut PoolState, turn: u64, bytes: usize) {
        // One that was told to close counts no more.
        if !state.waiting.contains_key(&turn) {
            return;
        }
        state.forget_head(turn);
        state.heads.insert(turn, bytes);
        state.head_bytes += bytes;
        let at_most = usize::try_from(self.pool.limits.memory.capacity()).unwrap_or(usize::MAX) / PART_FOR_HEADS;
        while state.head_bytes > at_most {
            let Some(other) = state.pop_head(turn) else { return };
            other.close.notify_one();
            self.pool.notices.note(CloseReason::Memory, &self.pool.limits, state.open, None);
        }
    }

    /// Returns whether no request is being answered.
    pub(in crate::http) fn is_waiting(&self) -> bool {
        matches!(self.own().phase, Phase::Waiting(_))
    }

    fn own(&self) -> MutexGuard<'_, SlotState> {
        // Each change is complete before anything can panic.
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let SlotState { phase, held } = *self.own();
        let mut state = self.pool.state();
        state.open -= 1;
        let was_queued = match phase {
            Phase::Waiting(turn) => {
                let was_queued = state.waiting.remove(&turn).is_some();
                state.forget_head(turn);
                was_queued
            }
            Phase::Stalled(turn) => {
                state.answering -= 1;
                state.stalled.remove(&turn).is_some()
            }
            Phase::Answering => {
                state.answering -= 1;
                true
            }
            Phase::Closing => false,
        };
        state.closing -= usize::from(!was_queued);
        if let Some(address) = self.address
            && let Some(open) = state.addresses.get_mut(&address)
        {
            *open -= 1;
            if *open == 0 {
                state.addresses.remove(&address);
            }
        }
        drop(state);
        self.pool.limits.memory.give(held);
        self.pool.ended.notify_one();
    }
}
