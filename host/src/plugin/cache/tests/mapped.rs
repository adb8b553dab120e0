//! Artifacts that are mapped: only those that stay as they are.

use super::*;

/// Returns what a file holds that is to be mapped.
fn bytes(mappable: &MappableFile) -> Vec<u8> {
    fs::read(mappable.path()).expect("it is open")
}

/// Puts `bytes` in place of an artifact as it would have been written for good.
fn replace(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).expect("it is ours");
    fs::write(path, bytes).expect("the folder is ours");
    set_mode(path, 0o400);
}

#[test]
fn an_artifact_that_is_stored_for_good_is_mapped_from_its_first_byte_and_can_be_copied() {
    let folder = folder();
    cache(&folder).store_for_good(&key("hub"), b"machine code").expect("it is stored");

    let cache = cache(&folder);

    let mapped = cache.mappable(&key("hub")).expect("it may be mapped");
    assert!(bytes(&mapped).starts_with(b"machine code"));
    assert_eq!(mode(&file(&folder, &key("hub"))), 0o400);
    assert_eq!(cache.load(&key("hub")).as_deref(), Some(b"machine code".as_slice()));
}

#[test]
fn an_artifact_that_may_still_be_written_to_is_copied() {
    let folder = folder();
    let cache = cache(&folder);
    cache.store(&key("hub"), b"machine code").expect("it is stored");

    assert!(cache.mappable(&key("hub")).is_none());
    assert!(cache.load(&key("hub")).is_some());
}

#[test]
fn an_artifact_that_is_changed_cut_or_of_another_key_is_neither_mapped_nor_kept() {
    let folder = folder();
    let cache = cache(&folder);
    let path = file(&folder, &key("hub"));
    cache.store_for_good(&key("notes"), b"machine code").expect("it is stored");
    let of_another = fs::read(file(&folder, &key("notes"))).expect("it is there");
    cache.store_for_good(&key("hub"), b"machine code").expect("it is stored");
    let authentic = fs::read(&path).expect("it is there");
    let changed = [b"M", &authentic[1..]].concat();
    let longer = [authentic.as_slice(), b"x"].concat();

    for damaged in [&authentic[..51], &authentic[..12], &[], &changed, &longer, &of_another] {
        cache.store_for_good(&key("hub"), b"machine code").expect("it is stored");
        replace(&path, damaged);

        assert!(cache.mappable(&key("hub")).is_none(), "{damaged:?}");
        assert!(!path.exists());
    }
}

#[test]
fn what_is_mapped_stays_as_it_is_when_its_artifact_is_replaced_evicted_or_removed() {
    let folder = folder();
    let cache = cache(&folder).with_capacity(ByteSize::b(140));
    cache.store_for_good(&key("hub"), &[1; 100]).expect("it is stored");
    let first = cache.mappable(&key("hub")).expect("it may be mapped");

    cache.store_for_good(&key("hub"), &[2; 100]).expect("it is stored");
    let second = cache.mappable(&key("hub")).expect("it may be mapped");
    cache.store_for_good(&key("notes"), &[3; 100]).expect("which evicts the other");
    let third = cache.mappable(&key("notes")).expect("it may be mapped");
    fs::remove_dir_all(folder.path().join("cache")).expect("it is ours");

    assert_eq!(cache.mappable(&key("hub")).map(|file| bytes(&file)), None);
    for (mapped, byte) in [(first, 1), (second, 2), (third, 3)] {
        assert_eq!(bytes(&mapped)[..100], [byte; 100]);
    }
}
