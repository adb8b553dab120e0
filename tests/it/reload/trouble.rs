//! Hot reload of files that do not load, or that are incomplete.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;

use insight_tests::TestHost;

use super::{title, version, wait_for_status, wait_for_version};
use crate::host;

/// Asserts that version 1 is still served, after the host has logged that, and returns the log line.
fn kept(host: &TestHost) -> String {
    let line = host.logged("previous version of the plugin kept");
    assert_eq!(host.ask("well", "1").texts("title"), vec![title(1); 3]);
    line
}

/// Replaces the component with a link, in one step.
fn relink(host: &TestHost, target: &str) {
    let aside = host.plugin_file(".aside");
    symlink(target, &aside).expect("the temporary folder can be written");
    fs::rename(aside, host.plugin_file("well.wasm")).expect("both are in one folder");
}

#[test]
fn row_16_a_version_that_does_not_load_leaves_the_old_one_serving_and_says_why() {
    let host = host().component("well", &version(1)).start();

    host.install("well", b"#!/bin/sh\necho not a component\n");

    let line = kept(&host);
    assert!(line.contains("it is a script, not WebAssembly"), "{line}");
}

#[test]
fn a_version_whose_trial_fails_leaves_the_old_one_serving_and_says_why() {
    let host = host().component("well", &version(1)).start();
    let prepares = fs::read(crate::UNDER_TEST.guest("prepares")).expect("it is built");

    // The settings are written first, and do not affect the version that is served.
    host.author("well", "[config]\ninit = \"fails\"");
    host.install("well", &prepares);

    let line = kept(&host);
    assert!(line.contains("the price list is missing"), "{line}");
}

#[test]
fn settings_that_are_wrong_leave_the_old_ones_in_force_and_say_why() {
    let host = host().component("well", &version(1)).start();

    host.author("well", "[limits]\nmemroy = \"16MiB\"");

    let line = kept(&host);
    assert!(line.contains("memroy"), "{line}");
}

#[test]
fn a_version_after_a_broken_one_is_swapped_in() {
    let host = host().component("well", &version(1)).start();
    host.install("well", b"broken");
    kept(&host);

    host.install("well", &version(2));

    wait_for_version(&host, "well", 2);
}

#[test]
fn row_19_a_component_half_written_is_waited_for() {
    let host = host().component("well", &version(1)).start();
    let next = version(2);
    let (head, tail) = next.split_at(next.len() / 2);

    let mut file = File::create(host.plugin_file("well.wasm")).expect("the temporary folder can be written");
    file.write_all(head).expect("the temporary folder can be written");
    assert_eq!(host.ask("well", "1").texts("title"), vec![title(1); 3]);
    file.write_all(tail).expect("the temporary folder can be written");

    wait_for_version(&host, "well", 2);
}

#[test]
fn row_19_a_component_that_stays_half_written_leaves_the_old_one_serving_and_says_why() {
    let host = host().component("well", &version(1)).start();
    let next = version(2);

    fs::write(host.plugin_file("well.wasm"), &next[..next.len() / 2]).expect("the temporary folder can be written");

    let line = kept(&host);
    assert!(line.contains("it is truncated: was the copy interrupted?"), "{line}");
}

#[test]
fn row_19_a_component_that_turns_into_a_folder_leaves_the_old_one_serving_and_says_why() {
    let host = host().component("well", &version(1)).start();
    fs::create_dir(host.plugin_file("folder")).expect("the temporary folder can be written");

    relink(&host, "folder");

    let line = kept(&host);
    assert!(line.contains("it is a folder, not a file"), "{line}");
}

#[test]
fn row_19_a_component_that_turns_into_a_link_to_nowhere_leaves_the_old_one_serving_and_says_why() {
    let host = host().component("well", &version(1)).start();

    relink(&host, "nowhere");

    let line = kept(&host);
    assert!(line.contains("No such file or directory"), "{line}");
}

#[test]
fn a_broken_neighbour_keeps_nobody_else_from_being_swapped_in() {
    let host = host().component("well", &version(1)).start();

    host.install("broken", b"broken");
    host.install("well", &version(2));

    wait_for_version(&host, "well", 2);
    wait_for_status(&host, "broken", 404);
}

#[test]
fn a_file_whose_name_is_no_providers_is_named_with_a_better_one() {
    let host = host().component("well", &version(1)).start();

    host.install("Contoso Hub", &version(2));

    let line = host.logged("file ignored");
    assert!(line.contains("try `contoso-hub`"), "{line}");
}
