//! The queue for turns: who is next, and who has to give up a turn.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::Claim;
use crate::plugin::ProviderId;

/// The time after which the turns that a file has taken no longer count.
const FORGET: Duration = Duration::from_secs(600);

/// The granularity by which long claims are compared. Within it, known plugins come first.
const BUCKET: Duration = Duration::from_secs(10);

/// Claims that wait, and turns.
#[derive(Debug)]
pub(super) struct TurnQueue {
    at_once: usize,
    quantum: Duration,
    waiting: Vec<WaitingClaim>,
    running: Vec<RunningClaim>,
    /// Time that files have worked recently.
    attained: HashMap<ProviderId, Attained>,
    entered: u64,
}

#[derive(Debug)]
struct WaitingClaim {
    ticket: u64,
    claim: Claim,
    granted: oneshot::Sender<()>,
}

#[derive(Debug)]
struct RunningClaim {
    ticket: u64,
    plugin: ProviderId,
    since: Instant,
    /// Set if it was brief when it began. Only such turns have to be given up.
    began_brief: bool,
}

#[derive(Clone, Copy, Debug)]
struct Attained {
    time: Duration,
    last: Instant,
}

impl TurnQueue {
    pub(super) fn new(at_once: usize, quantum: Duration) -> Self {
        let (waiting, running) = (Vec::new(), Vec::new());
        Self { at_once, quantum, waiting, running, attained: HashMap::new(), entered: 0 }
    }

    /// Adds a claim; returns its ticket, and the receiver that resolves when it has a turn.
    pub(super) fn enter(&mut self, claim: Claim, now: Instant) -> (u64, oneshot::Receiver<()>) {
        self.attained.retain(|_, attained| now.duration_since(attained.last) < FORGET);
        self.entered += 1;
        let (ticket, (granted, receiver)) = (self.entered, oneshot::channel());
        self.waiting.push(WaitingClaim { ticket, claim, granted });
        self.grant(now);
        (ticket, receiver)
    }

    /// Removes a claim or ends its turn, and counts the time that it took.
    pub(super) fn leave(&mut self, ticket: u64, now: Instant) {
        self.waiting.retain(|waiting| waiting.ticket != ticket);
        if let Some(place) = self.running.iter().position(|running| running.ticket == ticket) {
            let running = self.running.remove(place);
            let time = self.attained(&running.plugin) + now.duration_since(running.since);
            self.attained.insert(running.plugin, Attained { time, last: now });
        }
        self.grant(now);
    }

    /// Returns the time after which a turn is long.
    pub(super) fn time_until_long(&self, ticket: u64, now: Instant) -> Duration {
        let running = self.running.iter().find(|running| running.ticket == ticket);
        running.map_or(Duration::ZERO, |running| self.quantum.saturating_sub(self.taken(running, now)))
    }

    /// Returns whether a turn has to be given up.
    pub(super) fn must_yield(&self, ticket: u64, now: Instant) -> bool {
        let surplus = self.long_turns(now) > self.most_long();
        let brief_waits = self.waiting.iter().any(|waiting| !self.is_long(&waiting.claim.plugin));
        // The one that began last has the least to lose.
        let candidates =
            self.running.iter().filter(|running| running.began_brief && self.has_become_long(running, now));
        let last = candidates.max_by_key(|running| (running.since, running.ticket));
        surplus && brief_waits && last.is_some_and(|last| last.ticket == ticket)
    }

    fn grant(&mut self, now: Instant) {
        while self.running.len() < self.at_once {
            let long_may_run = self.long_turns(now) < self.most_long();
            let candidates = self.waiting.iter().enumerate();
            let candidates = candidates.filter(|(_, waiting)| long_may_run || !self.is_long(&waiting.claim.plugin));
            let next = candidates.min_by_key(|(_, waiting)| self.rank(waiting)).map(|(place, _)| place);
            let Some(place) = next else { return };
            let WaitingClaim { ticket, claim, granted } = self.waiting.remove(place);
            let began_brief = !self.is_long(&claim.plugin);
            self.running.push(RunningClaim { ticket, plugin: claim.plugin, since: now, began_brief });
            // A claim that is being cancelled leaves at once.
            let _ = granted.send(());
        }
    }

    /// Returns the place of a claim: brief ones first, the rest by the time that they have taken; among equals the
    /// known, then the small.
    fn rank(&self, WaitingClaim { ticket, claim, .. }: &WaitingClaim) -> (bool, u64, bool, usize, u64) {
        let is_long = self.is_long(&claim.plugin);
        let taken = if is_long { self.attained(&claim.plugin).as_secs() / BUCKET.as_secs() } else { 0 };
        (is_long, taken, !claim.is_known, claim.size, *ticket)
    }

    /// The most long turns at once.
    fn most_long(&self) -> usize {
        (self.at_once - 1).max(1)
    }

    fn long_turns(&self, now: Instant) -> usize {
        self.running.iter().filter(|running| self.has_become_long(running, now)).count()
    }

    fn has_become_long(&self, running: &RunningClaim, now: Instant) -> bool {
        self.taken(running, now) >= self.quantum
    }

    fn is_long(&self, plugin: &ProviderId) -> bool {
        self.attained(plugin) >= self.quantum
    }

    fn taken(&self, running: &RunningClaim, now: Instant) -> Duration {
        self.attained(&running.plugin) + now.duration_since(running.since)
    }

    fn attained(&self, plugin: &ProviderId) -> Duration {
        self.attained.get(plugin).map(|attained| attained.time).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUANTUM: Duration = Duration::from_secs(5);

    /// A queue, its clock, and the receivers of claims by name.
    struct Scene {
        queue: TurnQueue,
        now: Instant,
        claims: Vec<(&'static str, u64, oneshot::Receiver<()>)>,
    }

    impl Scene {
        fn new(at_once: usize) -> Self {
            Self { queue: TurnQueue::new(at_once, QUANTUM), now: Instant::now(), claims: Vec::new() }
        }

        fn claims(&mut self, name: &'static str, is_known: bool, size: usize) {
            let claim = Claim { plugin: name.parse().expect("lower-case kebab"), is_known, size };
            let (ticket, receiver) = self.queue.enter(claim, self.now);
            self.claims.push((name, ticket, receiver));
        }

        /// The names of those that have a turn.
        fn running(&mut self) -> Vec<&'static str> {
            let mut running: Vec<_> = self
                .claims
                .iter()
                .filter(|(_, ticket, _)| self.queue.running.iter().any(|running| running.ticket == *ticket))
                .map(|(name, ..)| *name)
                .collect();
            running.sort_unstable();
            running
        }

        fn ends(&mut self, name: &str) {
            let place = self.claims.iter().position(|(other, ..)| *other == name).expect("it is there");
            let (_, ticket, _) = self.claims.remove(place);
            self.queue.leave(ticket, self.now);
        }

        fn must_yield(&self, name: &str) -> bool {
            self.claims.iter().any(|(other, ticket, _)| *other == name && self.queue.must_yield(*ticket, self.now))
        }

        fn passes(&mut self, seconds: u64) {
            self.now += Duration::from_secs(seconds);
        }
    }

    #[test]
    fn known_plugins_come_first_and_then_small_ones() {
        let mut scene = Scene::new(1);
        scene.claims("first", false, 9);
        scene.claims("large", false, 9);
        scene.claims("small", false, 1);
        scene.claims("known", true, 9);
        let mut order = Vec::new();

        for _ in 0..4 {
            let running = scene.running()[0];
            order.push(running);
            scene.ends(running);
        }

        assert_eq!(order, ["first", "known", "small", "large"]);
    }

    #[test]
    fn long_work_never_takes_the_last_turn() {
        let mut scene = Scene::new(2);
        scene.claims("one", false, 1);
        scene.claims("two", false, 1);
        scene.passes(6);
        scene.ends("one");
        scene.ends("two");

        scene.claims("one", false, 1);
        scene.claims("two", false, 1);
        scene.claims("brief", false, 9);

        assert_eq!(scene.running(), ["brief", "one"]);
    }

    #[test]
    fn a_file_that_changes_without_end_does_not_starve_another() {
        let mut scene = Scene::new(1);
        scene.claims("restless", true, 1);
        scene.claims("patient", false, 9);

        for _ in 0..3 {
            assert_eq!(scene.running(), ["restless"]);
            scene.passes(2);
            // The new version claims a turn before the turn of the old one has ended.
            scene.claims("restless", true, 1);
            scene.ends("restless");
        }

        assert_eq!(scene.running(), ["patient"]);
    }

    #[test]
    fn of_long_work_whoever_has_taken_least_comes_first() {
        let mut scene = Scene::new(1);
        scene.claims("hung", true, 1);
        scene.passes(120);
        scene.ends("hung");
        scene.claims("slow", false, 9);
        scene.passes(6);
        scene.ends("slow");
        scene.claims("other", false, 1);

        scene.claims("hung", true, 1);
        scene.claims("slow", false, 9);
        scene.ends("other");

        assert_eq!(scene.running(), ["slow"]);
    }

    #[test]
    fn only_turns_that_began_brief_are_given_up_and_only_for_brief_claims() {
        let mut scene = Scene::new(2);
        scene.claims("one", false, 1);
        scene.passes(1);
        scene.claims("two", false, 1);
        scene.passes(6);
        assert!(!scene.must_yield("two"), "nobody waits");

        scene.claims("brief", false, 1);

        assert!(scene.must_yield("two"));
        assert!(!scene.must_yield("one"), "it began earlier");
    }

    #[test]
    fn a_single_turn_is_never_given_up() {
        let mut scene = Scene::new(1);
        scene.claims("slow", false, 1);
        scene.passes(60);

        scene.claims("brief", false, 1);

        assert!(!scene.must_yield("slow"));
    }

    #[test]
    fn what_a_file_has_taken_is_forgotten() {
        let mut scene = Scene::new(1);
        scene.claims("slow", false, 1);
        scene.passes(60);
        scene.ends("slow");
        scene.passes(FORGET.as_secs());
        scene.claims("other", false, 1);

        assert!(scene.queue.attained.is_empty());
    }
}
