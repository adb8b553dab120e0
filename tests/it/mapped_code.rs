//! Compiled code is mapped from the files of the host's own cache, and stays as it is whatever happens to them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use insight_tests::TestHost;

use crate::host;

/// The line of the log about a component that is compiled.
const COMPILED: &str = "compiling a component that is not in the cache";

/// The line about a cached one that is not used.
const DAMAGED: &str = "cached component damaged";

/// Starts a host with one plugin and a cache of its own.
fn start() -> TestHost {
    host().guest("well").cache_of_its_own().start()
}

/// Returns the folder of the cache.
fn cache(host: &TestHost) -> PathBuf {
    host.dir().join("cache/insight-host")
}

/// Returns the one compiled component in the cache.
fn cached(host: &TestHost) -> PathBuf {
    let files = fs::read_dir(cache(host)).expect("it is there").flatten().map(|entry| entry.path());
    let components: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "cwasm")).collect();
    let [component] = components.as_slice() else { panic!("there is one plugin: {components:?}") };
    component.clone()
}

/// Puts a file in place of a cached one, as the host would have written it.
fn replace(path: &Path, bytes: &[u8]) {
    let aside = path.with_extension("aside");
    fs::write(&aside, bytes).expect("the folder is ours");
    fs::set_permissions(&aside, Permissions::from_mode(0o400)).expect("it is ours");
    fs::rename(aside, path).expect("the folder is ours");
}

/// Returns the lines of the host's memory map with code of the cache.
fn mapped(host: &TestHost) -> Vec<String> {
    let maps = fs::read_to_string(format!("/proc/{}/maps", host.pid()));
    let maps = maps.expect("the host runs, and shows root its memory");
    maps.lines().filter(|line| line.contains(" r-xp ") && line.contains(".cwasm")).map(str::to_owned).collect()
}

fn assert_answers(host: &TestHost) {
    let answer = host.ask("well", "1");
    assert_eq!(answer.status, 200, "{}\n{}", answer.body, host.log());
}

fn told(host: &TestHost, line: &str) -> usize {
    host.log().matches(line).count()
}

/// Returns whether this user may see the memory map of a host, which hides it from its own.
fn sees_maps() -> bool {
    let sees = rustix::process::geteuid().is_root();
    if !sees {
        eprintln!("SKIPPED: a host hides its memory map from all but root");
    }
    sees
}

#[test]
fn code_is_mapped_from_the_cache_once_it_is_compiled_and_after_a_restart() {
    if !sees_maps() {
        return;
    }
    let mut host = start();
    for _ in 0..2 {
        assert_answers(&host);
        let mapped = mapped(&host);
        let [line] = mapped.as_slice() else { panic!("there is one plugin: {mapped:?}") };
        assert!(line.ends_with(&cached(&host).display().to_string()), "{line}");
        host.start_again();
    }

    assert_eq!(told(&host, COMPILED), 1);
}

#[test]
fn a_cached_component_that_was_changed_or_cut_is_compiled_again() {
    let mut host = start();
    let authentic = fs::read(cached(&host)).expect("it is ours");
    let half = authentic.len() / 2;
    let changed = [&authentic[..half], &[authentic[half] ^ 1], &authentic[half + 1..]].concat();
    let without_code = &authentic[..authentic.len() - 40];

    for (count, damaged) in (1..).zip([&changed, &authentic[..half], without_code, &[]]) {
        host.end();
        replace(&cached(&host), damaged);
        host.start_again();

        assert_eq!((told(&host, DAMAGED), told(&host, COMPILED)), (count, count + 1));
        assert_answers(&host);
    }
}

#[test]
fn a_plugin_stays_as_it_is_when_its_cached_component_is_replaced_or_the_cache_is_removed() {
    let mut host = start();

    replace(&cached(&host), b"other code");
    assert_answers(&host);
    fs::remove_dir_all(cache(&host)).expect("it is ours");
    assert_answers(&host);
    if sees_maps() {
        let mapped = mapped(&host);
        assert!(mapped.len() == 1 && mapped[0].ends_with("(deleted)"), "{mapped:?}");
    }

    host.start_again();
    assert_answers(&host);
    assert_eq!(told(&host, COMPILED), 2);
}

#[test]
fn code_of_a_file_or_a_folder_that_others_can_reach_is_copied() {
    let mut host = start();
    host.end();

    let mode = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
    for (path, reachable, compiled) in [(cached(&host), 0o444, 1), (cache(&host), 0o755, 2)] {
        mode(&path, reachable);
        host.start_again();

        assert_answers(&host);
        assert_eq!(told(&host, COMPILED), compiled);
        if sees_maps() {
            assert_eq!(mapped(&host), [""; 0]);
        }
        host.end();
    }
}
