//! Stores that are unavailable: they cost their own timeout, and no answer.

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use super::{GRANTED, file_in, folder, rogue_and_snoop, said};

/// Settings under which the guest `rogue` has entries in a store with the default timeout. Lines appended to them
/// belong to `[key-value]`.
const IMPATIENT: &str = "[plugins.rogue.grants]\nkey-value = \"per-tenant\"\n[key-value]\n";

#[test]
fn a_store_that_hangs_costs_its_timeout_and_not_the_answer() {
    // The kernel accepts connections, but nothing ever answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = silent.local_addr().expect("it listens");
    let settings = format!("{IMPATIENT}redis = \"redis://:hunter2@{address}\"\n");
    let host = rogue_and_snoop(&settings).log("debug").start();

    for behaviour in ["keep:a=1", "kept:a", "forget:a", "look-often:100"] {
        let answer = host.ask("rogue", behaviour);

        assert!(answer.said().ends_with("unavailable"), "{answer:?}");
        assert!(answer.took < Duration::from_secs(2), "{behaviour} took {:?}", answer.took);
    }
    let _ = host.logged("key-value store unavailable");
    assert_eq!(said(&host, "ok"), "ok");
    assert!(!host.log().contains("hunter2"), "the password is in the log");
}

#[test]
fn a_store_that_is_not_there_is_unavailable_at_once() {
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().expect("it listens");
    let host = rogue_and_snoop(&format!("{IMPATIENT}redis = \"redis://{gone}\"\n")).start();

    let answer = host.ask("rogue", "look-often:100");

    assert_eq!(answer.said(), "0, then unavailable");
    assert!(answer.took < Duration::from_secs(2), "it took {:?}", answer.took);
}

#[test]
fn a_file_that_is_no_store_keeps_plugins_from_loading_that_are_granted_one() {
    let folder = folder();
    fs::write(folder.path().join("key-value.redb"), "no store").expect("the folder is ours");

    let host = rogue_and_snoop(&(GRANTED.to_owned() + &file_in(&folder))).start();

    assert!(host.logged("plugin not served").contains("set `path` in `[key-value]`"), "{}", host.log());
    assert_eq!(host.ask("rogue", "ok").status, 404);
    assert_eq!(host.ask("snoop", "ok").said(), "ok");
}

#[test]
fn a_host_that_is_killed_leaves_a_file_that_serves() {
    let folder = folder();
    let settings = GRANTED.to_owned() + &file_in(&folder);
    let killed = rogue_and_snoop(&settings).start();
    assert_eq!(said(&killed, "keep-many:90"), "90");
    drop(killed);

    let host = rogue_and_snoop(&settings).start();

    assert_eq!(said(&host, "keep:a=1"), "done");
    assert_eq!(said(&host, "kept:a"), "kept 1");
}

#[test]
fn a_file_that_another_host_uses_is_named_as_such() {
    let folder = folder();
    let settings = GRANTED.to_owned() + &file_in(&folder);
    let first = rogue_and_snoop(&settings).start();

    let second = rogue_and_snoop(&settings).start();

    assert!(second.logged("plugin not served").contains("another process keeps key-value entries"), "{}", second.log());
    assert_eq!(said(&first, "keep:a=1"), "done");
}
