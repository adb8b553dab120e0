//! Tests with a disk that fails for a while, and with damaged files.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use redb::backends::InMemoryBackend;
use redb::{Database, ReadableTable, StorageBackend};
use tempfile::TempDir;

use super::damage::DatabaseFailure;
use super::file::MediumError;
use super::*;
use crate::grants::KeyValueGrant;
use crate::store::Space;

/// A timeout longer than any operation here.
const PATIENCE: Duration = Duration::from_secs(60);

/// Memory that fails on demand.
#[derive(Debug)]
struct Disk {
    memory: InMemoryBackend,
    fails: Arc<AtomicBool>,
}

impl Disk {
    fn works(&self) -> io::Result<()> {
        if self.fails.load(Ordering::SeqCst) { Err(io::Error::other("the disk fails")) } else { Ok(()) }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.works().and_then(|()| self.memory.len())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.works().and_then(|()| self.memory.read(offset, out))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.works().and_then(|()| self.memory.set_len(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.works().and_then(|()| self.memory.sync_data())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.works().and_then(|()| self.memory.write(offset, data))
    }
}

/// A disk that fails while the flag is set. It is empty each time it is opened.
struct Fragile(Arc<AtomicBool>);

impl Medium for Fragile {
    fn open(&self) -> Result<Database, MediumError> {
        let disk = Disk { memory: InMemoryBackend::new(), fails: Arc::clone(&self.0) };
        guarded(|| Database::builder().create_with_backend(disk)).map_err(MediumError::Database)
    }

    fn discard(&self, damage: &DatabaseFailure) -> io::Result<()> {
        panic!("a disk that fails is not damaged: {damage}");
    }
}

fn on(medium: impl Medium + 'static, path: &Path) -> Embedded {
    let longest = Duration::from_secs(3_600);
    Embedded::over(path, Box::new(medium), SpaceLimits::default(), longest, Arc::default()).expect("it opens")
}

/// A file on a disk that fails while the returned flag is set.
fn on_a_disk() -> (Embedded, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(false));
    (on(Fragile(Arc::clone(&fails)), Path::new("memory")), fails)
}

fn name() -> EntryName {
    Space::of("hub", KeyValueGrant::AllTenants, None).name("a")
}

/// Sets an entry repeatedly, until the result is as expected.
async fn set_until(embedded: &Embedded, is_well: bool) {
    let begun = Instant::now();
    while embedded.set(name(), b"1".to_vec(), Duration::from_secs(60)).await.is_ok() != is_well {
        assert!(begun.elapsed() < PATIENCE, "it never ends so");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_disk_that_failed_for_a_while_is_used_again() {
    let (embedded, fails) = on_a_disk();
    set_until(&embedded, true).await;
    fails.store(true, Ordering::SeqCst);
    // Changes reach the disk only after a second.
    set_until(&embedded, false).await;

    fails.store(false, Ordering::SeqCst);

    set_until(&embedded, true).await;
    assert_eq!(embedded.get(name()).await.expect("it is open"), Some(b"1".to_vec()));
}

#[tokio::test]
async fn what_is_only_read_is_opened_again_too() {
    let (embedded, fails) = on_a_disk();
    fails.store(true, Ordering::SeqCst);
    set_until(&embedded, false).await;
    assert!(embedded.get(name()).await.is_err());

    fails.store(false, Ordering::SeqCst);

    let begun = Instant::now();
    while embedded.get(name()).await.is_err() {
        assert!(begun.elapsed() < PATIENCE, "it is never opened again");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_disk_that_fails_at_first_is_used_once_it_serves() {
    let fails = Arc::new(AtomicBool::new(true));
    let embedded = on(Fragile(Arc::clone(&fails)), Path::new("memory"));
    assert!(embedded.get(name()).await.is_err());

    fails.store(false, Ordering::SeqCst);

    set_until(&embedded, true).await;
}

/// Damages a file of some length.
type Spoil = fn(&File, u64);

const DAMAGES: [(&str, Spoil); 5] = [
    ("cut in half", |file, length| file.set_len(length / 2).expect("the file is ours")),
    ("cut to nothing but a mark", |file, _| file.set_len(9).expect("the file is ours")),
    ("zeroed", |file, length| overwrite(file, 0, length, |_| 0)),
    ("noise", |file, length| overwrite(file, 0, length, |byte| byte.wrapping_mul(167) ^ 0x5a)),
    ("noise after its head", |file, length| overwrite(file, 4_096, length, |byte| byte.wrapping_mul(89) ^ 0xa5)),
];

fn overwrite(file: &File, from: u64, to: u64, byte: fn(u8) -> u8) {
    let noise: Vec<u8> = (from..to).map(|place| byte((place % 251) as u8)).collect();
    file.write_all_at(&noise, from).expect("the file is ours");
}

/// A file with some entries, and its path.
async fn filled() -> (TempDir, std::path::PathBuf) {
    let dir = TempDir::new().expect("there is room");
    let path = dir.path().join("kv.redb");
    let embedded = on(DatabaseFile(path.clone()), &path);
    for key in 0..200 {
        let name = Space::of("hub", KeyValueGrant::AllTenants, None).name(&key.to_string());
        let set = embedded.set(name, vec![b'v'; 2_000], Duration::from_secs(60)).await;
        assert!(set.is_ok());
    }
    (dir, path)
}

#[tokio::test]
async fn a_damaged_file_is_moved_aside_and_an_empty_one_serves() {
    for (damage, spoil) in DAMAGES {
        let (_dir, path) = filled().await;
        let file = File::options().read(true).write(true).open(&path).expect("it is there");
        spoil(&file, file.metadata().expect("it is open").len());

        let embedded = on(DatabaseFile(path.clone()), &path);
        set_until(&embedded, true).await;

        assert_eq!(embedded.get(name()).await.ok().flatten(), Some(b"1".to_vec()), "{damage}");
        assert!(path.with_extension("redb.damaged").exists(), "{damage}");
    }
}

#[tokio::test]
async fn a_file_that_is_damaged_while_it_is_open_is_replaced() {
    for (damage, spoil) in DAMAGES {
        let (_dir, path) = filled().await;
        // What is cached in memory hides the damage until then.
        let embedded = on(DatabaseFile(path.clone()), &path);
        let file = File::options().read(true).write(true).open(&path).expect("it is there");
        spoil(&file, file.metadata().expect("it is open").len());

        let begun = Instant::now();
        loop {
            // Reads all entries, and writes one.
            for key in 0..200 {
                let name = Space::of("hub", KeyValueGrant::AllTenants, None).name(&key.to_string());
                let _ = embedded.get(name).await;
            }
            let is_set = embedded.set(name(), b"1".to_vec(), Duration::from_secs(60)).await.is_ok();
            if is_set && embedded.get(name()).await.is_ok_and(|value| value.is_some()) {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "{damage}: it never serves again");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(embedded);

        // The next run of the host finds a file that serves.
        let embedded = on(DatabaseFile(path.clone()), &path);
        set_until(&embedded, true).await;
        assert!(path.with_extension("redb.damaged").exists(), "{damage}");
    }
}

#[tokio::test]
async fn entries_survive_a_clock_that_was_ahead_and_is_corrected_between_two_runs() {
    const READINGS: redb::TableDefinition<'_, (), (u64, u64)> = redb::TableDefinition::new("clock");
    let dir = TempDir::new().expect("there is room");
    let path = dir.path().join("kv.redb");
    let embedded = on(DatabaseFile(path.clone()), &path);
    set_until(&embedded, true).await;
    drop(embedded);
    // The earlier run was thirty days ahead.
    let database = Database::open(&path).expect("it is closed");
    let transaction = database.begin_write().expect("it is ours");
    {
        let mut readings = transaction.open_table(READINGS).expect("it is there");
        let (store, system) = readings.get(()).expect("it is read").expect("it was saved").value();
        readings.insert((), (store, system + 30 * 24 * 60 * 60 * 1_000)).expect("it is ours");
    }
    transaction.commit().expect("it is ours");
    drop(database);

    let embedded = on(DatabaseFile(path.clone()), &path);

    assert_eq!(embedded.get(name()).await.expect("it is open"), Some(b"1".to_vec()));
}
