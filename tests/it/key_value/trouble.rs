//! Stores that are unavailable: they cost their own timeout, and no answer.

use std::fs::{self, File};
use std::net::TcpListener;
use std::time::Duration;

use insight_tests::wait_for;

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
fn a_damaged_file_is_moved_aside_and_plugins_are_served_with_an_empty_one() {
    let folder = folder();
    let file = folder.path().join("key-value.redb");
    let settings = GRANTED.to_owned() + &file_in(&folder);
    let first = rogue_and_snoop(&settings).start();
    assert_eq!(said(&first, "keep:a=1"), "done");
    let _ = first.stop();
    let whole = fs::read(&file).expect("it is there");

    let noise = [&whole[..4_096], &vec![0x5a; whole.len() - 4_096]].concat();
    for damaged in [&whole[..whole.len() / 2], &vec![0; whole.len()], b"no store", &noise] {
        fs::write(&file, damaged).expect("the folder is ours");
        let host = rogue_and_snoop(&settings).start();

        assert!(host.logged("key-value entries lost").contains("key-value.redb.damaged"), "{}", host.log());
        assert_eq!(said(&host, "kept:a"), "kept nothing");
        assert_eq!(said(&host, "keep:a=1"), "done");
        assert_eq!(fs::read(folder.path().join("key-value.redb.damaged")).expect("it is kept"), damaged);
        assert!(!host.log().contains("panicked"), "{}", host.log());
        let _ = host.stop();
    }
}

#[test]
fn a_file_that_is_damaged_while_the_host_runs_is_replaced_and_plugins_keep_serving() {
    let folder = folder();
    let host = rogue_and_snoop(&(GRANTED.to_owned() + &file_in(&folder))).start();
    assert_eq!(said(&host, "keep-many:90"), "90");

    File::options()
        .write(true)
        .open(folder.path().join("key-value.redb"))
        .and_then(|file| file.set_len(5_000))
        .expect("it is ours");

    wait_for("the store to serve", || {
        assert_eq!(said(&host, "ok"), "ok");
        (said(&host, "keep-many:90") == "90" && said(&host, "kept:entry-0") != "unavailable").then_some(())
    });
    assert!(!host.log().contains("panicked"), "{}", host.log());
    let _ = host.stop();
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
