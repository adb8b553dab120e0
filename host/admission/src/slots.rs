//! Slots for a limited number of concurrent calls, shared among members: the callers of a plugin, the plugins of the
//! host.
//!
//! A member may take a slot as long as it holds fewer than are free. That is the dynamic threshold by which packets
//! share the buffer of a switch (Choudhury and Hahne, 1998): nobody needs to know the number of members, one of them
//! gets half, two a third each, and as many slots as each of them has stay free for the next. No slot is taken away
//! from a call in flight, so this reserve is what lets a newcomer in at once.
//!
//! Of many plugins, one after the other would take half of what is left until nothing is. So each has an equal part of
//! the last quarter of the host's slots, and at least one slot.
//!
//! A member that is alone is not held to this. The only plugin of a host may take every slot. The only caller of a
//! plugin, such as a gateway with one key, may take all but an eighth: another caller may come at any time, and
//! nobody could tell. In a plugin of less than eight slots that is none, and the first call of another caller may be
//! rejected; from then on the rule holds.
//!
//! A call waits only if a slot is likely to be free in half of its time. Members with waiting calls have turns, one
//! slot each, and their places in the queue are shared by the same rule.

mod members;

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::timeout_at;

use self::members::{Grant, Members};
use super::median::Median;
use super::population::Population;

/// A key that tells members apart.
pub(crate) trait MemberKey: Copy + Eq + Hash + Debug + Send + 'static {}

impl<K: Copy + Eq + Hash + Debug + Send + 'static> MemberKey for K {}

/// The members among whom slots are shared.
#[derive(Clone, Debug)]
pub(crate) enum Sharing {
    /// No shares: anybody may take what is free.
    Free,
    /// The loaded plugins. The only one is alone.
    Plugins(Arc<Population>),
    /// Whoever comes. One is alone while no other was seen lately.
    Callers,
}

/// Slots for calls, shared among members.
///
/// Their number may change while they are in use; if it shrinks, slots are closed as they are released.
#[derive(Debug)]
pub(crate) struct Slots<K: MemberKey> {
    members: Mutex<Members<K>>,
    /// The median time for which slots are taken, of all members.
    stay: Median,
    /// Set while a member may be restricted, so that other calls need not look.
    has_restricted: AtomicBool,
}

/// No slot is free for the member, and none will be in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoSlot {
    /// Set if there are free slots, but the member holds its share.
    pub(crate) by_share: bool,
}

impl<K: MemberKey> Slots<K> {
    /// Creates `size` slots.
    pub(crate) fn new(size: usize, sharing: Sharing) -> Self {
        Self {
            members: Mutex::new(Members::new(size, sharing)),
            stay: Median::default(),
            has_restricted: AtomicBool::new(false),
        }
    }

    /// Takes a slot for `member`. Waits for one until `until`, if that is likely to be long enough.
    ///
    /// # Errors
    ///
    /// Fails at once if too many calls wait already.
    pub(crate) async fn enter(self: &Arc<Self>, member: K, until: Instant) -> Result<Slot<K>, NoSlot> {
        let now = Instant::now();
        let granted = {
            let mut members = self.members();
            if members.take(member, now) {
                drop(members);
                return Ok(self.slot(member));
            }
            members.join_queue(member, now, until, self.stay.get())?
        };
        let mut waiter = Waiter { slots: self, member, granted };
        match timeout_at(until.into(), &mut waiter.granted).await {
            Ok(Ok(slot)) => Ok(slot),
            Ok(Err(_)) | Err(_) => Err(self.members().none()),
        }
    }

    /// Takes a slot for `member`, however long that takes.
    pub(crate) async fn acquire(self: &Arc<Self>, member: K) -> Slot<K> {
        let granted = {
            let mut members = self.members();
            if members.take(member, Instant::now()) {
                drop(members);
                return self.slot(member);
            }
            members.queue(member)
        };
        let mut waiter = Waiter { slots: self, member, granted };
        (&mut waiter.granted).await.expect("a waiting call stays in the queue until it leaves")
    }

    fn slot(self: &Arc<Self>, member: K) -> Slot<K> {
        Slot { slots: Arc::clone(self), member, since: Instant::now() }
    }

    /// Returns the number of slots.
    pub(crate) fn size(&self) -> usize {
        self.members().size()
    }

    /// Returns the number of taken slots. May exceed the number of slots for a while after that has shrunk.
    pub(crate) fn taken(&self) -> usize {
        self.members().taken()
    }

    /// Returns the number of waiting calls.
    pub(crate) fn waiting(&self) -> usize {
        self.members().waiting()
    }

    /// Returns the median time of the answers of `member`, or zero if there is none.
    pub(crate) fn answers_of(&self, member: K) -> Duration {
        self.members().answers_of(member)
    }

    /// Records the time of an answer for `member`.
    pub(crate) fn answered(&self, member: K, time: Duration) {
        self.members().answered(member, time);
    }

    /// Changes the number of slots.
    pub(crate) fn resize(self: &Arc<Self>, size: usize) {
        let grants = self.members().resize(size);
        self.hand_out(grants);
    }

    /// Halves what `member` may hold, from what it holds now, but not below `least`.
    pub(crate) fn restrict(&self, member: K, least: usize) {
        let mut members = self.members();
        members.restrict(member, least);
        self.has_restricted.store(true, Ordering::Relaxed);
    }

    /// Lets a restricted `member` hold one more.
    pub(crate) fn relax(self: &Arc<Self>, member: K) {
        if self.has_restricted.load(Ordering::Relaxed) {
            let mut members = self.members();
            let grants = members.relax(member);
            self.has_restricted.store(members.has_restricted(), Ordering::Relaxed);
            drop(members);
            self.hand_out(grants);
        }
    }

    /// Sends slots to waiting calls. A call that has left meanwhile drops its slot, which goes to the next; so this
    /// must not happen under the lock.
    fn hand_out(self: &Arc<Self>, grants: Vec<Grant<K>>) {
        for Grant { member, waiter } in grants {
            drop(waiter.send(self.slot(member)));
        }
    }

    fn members(&self) -> MutexGuard<'_, Members<K>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A waiting call. Leaves the queue when dropped.
struct Waiter<'a, K: MemberKey> {
    slots: &'a Slots<K>,
    member: K,
    granted: oneshot::Receiver<Slot<K>>,
}

impl<K: MemberKey> Drop for Waiter<'_, K> {
    fn drop(&mut self) {
        // A slot that was sent and not received is dropped with the channel, after the lock is released.
        self.granted.close();
        self.slots.members().leave_queue(self.member);
    }
}

/// A taken slot, released on drop.
#[derive(Debug)]
pub(crate) struct Slot<K: MemberKey> {
    slots: Arc<Slots<K>>,
    member: K,
    since: Instant,
}

impl<K: MemberKey> Drop for Slot<K> {
    fn drop(&mut self) {
        let (now, stay) = (Instant::now(), self.since.elapsed());
        self.slots.stay.add(stay);
        let grants = self.slots.members().release(self.member, now, stay);
        self.slots.hand_out(grants);
    }
}

#[cfg(test)]
mod tests;
