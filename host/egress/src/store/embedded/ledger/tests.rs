use bytesize::ByteSize;
use redb::backends::InMemoryBackend;

use super::*;
use crate::grants::KeyValueGrant;
use crate::store::Space;

/// A database in memory, and the bytes it holds.
struct TestLedger {
    database: Database,
    bounds: SpaceLimits,
    held: u64,
}

impl TestLedger {
    fn new(bounds: SpaceLimits) -> Self {
        let database = Database::builder().create_with_backend(InMemoryBackend::new()).expect("memory serves");
        let held = prepare(&database).expect("memory serves");
        Self { database, bounds, held }
    }

    fn with<T>(&mut self, work: impl FnOnce(&mut Ledger<'_>) -> Result<T, StorageError>) -> T {
        let transaction = self.database.begin_write().expect("memory serves");
        let mut ledger = Ledger::open(&transaction, self.bounds, self.held).expect("memory serves");
        let done = work(&mut ledger).expect("memory serves");
        self.held = ledger.held();
        drop(ledger);
        transaction.commit().expect("memory serves");
        assert_eq!(self.held, prepare(&self.database).expect("memory serves"), "the sum is that of the spaces");
        done
    }

    /// Stores a value of a hundred bytes at the instant 0.
    fn set(&mut self, name: &EntryName, expires: u64) -> bool {
        self.set_at(name, expires, 0)
    }

    fn set_at(&mut self, name: &EntryName, expires: u64, now: u64) -> bool {
        self.with(|ledger| ledger.set(name, &[b'v'; 100], expires, now))
    }

    fn has(&self, name: &EntryName, now: u64) -> bool {
        read(&self.database, name.bytes(), now, Duration::from_secs(100)).expect("memory serves").is_some()
    }
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
fn an_entry_from_before_the_clock_was_set_back_is_not_there_for_longer_than_any_other() {
    let mut book = TestLedger::new(SpaceLimits::default());

    book.set(&name("hub", "a"), 200_001);

    assert!(!book.has(&name("hub", "a"), 100_000));
    assert!(book.has(&name("hub", "a"), 100_001));
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
    book.with(|ledger| ledger.remove(a.bytes()));
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

#[test]
fn what_expires_soonest_is_pushed_out_of_a_store_that_is_full() {
    let mut book = TestLedger::new(SpaceLimits { store: ByteSize::b(250), ..SpaceLimits::default() });
    book.set(&name("hub", "late"), 2_000);
    book.set(&name("care", "soon"), 1_000);

    assert!(book.set(&name("new", "entry"), 1_500));

    assert!(!book.has(&name("care", "soon"), 0));
    assert!(book.has(&name("hub", "late"), 0) && book.has(&name("new", "entry"), 0));
}

#[test]
fn an_entry_larger_than_the_store_does_not_fit() {
    let mut book = TestLedger::new(SpaceLimits { store: ByteSize::b(50), ..SpaceLimits::default() });

    assert!(!book.set(&name("hub", "a"), 1_000));
    assert_eq!(book.held, 0);
}

#[test]
fn sweeping_forgets_what_has_expired_and_no_more_than_it_may() {
    let mut book = TestLedger::new(SpaceLimits::default());
    for (key, expires) in [("a", 1_000), ("b", 2_000), ("c", 3_000)] {
        book.set(&name("hub", key), expires);
    }
    let one = book.held / 3;

    book.with(|ledger| ledger.forget_expired(2_000, 1));
    assert_eq!(book.held, 2 * one);
    book.with(|ledger| ledger.forget_expired(2_000, 100));

    assert_eq!(book.held, one);
    assert!(book.has(&name("hub", "c"), 0));
    assert_eq!(first_expiry(&book.database).expect("memory serves"), Some(3_000));
}
