//! Tests of noticing changes, and of the delay.

use std::fs;
use std::os::unix::fs::symlink;

use tempfile::TempDir;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::super::folder::{ChangeKind, diff};
use super::*;

/// A timeout longer than any operation here, even on a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// A time longer than a burst and the look after it.
const WHILE: Duration = Duration::from_millis(400);

fn folder() -> (TempDir, Folder) {
    let dir = TempDir::new().expect("a temporary folder");
    let plugins = dir.path().join("plugins");
    fs::create_dir(&plugins).expect("it is ours");
    let folder = Folder::new(plugins);
    (dir, folder)
}

fn write(folder: &Folder, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).expect("it is ours");
}

/// Waits for a state that fits.
async fn until<S>(changes: &mut FileWatch<S>, fits: impl Fn(&S) -> bool) -> Arc<S> {
    let wait = async {
        loop {
            let state = changes.next().await;
            if fits(&state) {
                return state;
            }
        }
    };
    timeout(LONG, wait).await.expect("it is noticed")
}

/// Waits until the folder is watched, so that later changes are noticed by hints and not by the first look.
async fn watched(folder: &Folder) -> FileWatch<Snapshot> {
    let mut changes = changes(folder.clone(), folder.scan());
    write(folder, "probe.wasm", "1");
    until(&mut changes, |now| now.providers.contains_key("probe")).await;
    changes
}

#[tokio::test]
async fn a_component_written_is_noticed_long_before_the_next_poll() {
    let (_dir, folder) = folder();
    let mut changes = watched(&folder).await;
    let begun = Instant::now();

    write(&folder, "hub.wasm", "1");
    until(&mut changes, |now| now.providers.contains_key("hub")).await;

    assert!(begun.elapsed() < POLL / 2, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn what_changed_before_the_watching_began_is_noticed_too() {
    let (_dir, folder) = folder();
    let seen = folder.scan();
    write(&folder, "hub.wasm", "1");

    let mut changes = changes(folder, seen);

    until(&mut changes, |now| now.providers.contains_key("hub")).await;
}

#[tokio::test]
async fn looking_and_reading_are_no_changes() {
    let (_dir, folder) = folder();
    let mut changes = watched(&folder).await;
    // The probe may have been stamped while it was fresh.
    while timeout(WHILE, changes.next()).await.is_ok() {}

    for _ in 0..10 {
        folder.scan();
        fs::read(folder.path().join("probe.wasm")).expect("it is there");
    }

    assert!(timeout(WHILE, changes.next()).await.is_err());
}

#[tokio::test]
async fn a_component_written_a_hundred_times_a_second_is_noticed_meanwhile_and_in_the_end() {
    let (_dir, folder) = folder();
    let mut changes = watched(&folder).await;
    let mut beat = interval(Duration::from_millis(10));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut meanwhile = 0;
    let begun = Instant::now();

    while begun.elapsed() < Duration::from_secs(2) {
        tokio::select! {
            _ = beat.tick() => write(&folder, "hub.wasm", &format!("{:?}", begun.elapsed())),
            _ = changes.next() => meanwhile += 1,
        }
    }
    write(&folder, "hub.wasm", "the end");

    assert!(meanwhile >= 4, "noticed {meanwhile} times in two seconds");
    let size = |snapshot: &Snapshot| snapshot.providers["hub"].component.size();
    until(&mut changes, |now| size(now) == 7).await;
}

#[tokio::test]
async fn a_folder_moved_away_keeps_its_plugins_and_one_that_comes_back_is_watched() {
    let (dir, folder) = folder();
    let mut changes = watched(&folder).await;

    fs::rename(folder.path(), dir.path().join("old")).expect("it is ours");
    let away = until(&mut changes, |now| !now.problems.is_empty()).await;
    assert!(away.providers.contains_key("probe"));
    assert!(away.problems[0].reason.contains("cannot be read"), "{}", away.problems[0]);

    fs::create_dir(folder.path()).expect("it is ours");
    let back = until(&mut changes, |now| now.problems.is_empty()).await;
    assert!(back.providers.is_empty());

    let begun = Instant::now();
    write(&folder, "hub.wasm", "1");
    until(&mut changes, |now| now.providers.contains_key("hub")).await;
    assert!(begun.elapsed() < POLL / 2, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn what_changes_without_an_event_is_noticed_by_the_poll() {
    let (dir, folder) = folder();
    let elsewhere = dir.path().join("hub-1.4.0");
    fs::write(&elsewhere, "1").expect("it is ours");
    symlink(&elsewhere, folder.path().join("hub.wasm")).expect("it is ours");
    let mut changes = watched(&folder).await;
    let before = folder.scan();

    fs::write(&elsewhere, "longer").expect("it is ours");

    let now = until(&mut changes, |now| now.providers["hub"].component.size() == 6).await;
    assert_eq!(diff(&before, &now)[0].kind, ChangeKind::Component);
}

/// Watches the sources in a folder, as they are.
fn sources(dir: &TempDir) -> FileWatch<SourceTree> {
    let roots = SourceRoots { folders: [dir.path().to_owned()].into(), ..SourceRoots::default() };
    let seen = roots.tree();
    roots.watch(seen)
}

#[tokio::test]
async fn sources_are_watched_in_folders_that_did_not_exist() {
    let dir = TempDir::new().expect("a temporary folder");
    fs::write(dir.path().join("lib.rs"), "1").expect("it is ours");
    let mut changes = sources(&dir);

    fs::create_dir_all(dir.path().join("src/deep")).expect("it is ours");
    fs::write(dir.path().join("src/deep/new.rs"), "1").expect("it is ours");
    until(&mut changes, |_| true).await;
    while timeout(WHILE, changes.next()).await.is_ok() {}
    let begun = Instant::now();
    fs::write(dir.path().join("src/deep/new.rs"), "longer").expect("it is ours");
    until(&mut changes, |_| true).await;

    assert!(begun.elapsed() < POLL / 2, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn what_a_build_makes_is_no_source() {
    let dir = TempDir::new().expect("a temporary folder");
    for made in ["target/debug", "node_modules/a", "__pycache__", ".git", "dist"] {
        fs::create_dir_all(dir.path().join(made)).expect("it is ours");
    }
    let mut changes = sources(&dir);

    for made in
        ["target/debug/hub.d", "node_modules/a/b.js", "__pycache__/c", ".git/index", "dist/d.js", "hub.wasm", "a~"]
    {
        fs::write(dir.path().join(made), "1").expect("it is ours");
    }

    assert!(timeout(WHILE, changes.next()).await.is_err());
}

#[tokio::test]
async fn dropping_the_changes_ends_the_watching() {
    let (_dir, folder) = folder();
    let changes = watched(&folder).await;
    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let others = alive() - 1;

    drop(changes);

    let ended = async {
        while alive() > others {
            tokio::task::yield_now().await
        }
    };
    timeout(LONG, ended).await.expect("the task ends");
}
