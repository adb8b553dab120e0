//! Tests of the shares of memory.

use super::*;
use crate::population::Presence;

const MIB: usize = 1 << 20;
const FIRST: usize = 8 * MIB;

/// The memory of a host, with as many accounts of plugins.
struct Bench {
    shared: Arc<SharedMemory>,
    plugins: Vec<Arc<MemoryAccount>>,
    _present: Vec<Presence>,
}

impl Bench {
    fn new(plugins: usize) -> Self {
        let population = Arc::new(Population::default());
        let present = (0..plugins).map(|_| Presence::new(Arc::clone(&population))).collect();
        let shared = Arc::new(SharedMemory::of_plugins(ByteSize::gib(1), FIRST, population));
        let account = |_| Arc::new(MemoryAccount::new(Arc::clone(&shared), AccountKind::Plugin, Arc::default()));
        Self { plugins: (0..plugins).map(account).collect(), shared, _present: present }
    }

    fn owner(&self, plugin: usize, caller: u128) -> MemoryOwner {
        MemoryOwner::new(Arc::clone(&self.plugins[plugin]), CallerKey::Known(caller))
    }

    /// Holds 60 MiB for each of as many calls as there is memory for.
    fn greed(&self, plugin: usize, caller: u128) -> Vec<Held> {
        std::iter::from_fn(|| held(&self.owner(plugin, caller), 60 * MIB).ok()).collect()
    }
}

fn held(owner: &MemoryOwner, bytes: usize) -> Result<Held, NoMemory> {
    let mut held = Held::new(owner.clone());
    held.grow(bytes).map(|()| held)
}

#[test]
fn memory_is_given_back_when_its_holder_is_dropped() {
    let bench = Bench::new(1);
    let owner = bench.owner(0, 1);
    let mut one = held(&owner, 100).expect("all is free");
    one.grow(50).expect("all but a little is free");
    one.shrink(30);
    assert_eq!((owner.held(), bench.shared.held()), (120, 120));

    drop(one);

    assert_eq!((owner.held(), bench.shared.held()), (0, 0));
    assert!(owner.account.balance().callers.is_empty());
}

#[test]
fn no_more_is_held_than_there_is() {
    let owner = MemoryOwner::of_its_own(ByteSize::b(100));
    let _held = held(&owner, 60).expect("all is free");

    assert_eq!(held(&owner, 41).err(), Some(NoMemory::Limit));
    assert_eq!(held(&owner, usize::MAX).err(), Some(NoMemory::Limit));
    assert!(held(&owner, 40).is_ok());
}

#[test]
fn a_greedy_plugin_gets_at_most_half_and_its_neighbour_what_it_needs() {
    let bench = Bench::new(2);

    let greedy = bench.greed(0, 1);

    assert_eq!(greedy.len(), 8, "of 17: 480 MiB, and what is left to other callers");
    assert_eq!(bench.greed(1, 1).len(), 4);
    for _ in 0..100 {
        assert!(held(&bench.owner(1, 1), 60 * MIB).is_ok());
    }
}

#[test]
fn however_many_plugins_are_greedy_another_can_begin_a_call() {
    let bench = Bench::new(20);

    let _greedy: Vec<_> = (0..10).map(|plugin| bench.greed(plugin, 1)).collect();

    let _begun: Vec<_> = (10..20).map(|plugin| held(&bench.owner(plugin, 1), FIRST).expect("it can begin")).collect();
}

#[test]
fn the_only_plugin_of_a_host_takes_nearly_all() {
    let bench = Bench::new(1);

    assert_eq!(bench.greed(0, 1).len(), 16);
}

#[test]
fn a_greedy_caller_leaves_memory_to_the_others_of_its_plugin() {
    for plugins in [1, 2] {
        let bench = Bench::new(plugins);
        let _greedy = bench.greed(0, 1);

        assert!(held(&bench.owner(0, 2), 16 * MIB).is_ok(), "of {plugins} plugins");

        assert!(held(&bench.owner(0, 1), 60 * MIB).is_err());
        assert!(bench.plugins[0].refusals.sum() > 0);
    }
}

#[test]
fn two_callers_get_equal_parts_of_a_plugins_memory() {
    let bench = Bench::new(1);
    let _seen = held(&bench.owner(0, 2), MIB).expect("all is free");

    let one = bench.greed(0, 1);
    let two = bench.greed(0, 2);

    assert_eq!((one.len(), two.len()), (8, 4));
    assert!(held(&bench.owner(0, 3), 60 * MIB).is_ok());
}

#[test]
fn what_the_host_holds_for_requests_leaves_half_to_plugins() {
    let bench = Bench::new(1);
    let bodies = Arc::new(MemoryAccount::new(Arc::clone(&bench.shared), AccountKind::Host, Arc::default()));
    let owner = |caller| MemoryOwner::new(Arc::clone(&bodies), CallerKey::Network(caller));
    let _flood: Vec<_> = std::iter::from_fn(|| held(&owner(1), 8 * MIB).ok()).collect();

    assert!(held(&owner(2), 8 * MIB).is_ok(), "another caller's body");
    assert!(held(&bench.owner(0, 1), 300 * MIB).is_ok());
}

#[test]
fn the_first_call_of_a_plugin_begins_on_the_smallest_machine() {
    let population = Arc::new(Population::default());
    let _present = [(); 2].map(|()| Presence::new(Arc::clone(&population)));
    let shared = Arc::new(SharedMemory::of_plugins(ByteSize::mib(16), FIRST, population));
    let account = Arc::new(MemoryAccount::new(shared, AccountKind::Plugin, Arc::default()));

    assert_eq!(account.lacks_first(CallerKey::Known(1)), Ok(()));
    assert!(held(&MemoryOwner::new(account, CallerKey::Known(1)), FIRST).is_ok());
}

#[test]
fn an_operator_may_choose_that_the_first_who_comes_takes_all() {
    let bench = Bench::new(2);
    bench.shared.population.set_fair(false);

    assert_eq!(bench.greed(0, 1).len(), 17);
}
