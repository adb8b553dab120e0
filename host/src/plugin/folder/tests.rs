//! Tests of scanning a folder, reading its files, and detecting other kinds of file.

mod problems;

use std::error::Error;
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::sync::Mutex;
use std::thread::ThreadId;

use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::TempDir;

use super::*;

/// The shortest component: a header without sections.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

/// A component with one section, named, of three bytes.
const WHOLE: &[u8] = b"\0asm\x0d\0\x01\0\0\x03\x01ab";

fn plugins() -> (TempDir, Folder) {
    let dir = TempDir::new().expect("a temporary folder");
    let folder = Folder::new(dir.path());
    (dir, folder)
}

fn write(dir: &TempDir, name: &str, bytes: &[u8]) {
    fs::write(dir.path().join(name), bytes).expect("it is ours");
}

fn pipe(dir: &TempDir, name: &str) {
    mkfifoat(CWD, dir.path().join(name), Mode::RWXU).expect("it is ours");
}

fn id(name: &str) -> ProviderId {
    name.parse().expect("a valid name")
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.providers.keys().map(ProviderId::as_str).collect()
}

/// Returns the message of the error's cause.
fn problem(error: &ReadError) -> String {
    error.source().expect("a cause").to_string()
}

#[test]
fn components_are_seen_with_their_settings_and_nothing_else_is() {
    let (dir, folder) = plugins();
    write(&dir, "hub.wasm", EMPTY);
    write(&dir, "hub.toml", b"order = 1");
    write(&dir, "notes.wasm", EMPTY);
    write(&dir, "README.md", b"read me");
    write(&dir, ".notes.wasm", EMPTY);
    write(&dir, "hub.wasm.part", EMPTY);

    let snapshot = folder.scan();

    assert_eq!(names(&snapshot), ["hub", "notes"]);
    assert!(snapshot.providers["hub"].settings.is_some());
    assert!(snapshot.providers["notes"].settings.is_none());
    assert_eq!(snapshot.problems, []);
}

#[test]
fn files_that_cannot_be_plugins_are_named_with_the_remedy() {
    let (dir, folder) = plugins();
    write(&dir, "Contoso Hub.wasm", EMPTY);
    write(&dir, "contoso.toml", b"");

    let snapshot = folder.scan();

    assert_eq!(names(&snapshot), Vec::<&str>::new());
    let [component, settings] = &snapshot.problems[..] else { panic!("{:?}", snapshot.problems) };
    assert_eq!((settings.kind, component.kind), (ProblemKind::Ignored, ProblemKind::Ignored));
    assert_eq!(settings.to_string(), "`contoso.toml`: there is no `contoso.wasm` beside it");
    assert!(component.to_string().starts_with("`Contoso Hub.wasm`: the file name is not valid"), "{component}");
    assert!(component.reason.ends_with("(try `contoso-hub`)"), "{component}");
}

#[test]
fn a_folder_that_cannot_be_read_looks_empty_and_says_so() {
    let snapshot = Folder::new("/nonexistent/plugins").scan();

    assert!(snapshot.providers.is_empty());
    let [problem] = &snapshot.problems[..] else { panic!("{:?}", snapshot.problems) };
    assert_eq!(problem.kind, ProblemKind::Unreadable);
    assert_eq!(
        problem.to_string(),
        "`/nonexistent/plugins`: it cannot be read: No such file or directory (os error 2)"
    );
}

#[test]
fn every_change_is_told_by_its_kind() {
    let (dir, folder) = plugins();
    for name in ["gone.wasm", "rewritten.wasm", "settled.wasm", "same.wasm", "linked.wasm"] {
        write(&dir, name, EMPTY);
    }
    let old = folder.scan();
    fs::remove_file(dir.path().join("gone.wasm")).expect("it is ours");
    write(&dir, "rewritten.wasm", WHOLE);
    write(&dir, "settled.toml", b"order = 1");
    write(&dir, "appeared.wasm", EMPTY);
    fs::remove_file(dir.path().join("linked.wasm")).expect("it is ours");
    symlink("nowhere", dir.path().join("linked.wasm")).expect("it is ours");

    let mut new = folder.scan();
    // The time since the test wrote the file does not matter here.
    new.providers.insert(id("same"), old.providers["same"].clone());

    let changes: Vec<_> =
        diff(&old, &new).into_iter().map(|change| (change.provider.to_string(), change.kind)).collect();
    let expected = [
        ("appeared", ChangeKind::Appeared),
        ("gone", ChangeKind::Gone),
        ("linked", ChangeKind::Component),
        ("rewritten", ChangeKind::Component),
        ("settled", ChangeKind::Settings),
    ];
    assert_eq!(changes, expected.map(|(name, kind)| (name.to_owned(), kind)));
    assert_eq!(diff(&new, &new), []);
}

#[test]
fn a_file_replaced_by_one_of_the_same_size_and_time_differs() {
    let (dir, folder) = plugins();
    write(&dir, "hub.wasm", WHOLE);
    let modified = fs::metadata(dir.path().join("hub.wasm")).and_then(|file| file.modified()).expect("it is there");
    let old = folder.scan();

    write(&dir, "hub.wasm.part", b"\0asm\x0d\0\x01\0\0\x03\x01cd");
    fs::File::open(dir.path().join("hub.wasm.part")).and_then(|file| file.set_modified(modified)).expect("it is ours");
    fs::rename(dir.path().join("hub.wasm.part"), dir.path().join("hub.wasm")).expect("it is ours");

    assert_eq!(diff(&old, &folder.scan())[0].kind, ChangeKind::Component);
}

#[tokio::test]
async fn a_providers_files_are_read_whole() {
    let (dir, folder) = plugins();
    write(&dir, "hub.wasm", WHOLE);
    write(&dir, "hub.toml", b"order = 1");
    write(&dir, "notes.wasm", EMPTY);

    let hub = folder.read(&id("hub")).await.expect("it can be read");
    let notes = folder.read(&id("notes")).await.expect("it can be read");

    assert_eq!(hub, Contents { component: WHOLE.to_vec(), settings: Some(b"order = 1".to_vec()) });
    assert_eq!(notes, Contents { component: EMPTY.to_vec(), settings: None });
}

#[tokio::test]
async fn a_link_to_a_file_is_read_and_one_to_nowhere_is_told() {
    let (dir, folder) = plugins();
    write(&dir, "hub-1.4.0", WHOLE);
    symlink("hub-1.4.0", dir.path().join("hub.wasm")).expect("it is ours");
    symlink("hub-1.5.0", dir.path().join("notes.wasm")).expect("it is ours");
    write(&dir, "crm.wasm", WHOLE);
    symlink("nowhere", dir.path().join("crm.toml")).expect("it is ours");

    assert_eq!(folder.read(&id("hub")).await.expect("it can be read").component, WHOLE);
    let error = folder.read(&id("notes")).await.expect_err("it leads nowhere");
    assert_eq!(problem(&error), "No such file or directory (os error 2)");
    assert!(folder.read(&id("crm")).await.is_err(), "settings that cannot be read are not settings that are absent");
}

#[tokio::test]
async fn what_is_no_file_is_named_at_once() {
    let (dir, folder) = plugins();
    fs::create_dir(dir.path().join("hub.wasm")).expect("it is ours");
    pipe(&dir, "notes.wasm");
    symlink("/dev/zero", dir.path().join("crm.wasm")).expect("it is ours");
    write(&dir, "erp.wasm", EMPTY);
    pipe(&dir, "erp.toml");

    for (name, kind) in [("hub", "a folder"), ("notes", "a pipe"), ("crm", "a device"), ("erp", "a pipe")] {
        let error = folder.read(&id(name)).await.expect_err("it is no file");
        assert_eq!(problem(&error), format!("it is {kind}, not a file"));
    }
}

#[tokio::test]
async fn a_component_or_settings_too_large_are_not_read() {
    let (dir, folder) = plugins();
    write(&dir, "hub.wasm", EMPTY);
    write(&dir, "hub.toml", &vec![b'#'; (64 << 10) + 1]);
    let huge = fs::File::create(dir.path().join("notes.wasm")).expect("it is ours");
    huge.set_len(1 << 40).expect("it takes no space");

    let error = folder.read(&id("hub")).await.expect_err("its settings are too large");
    assert!(problem(&error).ends_with("more than the 64.0 KiB it may have"), "{}", problem(&error));
    let error = folder.read(&id("notes")).await.expect_err("it is too large");
    assert_eq!(problem(&error), "it has 1.0 TiB, more than the 64.0 MiB it may have");
    let error = folder.with_component_size(ByteSize::b(4)).read(&id("hub")).await.expect_err("it is too large");
    assert_eq!(problem(&error), "it has 8 B, more than the 4 B it may have");
}

#[tokio::test]
async fn a_component_being_written_is_waited_for() {
    let (dir, folder) = plugins();
    let (head, tail) = WHOLE.split_at(10);
    write(&dir, "hub.wasm", head);
    let provider = id("hub");
    let mut reading = std::pin::pin!(folder.read(&provider));

    // Long enough for several reads of the first half.
    let early = tokio::time::timeout(Duration::from_millis(150), &mut reading).await;
    assert!(early.is_err(), "its end is missing");
    let mut file = fs::OpenOptions::new().append(true).open(dir.path().join("hub.wasm")).expect("it is ours");
    file.write_all(tail).expect("it is ours");

    assert_eq!(reading.await.expect("it is whole").component, WHOLE);
}

#[tokio::test]
async fn a_component_that_stays_cut_short_is_returned_for_the_compiler_to_judge() {
    let (dir, folder) = plugins();
    write(&dir, "hub.wasm", &WHOLE[..10]);
    let begun = std::time::Instant::now();

    assert_eq!(folder.read(&id("hub")).await.expect("it stands still").component, &WHOLE[..10]);

    assert!(begun.elapsed() >= STANDSTILL);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn an_incomplete_component_is_parsed_once_while_it_is_unchanged_and_not_by_the_thread_that_waits() {
    static PARSED_BY: Mutex<Vec<ThreadId>> = Mutex::new(Vec::new());
    let (dir, folder) = plugins();
    write(&dir, "hub.wasm", &WHOLE[..10]);

    let is_whole = |_: &[u8]| {
        PARSED_BY.lock().expect("nobody panics").push(std::thread::current().id());
        false
    };
    let bytes = folder.read_settled(folder.component_path(&id("hub")), ByteSize::mib(1), is_whole).await;

    assert_eq!(bytes.expect("it stands still"), &WHOLE[..10]);
    let parsed_by = PARSED_BY.lock().expect("nobody panics");
    assert_eq!(parsed_by.len(), 2, "once when it is found, and once when it has stood still");
    assert!(!parsed_by.contains(&std::thread::current().id()));
}

#[tokio::test]
async fn whoever_replaces_a_component_without_pause_never_makes_it_unreadable_or_mixed() {
    let (dir, folder) = plugins();
    let versions = [vec![1; 1 << 20], vec![2; 1 << 20]].map(|section| component_with(&section));
    write(&dir, "hub.wasm", &versions[0]);
    let stop = std::sync::atomic::AtomicBool::new(false);

    std::thread::scope(|scope| {
        scope.spawn(|| {
            for version in versions.iter().cycle() {
                if stop.load(std::sync::atomic::Ordering::Relaxed) {
                    return;
                }
                write(&dir, "part", version);
                fs::rename(dir.path().join("part"), dir.path().join("hub.wasm")).expect("it is ours");
            }
        });
        for _ in 0..50 {
            let path = folder.component_path(&id("hub"));
            let Ok(Reading::Whole(bytes)) = read_unless(&path, ByteSize::mib(64), None, has_its_end) else {
                panic!("a file that is replaced is steady");
            };
            assert!(versions.contains(&bytes));
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

/// A component with one custom section of these bytes.
fn component_with(section: &[u8]) -> Vec<u8> {
    let length = section.len() + 1;
    // A LEB128 number of four groups of seven bits, the lowest first.
    let group = |index: usize| u8::try_from(length >> (7 * index) & 0x7f).expect("seven bits");
    let leb = [group(0) | 0x80, group(1) | 0x80, group(2) | 0x80, group(3)];
    [EMPTY, &[0], &leb, &[0], section].concat()
}
