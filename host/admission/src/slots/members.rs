//! The members of shared slots: what each holds, and who is next.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::{MemberKey, NoSlot, Sharing, Slot};
use crate::company::Company;
use crate::median::Median;

/// The number of slots per waiting call.
const SLOTS_PER_WAITER: usize = 2;

/// A waiting call must be likely, from the durations of earlier calls, to get a slot within this fraction of
/// its time. So hardly any call waits in vain, and rejection is fast.
const CERTAINTY: u32 = 2;

/// The part of the slots that plugins have equal parts of.
const LAST: usize = 4;

/// The part of the slots that a caller who is alone leaves free for others.
const RESERVE: usize = 8;

/// Idle members whose durations are remembered. Beyond them the longer idle half is forgotten, which costs a member
/// nothing but an estimate of its own.
const IDLE: usize = 1_024;

/// The state of shared slots.
#[derive(Debug)]
pub(super) struct Members<K: MemberKey> {
    sharing: Sharing,
    /// The number of slots, taken or free.
    size: usize,
    taken: usize,
    waiting: usize,
    /// The time at which a slot was last taken or released.
    moved: Instant,
    known: HashMap<K, Member<K>>,
    /// Members with waiting calls, in the order of their turns.
    turns: VecDeque<K>,
    company: Company<K>,
}

#[derive(Debug)]
struct Member<K: MemberKey> {
    held: usize,
    waiters: VecDeque<oneshot::Sender<Slot<K>>>,
    /// The median time for which its calls hold slots.
    stay: Median,
    /// The median time of its answers.
    answers: Median,
    /// The most slots that it may hold, if its calls were late.
    most: Option<usize>,
    seen: Instant,
}

/// A slot for the call of `member` that has waited longest.
pub(super) struct Grant<K: MemberKey> {
    pub(super) member: K,
    pub(super) waiter: oneshot::Sender<Slot<K>>,
}

impl<K: MemberKey> Members<K> {
    pub(super) fn new(size: usize, sharing: Sharing) -> Self {
        Self {
            sharing,
            size,
            taken: 0,
            waiting: 0,
            moved: Instant::now(),
            known: HashMap::new(),
            turns: VecDeque::new(),
            company: Company::default(),
        }
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    pub(super) fn answers_of(&self, key: K) -> Duration {
        self.known.get(&key).map_or(Duration::ZERO, |member| member.answers.get())
    }

    pub(super) fn answered(&mut self, key: K, time: Duration) {
        if let Some(member) = self.known.get(&key) {
            member.answers.add(time);
        }
    }

    /// Takes a slot, and returns whether `key` may have one now.
    pub(super) fn take(&mut self, key: K, now: Instant) -> bool {
        self.see(key, now);
        let may_take = self.may_take(key, now);
        if may_take {
            self.hold(key, now);
        }
        may_take
    }

    /// Adds a waiting call, if there is a place in the queue and the wait is likely to be long enough.
    pub(super) fn join_queue(
        &mut self,
        key: K,
        now: Instant,
        until: Instant,
        stay_of_all: Duration,
    ) -> Result<oneshot::Receiver<Slot<K>>, NoSlot> {
        let queued = self.queued(key);
        let places = self.size / SLOTS_PER_WAITER;
        let patience = until.saturating_duration_since(now) / CERTAINTY;
        let is_worth_it = self.expected_wait(key, now, stay_of_all).is_some_and(|wait| wait <= patience);
        if !is_worth_it || !self.is_within_share(key, now, queued, self.waiting, places) {
            return Err(self.none());
        }
        Ok(self.queue(key))
    }

    /// Adds a waiting call.
    pub(super) fn queue(&mut self, key: K) -> oneshot::Receiver<Slot<K>> {
        let (sender, receiver) = oneshot::channel();
        let waiters = &mut self.known.get_mut(&key).expect("it was seen").waiters;
        if waiters.is_empty() {
            self.turns.push_back(key);
        }
        waiters.push_back(sender);
        self.waiting += 1;
        receiver
    }

    /// Removes waiting calls of `key` that have given up.
    pub(super) fn leave_queue(&mut self, key: K) {
        let Some(member) = self.known.get_mut(&key) else { return };
        let before = member.waiters.len();
        member.waiters.retain(|waiter| !waiter.is_closed());
        self.waiting -= before - member.waiters.len();
        if before > 0 && member.waiters.is_empty() {
            self.turns.retain(|turn| *turn != key);
        }
    }

    /// Releases a slot, and returns the calls that get one now.
    pub(super) fn release(&mut self, key: K, now: Instant, stay: Duration) -> Vec<Grant<K>> {
        self.taken -= 1;
        self.moved = now;
        let member = self.known.get_mut(&key).expect("members that hold a slot are known");
        member.held -= 1;
        member.seen = now;
        member.stay.add(stay);
        self.grants(now)
    }

    /// Changes the number of slots, and returns the calls that get one now.
    pub(super) fn resize(&mut self, size: usize) -> Vec<Grant<K>> {
        self.size = size;
        self.grants(Instant::now())
    }

    /// Halves what `key` may hold, from what it holds now, but not below `least`.
    pub(super) fn restrict(&mut self, key: K, least: usize) {
        let size = self.size;
        if let Some(member) = self.known.get_mut(&key) {
            let now = member.most.unwrap_or(size).min(member.held);
            member.most = Some((now / 2).max(least));
        }
    }

    /// Lets a restricted `key` hold one more, and returns the calls that get a slot now.
    pub(super) fn relax(&mut self, key: K) -> Vec<Grant<K>> {
        let size = self.size;
        match self.known.get_mut(&key).filter(|member| member.most.is_some()) {
            Some(member) => member.most = member.most.map(|most| most + 1).filter(|most| *most < size),
            None => return Vec::new(),
        }
        self.grants(Instant::now())
    }

    /// Returns whether any member is restricted.
    pub(super) fn has_restricted(&self) -> bool {
        self.known.values().any(|member| member.most.is_some())
    }

    /// Returns the reason why a call gets no slot.
    pub(super) fn none(&self) -> NoSlot {
        NoSlot { by_share: self.taken < self.size }
    }

    /// Gives free slots to waiting calls, each member in turn.
    fn grants(&mut self, now: Instant) -> Vec<Grant<K>> {
        let mut grants = Vec::new();
        let mut passed = 0;
        while passed < self.turns.len() && self.taken < self.size {
            let key = self.turns.pop_front().expect("there are more turns");
            if !self.may_take(key, now) {
                self.turns.push_back(key);
                passed += 1;
                continue;
            }
            let waiters = &mut self.known.get_mut(&key).expect("members with a turn are known").waiters;
            let waiter = waiters.pop_front();
            if !waiters.is_empty() {
                self.turns.push_back(key);
            }
            let Some(waiter) = waiter else { continue };
            self.waiting -= 1;
            if !waiter.is_closed() {
                self.hold(key, now);
                grants.push(Grant { member: key, waiter });
            }
        }
        grants
    }

    fn hold(&mut self, key: K, now: Instant) {
        self.taken += 1;
        self.moved = now;
        let member = self.known.get_mut(&key).expect("it was seen");
        member.held += 1;
    }

    fn may_take(&self, key: K, now: Instant) -> bool {
        let held = self.held(key);
        let is_restricted = self.known.get(&key).and_then(|member| member.most).is_some_and(|most| held >= most);
        !is_restricted && self.is_within_share(key, now, held, self.taken, self.size)
    }

    /// Returns whether `key`, which holds `own` of `taken` places, may take one more of `all`.
    fn is_within_share(&self, key: K, now: Instant, own: usize, taken: usize, all: usize) -> bool {
        let free = all.saturating_sub(taken);
        match &self.sharing {
            Sharing::Free => free > 0,
            Sharing::Plugins(population) if population.is_fair() && population.is_several() => {
                let last = all / LAST;
                let part = (last / population.plugins()).max(1);
                own < free && (free > last || own < part)
            }
            Sharing::Plugins(_) => free > 0,
            Sharing::Callers if self.company.is_alone(key, now) => free > all / RESERVE,
            Sharing::Callers => own < free,
        }
    }

    /// Estimates the time until a waiting call of `key` would get a slot, from the durations of earlier calls.
    /// Returns `None` before the first has ended.
    fn expected_wait(&self, key: K, now: Instant, stay_of_all: Duration) -> Option<Duration> {
        let own = self.queued(key) + 1;
        // A member that holds its share waits for its own calls, any other for the next turns.
        let (stay, place, calls) = if self.taken < self.size {
            (self.stay_of(key).unwrap_or(stay_of_all), own, self.held(key))
        } else {
            let members = self.turns.len() + usize::from(own == 1);
            (stay_of_all, (own * members).min(self.waiting + 1), self.size)
        };
        let wait = stay.mul_f64(place as f64 / calls.max(1) as f64);
        // The current calls may be slower than any before.
        let still_for = now.saturating_duration_since(self.moved);
        (!stay.is_zero()).then(|| wait.max(still_for))
    }

    fn held(&self, key: K) -> usize {
        self.known.get(&key).map_or(0, |member| member.held)
    }

    fn queued(&self, key: K) -> usize {
        self.known.get(&key).map_or(0, |member| member.waiters.len())
    }

    fn stay_of(&self, key: K) -> Option<Duration> {
        self.known.get(&key).map(|member| member.stay.get()).filter(|stay| !stay.is_zero())
    }

    /// Records that `key` takes part.
    fn see(&mut self, key: K, now: Instant) {
        self.company.see(key, now);
        if let Some(member) = self.known.get_mut(&key) {
            member.seen = now;
            return;
        }
        if self.known.len() >= self.taken + self.waiting + IDLE {
            self.forget_idle();
        }
        let (stay, answers) = (Median::default(), Median::default());
        self.known.insert(key, Member { held: 0, waiters: VecDeque::new(), stay, answers, most: None, seen: now });
    }

    fn forget_idle(&mut self) {
        let is_idle = |member: &Member<K>| member.held == 0 && member.waiters.is_empty();
        let mut seen: Vec<Instant> =
            self.known.values().filter(|member| is_idle(member)).map(|member| member.seen).collect();
        let half = seen.len() / 2;
        if half > 0 {
            let (_, middle, _) = seen.select_nth_unstable(half);
            let middle = *middle;
            self.known.retain(|_, member| !is_idle(member) || member.seen > middle);
        }
    }
}

#[cfg(test)]
impl<K: MemberKey> Members<K> {
    /// Returns the number of members that are remembered.
    pub(super) fn known(&self) -> usize {
        self.known.len()
    }

    /// Returns when a slot was last taken or released.
    pub(super) fn moved(&self) -> Instant {
        self.moved
    }
}
