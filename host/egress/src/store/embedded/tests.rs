//! Tests with a disk that fails for a while.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use redb::StorageBackend;
use redb::backends::InMemoryBackend;

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

/// A file on a disk that fails while the returned flag is set. It is empty each time it is opened.
fn on_a_disk() -> (Embedded, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(false));
    let disk = Arc::clone(&fails);
    let open = move || {
        let disk = Disk { memory: InMemoryBackend::new(), fails: Arc::clone(&disk) };
        prepare(Path::new("memory"), Database::builder().create_with_backend(disk))
    };
    let embedded = Embedded::over(Box::new(open), SpaceLimits::default(), Duration::from_secs(3_600), Arc::default());
    (embedded.expect("the disk works"), fails)
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
