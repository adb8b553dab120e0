use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use tempfile::TempDir;

use super::*;

/// A private directory below a temporary one.
fn dir() -> (TempDir, PrivateDir) {
    let root = TempDir::new().expect("there is room");
    let dir = PrivateDir::create(&root.path().join("above/ours")).expect("the folder above is ours");
    (root, dir)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").mode() & 0o777
}

fn names(dir: &PrivateDir) -> Vec<String> {
    let mut names: Vec<String> = dir.names().expect("it is ours").filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

#[test]
fn directories_and_files_are_this_users_alone() {
    let (root, dir) = dir();

    let _lock = dir.lock("lock").expect("it is new");
    dir.replace("replaced", |file| file.write_all(b"text")).expect("it is ours");
    dir.replace_durably("durable", "durable.next", b"text").expect("it is ours");
    dir.write_once("once", b"text").expect("it is ours");
    dir.replace_for_good("good", |file| file.write_all(b"text")).expect("it is ours");
    open_or_create(&root.path().join("below/file")).expect("it is ours");

    let directories = ["above", "above/ours", "below"].map(|name| mode(&root.path().join(name)));
    assert_eq!(directories, [0o700; 3]);
    let files = ["lock", "replaced", "durable", "once"].map(|name| mode(&dir.path_of(name)));
    assert_eq!(mode(&dir.path_of("good")), 0o400, "not even this user changes it");
    assert_eq!((files, mode(&root.path().join("below/file"))), ([0o600; 4], 0o600));
}

#[test]
fn a_directory_that_others_can_read_is_refused() {
    let (_root, dir) = dir();

    for mode in [0o750, 0o701, 0o777] {
        fs::set_permissions(&dir.path, fs::Permissions::from_mode(mode)).expect("it is ours");

        assert!(matches!(PrivateDir::open(&dir.path), Err(PrivateError::NotOurs)), "{mode:o}");
        assert!(matches!(PrivateDir::create(&dir.path), Err(PrivateError::NotOurs)), "{mode:o}");
    }
}

#[test]
fn a_link_or_a_file_in_place_of_a_directory_is_refused() {
    let (root, dir) = dir();
    let (link, file) = (root.path().join("link"), root.path().join("file"));
    symlink(&dir.path, &link).expect("it can be made");
    fs::write(&file, "").expect("the folder is ours");

    assert!(matches!(PrivateDir::create(&link), Err(PrivateError::Foreign(_))));
    assert!(matches!(PrivateDir::open(&file), Err(PrivateError::Foreign(_))));
    assert!(matches!(PrivateDir::open(&root.path().join("missing")), Err(PrivateError::Io(_))));
}

#[test]
fn a_replaced_file_is_there_whole_or_as_it_was() {
    let (_root, dir) = dir();
    dir.replace("file", |file| file.write_all(b"old")).expect("it is ours");

    let broken = dir.replace("file", |file| {
        file.write_all(b"ne")?;
        Err(io::Error::other("the disk is full"))
    });

    assert_eq!(broken.expect_err("it broke off").to_string(), "the disk is full");
    assert_eq!(fs::read(dir.path_of("file")).expect("it is there"), b"old");
    assert_eq!(names(&dir), ["file"], "the part is removed");
    let reader = dir.open_file("file").expect("it is ours").expect("it is there");
    dir.replace("file", |file| file.write_all(b"newer")).expect("it is ours");
    assert_eq!(io::read_to_string(reader).expect("it is open"), "old", "readers keep what they opened");
    assert_eq!(fs::read(dir.path_of("file")).expect("it is there"), b"newer");
}

#[test]
fn a_durable_file_takes_the_place_of_what_a_crash_left() {
    let (_root, dir) = dir();
    fs::write(dir.path_of("file.next"), "left over, and longer").expect("it is ours");

    dir.replace_durably("file", "file.next", b"new").expect("it is ours");

    assert_eq!(fs::read(dir.path_of("file")).expect("it is there"), b"new");
    assert_eq!(names(&dir), ["file"]);
}

#[test]
fn a_file_that_is_written_once_stays() {
    let (_root, dir) = dir();

    for text in [b"one", b"two"] {
        dir.write_once("file", text).expect("it is ours");
    }

    assert_eq!(fs::read(dir.path_of("file")).expect("it is there"), b"one");
    assert_eq!(names(&dir), ["file"]);
}

#[test]
fn a_lock_is_held_by_one_and_ends_with_it() {
    let (_root, dir) = dir();
    let held = dir.lock("lock").expect("it is new");

    assert!(matches!(dir.lock("lock"), Err(TryLockError::WouldBlock)));
    drop(held);
    dir.lock("lock").expect("it is free again");
}

#[test]
fn only_regular_files_are_opened() {
    let (_root, dir) = dir();
    fs::write(dir.path_of("file"), "text").expect("it is ours");
    symlink(dir.path_of("file"), dir.path_of("link")).expect("it can be made");
    fs::create_dir(dir.path_of("folder")).expect("it is ours");

    assert!(dir.open_file("file").expect("it is ours").is_some());
    assert!(dir.open_file("missing").expect("it is ours").is_none());
    assert!(dir.open_file("link").is_err());
    assert!(dir.open_file("folder").is_err());
    assert!(open_or_create(&dir.path_of("link")).is_err());
}
