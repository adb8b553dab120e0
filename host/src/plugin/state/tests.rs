use std::fs;
use std::os::unix::fs::PermissionsExt;

use jiff::Timestamp;

use super::*;

/// A state directory, and the path of a plugin folder.
struct StateFixture(TempDir);

impl StateFixture {
    fn new() -> Self {
        Self(TempDir::new().expect("there is room"))
    }

    fn open(&self, plugins: &str) -> Result<StateFolder, StateError> {
        let directory = StateDirectory::At(self.0.path().join("state"));
        let settings = StateSettings { directory, versions: 3, size: ByteSize::b(100) };
        StateFolder::open(&settings, &self.0.path().join(plugins))
    }
}

fn id(name: &str) -> ProviderId {
    name.parse().expect("a name")
}

fn path(state: &StateFolder) -> PathBuf {
    state.held().file.path()
}

fn next_path(state: &StateFolder) -> PathBuf {
    state.held().file.next_path()
}

fn version(bytes: &str) -> VersionId {
    VersionId { component: Digest::of(bytes.as_bytes()), settings: None }
}

fn kept(bytes: &str, size: u64, second: i64) -> Kept {
    let served_at = Timestamp::from_second(second).expect("an instant");
    Kept { id: version(bytes), version: None, size, served_at }
}

fn pin(bytes: &str) -> Pin {
    Pin {
        version: version(bytes),
        instead_of: None,
        at: Timestamp::UNIX_EPOCH,
        by: "me".to_owned(),
        newer_waits: false,
    }
}

/// A state that concerns `hub`.
fn operator_state() -> OperatorState {
    let mut operator_state = OperatorState::default();
    operator_state.disabled.insert(id("hub"), Disabled { at: Timestamp::UNIX_EPOCH, by: "me".to_owned() });
    operator_state.pinned.insert(id("hub"), pin("one"));
    operator_state.serve(&id("hub"), kept("one", 10, 1), 3);
    operator_state
}

#[test]
fn what_was_saved_is_there_at_the_next_start() {
    let scene = StateFixture::new();
    let state = scene.open("plugins").expect("it is new");
    assert_eq!(state.operator_state().expect("nothing yet"), OperatorState::default());

    state.save(&operator_state()).expect("the folder is ours");
    drop(state);

    let state = scene.open("plugins").expect("nobody holds it");
    assert_eq!(state.operator_state().expect("it is whole"), operator_state());
}

#[test]
fn a_crash_at_any_step_of_a_save_leaves_the_old_or_the_new() {
    let scene = StateFixture::new();
    let state = scene.open("plugins").expect("it is new");
    state.save(&operator_state()).expect("the folder is ours");
    let old = fs::read(path(&state)).expect("it is there");
    state.save(&OperatorState::default()).expect("the folder is ours");
    let new = fs::read(path(&state)).expect("it is there");

    // Steps: the next file is absent, there in part or whole, and then in place of the last.
    for written in 0..=new.len() {
        fs::write(path(&state), &old).expect("the folder is ours");
        fs::write(next_path(&state), &new[..written]).expect("the folder is ours");

        assert_eq!(state.operator_state().expect("the old"), operator_state(), "{written} bytes were written");
    }
    fs::rename(next_path(&state), path(&state)).expect("both are there");
    assert_eq!(state.operator_state().expect("the new"), OperatorState::default());

    // Leftovers of a crash do no harm.
    fs::write(next_path(&state), "left over, and longer than what is written next. ".repeat(100)).expect("ours");
    state.save(&operator_state()).expect("the folder is ours");
    assert_eq!(state.operator_state().expect("it is whole"), operator_state());
}

#[test]
fn a_damaged_file_without_a_copy_is_an_error_that_says_what_to_do_and_never_nothing() {
    let scene = StateFixture::new();
    let state = scene.open("plugins").expect("it is new");
    state.save(&operator_state()).expect("the folder is ours");
    let path = path(&state);
    let whole = fs::read(&path).expect("it is there");
    fs::remove_file(path.with_extension("json.copy")).expect("it is there");
    drop(state);

    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).expect("the folder is ours");

        let error = scene.open("plugins").expect_err("its end is missing");

        let error = error.to_string();
        assert!(error.contains(&*path.to_string_lossy()) && error.contains("repair it, or remove it"), "{error}");
    }
    let later = String::from_utf8(whole).expect("JSON").replace("\"format\": 1", "\"format\": 2");
    fs::write(&path, later).expect("the folder is ours");
    assert!(matches!(scene.open("plugins"), Err(StateError::Format { format: 2, .. })));
}

#[test]
fn one_host_at_a_time_holds_the_state_of_a_folder() {
    let scene = StateFixture::new();
    let first = scene.open("plugins").expect("it is new");

    let error = scene.open("plugins").expect_err("it is taken").to_string();
    assert!(error.contains("another host serves") && error.contains("`state.directory`"), "{error}");
    assert!(scene.open("plugins/").is_err() && scene.open("./plugins/.").is_err(), "it is the same folder");
    scene.open("others").expect("it is the state of another folder");

    drop(first);
    scene.open("plugins").expect("it is free again");
}

#[test]
fn a_folder_that_others_may_write_is_not_used() {
    let scene = StateFixture::new();
    let state = scene.open("plugins").expect("it is new");
    let dir = path(&state).parent().expect("it lies in a folder").to_owned();
    drop(state);
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o770)).expect("the folder is ours");

    assert!(matches!(scene.open("plugins"), Err(StateError::NotOurs(_))));
}

#[test]
fn the_last_versions_are_kept_and_what_is_pinned_stays() {
    let mut operator_state = OperatorState { disabled: [].into(), ..operator_state() };
    for (second, bytes) in (2..).zip(["two", "three", "four"]) {
        assert!(operator_state.serve(&id("hub"), kept(bytes, 10, second), 3));
    }
    assert!(!operator_state.serve(&id("hub"), kept("four", 10, 9), 3), "it is served already");

    let ids: Vec<_> = operator_state.kept[&id("hub")].iter().map(|kept| kept.id).collect();
    assert_eq!(ids, ["one", "three", "four"].map(version));

    operator_state.make_way(ByteSize::b(20));
    let ids: Vec<_> = operator_state.kept[&id("hub")].iter().map(|kept| kept.id).collect();
    assert_eq!(ids, ["one", "four"].map(version));
    operator_state.make_way(ByteSize::b(0));
    assert_eq!(operator_state.kept[&id("hub")].len(), 1, "only what is pinned");
}

#[test]
fn a_version_that_was_served_while_the_clock_was_ahead_goes_first() {
    let mut operator_state = OperatorState::default();
    let ahead = Timestamp::now().as_second() + 30 * 24 * 60 * 60;
    for (id, bytes, second) in [("a", "one", 1), ("a", "two", 2), ("b", "three", ahead), ("b", "four", 3)] {
        operator_state.serve(&self::id(id), kept(bytes, 10, second), 3);
    }

    operator_state.make_way(ByteSize::b(30));

    let kept = operator_state.kept.values().flatten().map(|kept| kept.id);
    assert_eq!(kept.collect::<Vec<_>>(), ["one", "two", "four"].map(version));
}

#[test]
fn the_way_back_leads_to_the_version_before_or_to_the_one_that_is_named() {
    let mut operator_state = OperatorState::default();
    for (second, bytes) in (1..).zip(["one", "two", "three"]) {
        operator_state.serve(&id("hub"), kept(bytes, 10, second), 3);
    }
    let before = |current| operator_state.before(&id("hub"), current).map(|kept| kept.id);

    assert_eq!(before(Some(version("three"))), Some(version("two")));
    assert_eq!(before(Some(version("two"))), Some(version("one")));
    assert_eq!(before(Some(version("one"))), None);
    assert_eq!(before(None), Some(version("three")), "nothing is served, so the last is the one before");

    let digits = version("one").component.short();
    let found = operator_state.beginning(&id("hub"), &digits, Some(version("three")));
    assert_eq!(found.iter().map(|kept| kept.id).collect::<Vec<_>>(), [version("one")]);
    assert!(operator_state.beginning(&id("hub"), "ffffffffffff", None).is_empty());
}

#[test]
fn contents_come_back_as_they_were_or_not_at_all() {
    let scene = StateFixture::new();
    let state = scene.open("plugins").expect("it is new");
    let contents = Contents { component: b"component".to_vec(), settings: Some(b"order = 1".to_vec()) };
    let version = VersionId::of(&contents);
    state.keep(version, &contents).expect("the folder is ours");
    assert_eq!(state.contents(version).expect("it is kept"), contents);

    fs::write(state.component_path(version), b"something").expect("the folder is ours");
    assert!(matches!(state.contents(version), Err(KeptError::Damaged(_))));

    state.keep(version, &contents).expect("the folder is ours");
    assert_eq!(state.contents(version).expect("it is kept again"), contents);
    state.sweep(&OperatorState::default());
    assert!(matches!(state.contents(version), Err(KeptError::Io { .. })));
}

#[test]
fn a_damaged_state_is_that_of_its_copy_and_without_a_copy_it_is_an_error() {
    let scene = StateFixture::new();
    let state = scene.open("plugins").expect("it is new");
    state.save(&OperatorState::default()).expect("the folder is ours");
    state.save(&operator_state()).expect("the folder is ours");
    let whole = fs::read(path(&state)).expect("it is there");

    for damaged in [&whole[..whole.len() / 2], &vec![0; whole.len()], b""] {
        fs::write(path(&state), damaged).expect("the folder is ours");

        assert_eq!(state.operator_state().expect("there is a copy"), operator_state());
        assert_eq!(fs::read(path(&state)).expect("it is there"), whole, "it is repaired");
        let aside = path(&state).with_extension("json.damaged");
        assert_eq!(fs::read(aside).expect("it is kept"), damaged);
    }
    fs::write(path(&state), b"").expect("the folder is ours");
    fs::remove_file(path(&state).with_extension("json.copy")).expect("it is there");
    assert!(matches!(state.operator_state(), Err(StateError::Damaged { .. })));
    fs::remove_file(path(&state)).expect("it is there");
    assert_eq!(state.operator_state().expect("an operator began anew"), OperatorState::default());
}

#[test]
fn a_state_whose_copy_cannot_be_written_has_no_old_copy() {
    let scene = StateFixture::new();
    let state = scene.open("plugins").expect("it is new");
    state.save(&operator_state()).expect("the folder is ours");
    let copy = path(&state).with_extension("json.copy");
    assert!(copy.is_file());

    fs::remove_file(&copy).and_then(|()| fs::create_dir(&copy)).expect("the folder is ours");

    state.save(&OperatorState::default()).expect("the state itself is saved");
    assert!(!copy.is_file());
}

#[test]
fn a_damaged_state_that_cannot_be_repaired_is_that_of_its_copy_and_is_never_without_a_file() {
    let scene = StateFixture::new();
    let state = scene.open("plugins").expect("it is new");
    state.save(&operator_state()).expect("the folder is ours");
    fs::write(path(&state), b"damaged").expect("the folder is ours");
    // In place of the next file: what a full disk does, for every user.
    fs::create_dir(next_path(&state)).expect("the folder is ours");

    for _start in 0..2 {
        assert_eq!(state.operator_state().expect("there is a copy"), operator_state());
        assert_eq!(fs::read(path(&state)).expect("it is there"), b"damaged");
    }

    fs::remove_dir(next_path(&state)).expect("it is ours");
    assert_eq!(state.operator_state().expect("there is a copy"), operator_state());
    assert_ne!(fs::read(path(&state)).expect("it is there"), b"damaged");
}

#[test]
fn a_state_whose_folder_is_removed_is_saved_in_a_new_one_that_is_held_too() {
    let scene = StateFixture::new();
    let state = scene.open("plugins").expect("it is new");
    fs::remove_dir_all(scene.0.path().join("state")).expect("the folder is ours");
    let contents = Contents { component: b"component".to_vec(), settings: None };

    state.keep(VersionId::of(&contents), &contents).expect("it is made again");
    state.save(&operator_state()).expect("it is made again");

    assert_eq!(state.operator_state().expect("it is whole"), operator_state());
    assert!(scene.open("plugins").is_err(), "it is taken");
    drop(state);
    assert_eq!(scene.open("plugins").and_then(|state| state.operator_state()).expect("it is whole"), operator_state());
}
