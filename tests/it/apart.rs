//! Commands beside a running host with the same settings: they work, and touch none of its files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use insight_tests::{Ran, wait_for};
use tempfile::TempDir;

use crate::{UNDER_TEST, host};

/// Returns the files below `dir`.
fn files(dir: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { [path].into() }).collect()
}

#[test]
fn call_check_and_conform_work_beside_a_running_host_and_leave_its_files_alone() {
    let state = TempDir::new().expect("there is room for a temporary folder");
    let at = |name: &str| state.path().join(name);
    let settings = format!(
        "[plugins.rogue.grants]\nkey-value = \"per-tenant\"\n[key-value]\ntime = \"2s\"\npath = {:?}\n\
         [audit]\npath = {:?}\n[state]\ndirectory = {:?}\n",
        at("key-value.redb"),
        at("audit.log"),
        at("state")
    );
    let host = host().guest("rogue").settings(&settings).start();
    let (config, component) = (at("host.toml"), UNDER_TEST.guest("rogue"));
    let (folder, text) = (host.plugin_file("rogue.wasm"), |path: &Path| path.to_str().expect("it is text").to_owned());
    let folder = folder.parent().expect("it lies in the folder");
    fs::write(&config, &settings).expect("the folder is ours");
    assert_eq!(host.ask("rogue", "keep:a=1").said(), "done");
    let before = files(state.path());
    let audited = || fs::read_to_string(at("audit.log")).unwrap_or_default().lines().count();
    wait_for("the audit log", || (audited() > 0).then_some(()));
    let lines = audited();
    let run = |arguments: &[&str]| -> Ran { UNDER_TEST.run([arguments, &["--config", &text(&config)]].concat()) };

    let component = text(&component);
    let called = UNDER_TEST.run([
        "call",
        "--config",
        &text(&config),
        &component,
        "record-summary",
        "--record-type",
        "account",
        "--record-id",
        "keep:a=2",
    ]);
    assert_eq!(called.code, Some(0), "{called:?}");
    let checked = run(&["check", &component, "--example", "recordType=account&recordId=kept:a"]);
    assert!(matches!(checked.code, Some(0 | 3)) && !checked.stderr.contains("another process"), "{checked:?}");
    let conformed = run(&["conform", "--plugins", &text(folder)]);
    assert!(matches!(conformed.code, Some(0 | 3)), "{conformed:?}");
    assert!(!conformed.stderr.contains("another process"), "{conformed:?}");

    assert_eq!((files(state.path()), audited()), (before, lines));
    assert_eq!(host.ask("rogue", "kept:a").said(), "kept 1");
}

#[test]
fn a_component_beside_settings_for_development_is_granted_what_it_wishes() {
    let dir = TempDir::new().expect("there is room for a temporary folder");
    let component = dir.path().join("rogue.wasm");
    fs::copy(UNDER_TEST.guest("rogue"), &component).expect("it is built");
    let component = component.to_str().expect("it is text");
    fs::write(dir.path().join("rogue.toml"), "[wishes]\nkey-value = true\nsecrets = [\"token\"]").expect("it is ours");
    let call = |asked: &str| {
        let question = ["record-summary", "--record-type", "account", "--record-id", asked];
        UNDER_TEST.run([&["call", component], &question[..]].concat())
    };
    assert!(call("keep:a=1").stdout.contains("not granted"));

    fs::write(dir.path().join("rogue.dev.toml"), "[secrets]\ntoken = \"for the mock\"").expect("it is ours");

    assert!(call("keep:a=1").stdout.contains("done"));
    assert!(call("reveal:token").stdout.contains("for the mock"));
}
