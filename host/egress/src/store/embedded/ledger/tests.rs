use bytesize::ByteSize;
use redb::backends::InMemoryBackend;

use super::*;
use crate::grants::KeyValueGrant;
use crate::store::Space;

const SECOND: Duration = Duration::from_secs(1);

/// A database in memory, and the bytes it holds.
struct TestLedger {
    database: Database,
    bounds: SpaceLimits,
    usage: StoreUsage,
    /// Evicted entries, by the plugin's part of their names.
    evicted: BTreeMap<Box<[u8]>, u64>,
}

impl TestLedger {
    fn new(bounds: SpaceLimits) -> Self {
        let database = Database::builder().create_with_backend(InMemoryBackend::new()).expect("memory serves");
        let usage = prepare(&database).expect("memory serves").usage;
        Self { database, bounds, usage, evicted: BTreeMap::new() }
    }

    /// Works at the instant `now`.
    fn at<T>(&mut self, now: u64, work: impl FnOnce(&mut Ledger<'_>) -> Result<T, StorageError>) -> T {
        let transaction = self.database.begin_write().expect("memory serves");
        let ledger = Ledger::open(&transaction, self.bounds, expiry(now), &mut self.usage);
        let mut ledger = ledger.expect("memory serves");
        let done = work(&mut ledger).expect("memory serves");
        for (plugin, entries) in ledger.end() {
            *self.evicted.entry(plugin).or_default() += entries;
        }
        transaction.commit().expect("memory serves");
        let counted = prepare(&self.database).expect("memory serves").usage;
        assert_eq!(self.usage, counted, "the use is that of the spaces");
        done
    }

    /// Stores a value of a hundred bytes at the instant 0.
    fn set(&mut self, name: &EntryName, expires: u64) -> bool {
        self.set_at(name, expires, 0)
    }

    fn set_at(&mut self, name: &EntryName, expires: u64, now: u64) -> bool {
        let keep = Duration::from_millis(expires - now);
        self.at(now, |ledger| ledger.set(name, &[b'v'; 100], keep))
    }

    fn evicted(&self, plugin: &str) -> u64 {
        self.evicted.get(plugin_of(name(plugin, "key").bytes())).copied().unwrap_or(0)
    }

    fn has(&self, name: &EntryName, now: u64) -> bool {
        read(&self.database, name.bytes(), expiry(now)).expect("memory serves").is_some()
    }
}

/// The test at `now`, for entries that live for a hundred seconds at most.
fn expiry(now: u64) -> Expiry {
    Expiry::at(now, Duration::from_secs(100))
}

fn name(plugin: &str, key: &str) -> EntryName {
    Space::of(plugin, KeyValueGrant::AllTenants, None).name(key)
}

fn few(entries: u64) -> SpaceLimits {
    SpaceLimits { entries, ..SpaceLimits::default() }
}

#[test]
fn an_entry_is_there_until_it_expires() {
    let mut book = TestLedger::new(SpaceLimits::default());

    book.set(&name("hub", "a"), 1_000);

    assert!(book.has(&name("hub", "a"), 999));
    assert!(!book.has(&name("hub", "a"), 1_000));
}

#[test]
fn an_entry_written_while_the_clock_was_ahead_is_gone_and_takes_no_room() {
    let mut book = TestLedger::new(few(1));
    book.set_at(&name("hub", "a"), 250_000, 200_000);

    assert!(!book.has(&name("hub", "a"), 100_000));
    assert!(any_expired(&book.database, expiry(100_000)).expect("memory serves"));
    assert!(book.set_at(&name("hub", "b"), 160_000, 100_000), "it left its space");
    assert!(!any_expired(&book.database, expiry(100_000)).expect("memory serves"));
}

#[test]
fn entries_written_while_the_clock_was_ahead_make_room_in_the_store() {
    let mut book = TestLedger::new(room_for(2));
    book.set_at(&name("hub", "a"), 250_000, 200_000);
    book.set_at(&name("hub", "b"), 260_000, 200_000);

    assert!(book.set_at(&name("care", "c"), 160_000, 100_000));
    assert_eq!(book.evicted("hub"), 0);
}

#[test]
fn a_space_is_full_at_so_many_entries_and_its_neighbour_is_not() {
    let mut book = TestLedger::new(few(2));
    assert!(book.set(&name("hub", "a"), 1_000) && book.set(&name("hub", "b"), 1_000));

    assert!(!book.set(&name("hub", "c"), 1_000));
    assert!(book.set(&name("hub", "b"), 1_000), "one in place of another takes no more room");
    assert!(book.set(&name("care", "c"), 1_000));
}

#[test]
fn a_space_is_full_at_so_many_bytes() {
    let mut book = TestLedger::new(SpaceLimits { space: ByteSize::b(250), ..SpaceLimits::default() });
    let [a, b] = ["a", "b"].map(|key| name("hub", key));
    assert!(book.set(&a, 1_000));

    assert!(book.set(&b, 1_000), "twice a hundred and the names");
    assert!(!book.set(&name("hub", "c"), 1_000));
    book.at(0, |ledger| ledger.remove(a.bytes()));
    assert!(book.set(&name("hub", "c"), 1_000));
}

#[test]
fn what_has_expired_takes_no_room_in_its_space() {
    let mut book = TestLedger::new(few(2));
    book.set(&name("hub", "a"), 1_000);
    book.set(&name("hub", "b"), 2_000);

    assert!(!book.set_at(&name("hub", "c"), 3_000, 999));
    assert!(book.set_at(&name("hub", "c"), 3_000, 1_000));
    assert!(!book.set_at(&name("hub", "d"), 3_000, 1_000), "and no more than that");
}

/// Room for so many entries of a hundred bytes and a short name.
fn room_for(entries: u64) -> SpaceLimits {
    SpaceLimits { store: ByteSize::b(130 * entries), ..SpaceLimits::default() }
}

#[test]
fn a_plugin_that_asks_for_the_longest_lifetime_evicts_its_own_entries_and_not_its_neighbours() {
    let mut book = TestLedger::new(room_for(6));
    let [kept, other] = ["token", "page"].map(|key| name("care", key));
    assert!(book.set(&kept, 10) && book.set(&other, 20));

    for key in 0..50 {
        assert!(book.set(&name("greedy", &format!("{key:02}")), 90_000), "there is always room");
    }

    assert!(book.has(&kept, 0) && book.has(&other, 0));
    assert!(book.has(&name("greedy", "49"), 0) && !book.has(&name("greedy", "00"), 0));
    assert_eq!(book.evicted("care"), 0);
    assert!(book.evicted("greedy") > 40);
}

#[test]
fn whoever_is_above_its_share_gives_way_to_whoever_is_below() {
    let mut book = TestLedger::new(room_for(6));
    (0..5).for_each(|key| assert!(book.set(&name("first", &key.to_string()), 1_000 + key)));

    (0..3).for_each(|key| assert!(book.set(&name("late", &key.to_string()), 10)));

    assert!((0..3).all(|key| book.has(&name("late", &key.to_string()), 0)));
    let left: Vec<u64> = (0..5).filter(|key| book.has(&name("first", &key.to_string()), 0)).collect();
    assert_eq!(left.first(), left.last().map(|last| last + 1 - left.len() as u64).as_ref(), "the soonest went first");
    assert!(left.contains(&4) && left.len() >= 2, "{left:?}");
}

#[test]
fn what_has_expired_makes_room_before_anything_is_evicted() {
    let mut book = TestLedger::new(room_for(2));
    book.set(&name("hub", "a"), 1_000);
    book.set(&name("hub", "b"), 5_000);

    assert!(book.set_at(&name("hub", "c"), 5_000, 2_000));

    assert!(book.has(&name("hub", "b"), 2_000));
    assert_eq!(book.evicted("hub"), 0);
}

#[test]
fn one_large_entry_may_need_the_room_of_many_small_ones() {
    let mut book = TestLedger::new(SpaceLimits { store: ByteSize::b(20_000), ..SpaceLimits::default() });
    (0..900).for_each(|key| assert!(book.at(0, |ledger| ledger.set(&name("hub", &key.to_string()), b"", SECOND))));

    assert!(book.at(0, |ledger| ledger.set(&name("hub", "large"), &[b'v'; 19_000], SECOND)));

    assert!(book.has(&name("hub", "large"), 0) && book.evicted("hub") > 200);
}

#[test]
fn an_entry_larger_than_the_store_does_not_fit() {
    let mut book = TestLedger::new(SpaceLimits { store: ByteSize::b(50), ..SpaceLimits::default() });

    assert!(!book.set(&name("hub", "a"), 1_000));
    assert_eq!(book.usage.bytes(), 0);
}

#[test]
fn sweeping_forgets_what_has_expired_and_no_more_than_it_may() {
    let mut book = TestLedger::new(SpaceLimits::default());
    for (key, expires) in [("a", 1_000), ("b", 2_000), ("c", 3_000)] {
        book.set(&name("hub", key), expires);
    }
    let one = book.usage.bytes() / 3;

    book.at(2_000, |ledger| ledger.forget_expired(1));
    assert_eq!(book.usage.bytes(), 2 * one);
    book.at(2_000, |ledger| ledger.forget_expired(100));

    assert_eq!(book.usage.bytes(), one);
    assert!(book.has(&name("hub", "c"), 0));
    assert!(!any_expired(&book.database, expiry(2_000)).expect("memory serves"));
    assert!(any_expired(&book.database, expiry(3_000)).expect("memory serves"));
}
