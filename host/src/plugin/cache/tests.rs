//! Tests of storing, evicting, and rejecting forged artifacts.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::*;

mod mapped;

const ENGINE: &str = "wasmtime 48, x86_64";

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

fn cache(folder: &TempDir) -> Cache {
    Cache::open(&folder.path().join("cache")).expect("it can be opened")
}

fn key(component: &str) -> CacheKey {
    CacheKey::of(Digest::of(component.as_bytes()), ENGINE)
}

fn file(folder: &TempDir, key: &CacheKey) -> PathBuf {
    folder.path().join("cache").join(key.file_name())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

/// Returns the message of `error` and its cause.
fn told(error: &CacheError) -> String {
    format!("{error}: {}", error.cause)
}

#[test]
fn an_artifact_comes_back_as_it_was_stored_even_after_a_restart() {
    let folder = folder();
    cache(&folder).store(&key("hub"), b"machine code").expect("it is stored");

    assert_eq!(cache(&folder).load(&key("hub")).as_deref(), Some(b"machine code".as_slice()));
}

#[test]
fn another_component_or_engine_has_another_artifact() {
    let folder = folder();
    let cache = cache(&folder);
    cache.store(&key("hub"), b"machine code").expect("it is stored");

    assert_eq!(cache.load(&key("notes")), None);
    assert_eq!(cache.load(&CacheKey::of(Digest::of(b"hub"), "wasmtime 49, x86_64")), None);
    assert_eq!(CacheKey::of(Digest::of(b"hub"), ENGINE), key("hub"));
}

#[test]
fn an_artifact_with_any_byte_changed_is_passed_over_and_removed() {
    let folder = folder();
    let cache = cache(&folder);
    for position in [0, 11, 12, 19, 20, 51] {
        cache.store(&key("hub"), b"machine code").expect("it is stored");
        let mut bytes = fs::read(file(&folder, &key("hub"))).expect("it is there");
        bytes[position] ^= 1;
        fs::write(file(&folder, &key("hub")), bytes).expect("it is ours");

        assert_eq!(cache.load(&key("hub")), None, "byte {position}");
        assert!(!file(&folder, &key("hub")).exists());
    }
}

#[test]
fn an_artifact_cut_short_or_made_longer_is_passed_over() {
    let folder = folder();
    let cache = cache(&folder);
    for length in [0, 7, 39, 40, 51, 53] {
        cache.store(&key("hub"), b"machine code").expect("it is stored");
        let mut bytes = fs::read(file(&folder, &key("hub"))).expect("it is there");
        bytes.resize(length, 0);
        fs::write(file(&folder, &key("hub")), bytes).expect("it is ours");

        assert_eq!(cache.load(&key("hub")), None, "length {length}");
    }
}

#[test]
fn an_artifact_of_another_key_or_another_cache_is_passed_over() {
    let (here, there) = (folder(), folder());
    let (cache_here, cache_there) = (cache(&here), cache(&there));
    cache_here.store(&key("hub"), b"machine code").expect("it is stored");
    cache_there.store(&key("hub"), b"machine code").expect("it is stored");

    fs::copy(file(&here, &key("hub")), file(&here, &key("notes"))).expect("it is ours");
    fs::copy(file(&there, &key("hub")), file(&here, &key("hub"))).expect("it is ours");

    assert_eq!(cache_here.load(&key("notes")), None);
    assert_eq!(cache_here.load(&key("hub")), None);
}

#[test]
fn a_link_in_place_of_an_artifact_is_not_followed() {
    let folder = folder();
    let cache = cache(&folder);
    cache.store(&key("hub"), b"machine code").expect("it is stored");
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(file(&folder, &key("hub")), &elsewhere).expect("it is ours");
    symlink(&elsewhere, file(&folder, &key("hub"))).expect("it can be made");

    assert_eq!(cache.load(&key("hub")), None);
    assert!(elsewhere.exists(), "the link was removed, not what it led to");
}

#[test]
fn folder_and_files_are_ours_alone() {
    let folder = folder();
    cache(&folder).store(&key("hub"), b"machine code").expect("it is stored");

    assert_eq!(mode(&folder.path().join("cache")), 0o700);
    assert_eq!(mode(&folder.path().join("cache/key")), 0o600);
    assert_eq!(mode(&file(&folder, &key("hub"))), 0o600);
}

#[test]
fn a_folder_or_key_that_others_can_reach_is_refused_with_the_remedy() {
    let folder = folder();
    let dir = folder.path().join("cache");
    cache(&folder);

    set_mode(&dir.join("key"), 0o640);
    let error = Cache::open(&dir).expect_err("the key is not ours alone");
    assert!(told(&error).ends_with("its key is not ours alone: it must belong to this user, with mode 0600"));

    set_mode(&dir, 0o750);
    let error = Cache::open(&dir).expect_err("the folder is not ours alone");
    assert!(told(&error).ends_with("the folder is not ours alone: it must belong to this user, with mode 0700"));
}

#[test]
fn a_link_in_place_of_the_folder_is_refused() {
    let folder = folder();
    cache(&folder);
    let link = folder.path().join("link");
    symlink(folder.path().join("cache"), &link).expect("it can be made");

    assert!(Cache::open(&link).is_err());
}

#[test]
fn a_damaged_key_is_replaced_rather_than_used() {
    for damaged in [&[7; 16][..], &[], &[0; 32]] {
        let folder = folder();
        cache(&folder).store(&key("hub"), b"machine code").expect("it is stored");
        fs::write(folder.path().join("cache/key"), damaged).expect("it is ours");

        let cache = cache(&folder);

        assert_ne!(fs::read(folder.path().join("cache/key")).expect("it is there"), damaged);
        assert_eq!(cache.load(&key("hub")), None, "its code was made with another key");
        cache.store(&key("hub"), b"machine code").expect("it is stored");
        assert!(cache.load(&key("hub")).is_some());
    }
}

#[test]
fn hosts_that_start_at_once_agree_on_one_key() {
    let folder = folder();
    let caches: Vec<Cache> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| cache(&folder))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });

    caches[0].store(&key("hub"), b"machine code").expect("it is stored");

    assert!(caches.iter().all(|cache| cache.load(&key("hub")).is_some()));
}

#[test]
fn a_full_cache_forgets_what_was_used_longest_ago() {
    let folder = folder();
    let cache = cache(&folder).with_capacity(ByteSize::b(3 * 140));
    let used = |name: &str, seconds_ago| {
        let file = fs::File::open(file(&folder, &key(name))).expect("it is there");
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds_ago)).expect("it is ours");
    };
    for (name, seconds_ago) in [("a", 30), ("b", 20), ("c", 10)] {
        cache.store(&key(name), &[0; 100]).expect("it is stored");
        used(name, seconds_ago);
    }
    assert!(cache.load(&key("a")).is_some(), "which makes it the one used last");

    cache.store(&key("d"), &[0; 100]).expect("it is stored");

    assert_eq!(["a", "b", "c", "d"].map(|name| cache.load(&key(name)).is_some()), [true, false, true, true]);
}

#[test]
fn what_was_used_while_the_clock_was_ahead_is_forgotten_first() {
    let folder = folder();
    let cache = cache(&folder).with_capacity(ByteSize::b(3 * 140));
    for name in ["a", "b", "c"] {
        cache.store(&key(name), &[0; 100]).expect("it is stored");
    }
    let ahead = fs::File::open(file(&folder, &key("b"))).expect("it is there");
    ahead.set_modified(SystemTime::now() + Duration::from_secs(30 * 24 * 60 * 60)).expect("it is ours");

    cache.store(&key("d"), &[0; 100]).expect("it is stored");

    assert_eq!(["a", "b", "c", "d"].map(|name| cache.load(&key(name)).is_some()), [true, false, true, true]);
}

#[test]
fn an_artifact_larger_than_the_cache_displaces_nothing() {
    let folder = folder();
    let cache = cache(&folder).with_capacity(ByteSize::b(200));
    cache.store(&key("small"), &[0; 100]).expect("it is stored");

    cache.store(&key("large"), &[0; 200]).expect("which is no error");

    assert!(cache.load(&key("small")).is_some());
    assert_eq!(cache.load(&key("large")), None);
}

#[test]
fn what_a_crash_left_half_written_goes_at_the_next_start() {
    let folder = folder();
    cache(&folder);
    let (old, new) = (folder.path().join("cache/1.part"), folder.path().join("cache/2.part"));
    fs::write(&old, b"half").expect("it is ours");
    fs::write(&new, b"half").expect("it is ours");
    let long_ago = SystemTime::now() - Duration::from_secs(7200);
    fs::File::open(&old).and_then(|file| file.set_modified(long_ago)).expect("it is ours");

    cache(&folder);

    assert!(!old.exists());
    assert!(new.exists(), "another host may be writing it");
}

#[test]
fn digests_are_shown_in_hexadecimal() {
    let digest = Digest::of(b"abc");

    assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(digest.short(), "ba7816bf8f01");
}
