//! The persistent operator state: crashes, damage, and a second host.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use insight_tests::{Admin, TestHost, wait_for};
use serde_json::Value;

use super::plugin;
use crate::reload::{version, wait_for_version};
use crate::{UNDER_TEST, host};

/// The number of crashes, each at another moment of many commands.
const CRASHES: usize = 8;

/// The plugins that commands are for, in turn.
const PLUGINS: [&str; 4] = ["one", "two", "three", "four"];

/// Returns the file of the operator state: the plugins that are disabled and pinned.
fn operator_state(host: &TestHost) -> PathBuf {
    let states = fs::read_dir(host.dir().join("state/insight-host/plugins")).expect("state is kept");
    let mut states = states.map(|entry| entry.expect("it can be listed").path());
    states.next().expect("there is one").join("standing.json")
}

/// The commands that were answered, and the one that may have been in progress.
#[derive(Default)]
struct Orders {
    /// The plugins, and whether each is disabled.
    done: BTreeMap<&'static str, bool>,
    under_way: Option<&'static str>,
    count: usize,
}

/// Disables and enables plugins in turn, until the host is gone.
fn order_without_end(Admin { address, token }: &Admin, orders: &Mutex<Orders>) {
    for name in PLUGINS.into_iter().cycle() {
        let disable = {
            let mut orders = orders.lock().expect("nobody panics");
            orders.under_way = Some(name);
            !orders.done.get(name).copied().unwrap_or(false)
        };
        let order = if disable { "disable" } else { "enable" };
        let request = format!(
            "POST /api/plugins/{name}/{order} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             connection: close\r\n\r\n"
        );
        let mut answer = String::new();
        let sent = TcpStream::connect(address).and_then(|mut wire| {
            wire.write_all(request.as_bytes())?;
            wire.read_to_string(&mut answer)
        });
        if sent.is_err() || !answer.contains("\"result\"") {
            return;
        }
        let mut orders = orders.lock().expect("nobody panics");
        orders.done.insert(name, disable);
        orders.under_way = None;
        orders.count += 1;
    }
}

#[test]
fn a_host_that_is_killed_at_any_moment_does_as_it_was_told_at_its_next_start() {
    let mut host = PLUGINS.iter().fold(host(), |host, name| host.guest_as("well", name)).start();
    let orders = Mutex::new(Orders::default());

    for crash in 1..=CRASHES {
        let admin = host.admin();
        thread::scope(|scope| {
            let ordering = scope.spawn(|| order_without_end(&admin, &orders));
            let before = orders.lock().expect("nobody panics").count;
            wait_for("some orders", || {
                (orders.lock().expect("nobody panics").count >= before + 2 * crash).then_some(())
            });
            host.kill();
            ordering.join().expect("it ends with the host");
        });
        host.start_again();

        let mut told = orders.lock().expect("nobody panics");
        for name in PLUGINS {
            let is_disabled = plugin(&host, name)["state"] == "disabled";
            if told.under_way == Some(name) {
                told.done.insert(name, is_disabled);
            }
            let was_told = told.done.get(name).copied().unwrap_or(false);
            assert_eq!(is_disabled, was_told, "{name} after crash {crash}");
        }
        told.under_way = None;
    }
}

#[test]
fn a_damaged_state_is_replaced_by_its_copy() {
    let mut host = host().guest("well").start();
    assert_eq!(host.run(["plugins", "disable", "well"]).code, Some(0));
    let operator_state = operator_state(&host);
    host.kill();
    fs::write(&operator_state, "no state").expect("the folder is ours");

    host.start_again();

    assert_eq!(plugin(&host, "well")["state"], "disabled");
    let _ = host.logged("its copy takes its place");
    assert_eq!(host.run(["plugins", "enable", "well"]).code, Some(0));
    assert_eq!(host.ask("well", "1").status, 200);
}

#[test]
fn an_order_takes_effect_although_it_cannot_be_saved_and_is_saved_once_that_is_possible() {
    let mut host = host().guest("well").guest_as("well", "other").start();
    assert_eq!(host.run(["plugins", "disable", "other"]).code, Some(0));
    // In place of the next file: what a full disk does, for every user.
    let obstacle = operator_state(&host).with_extension("json.next");
    fs::create_dir(&obstacle).expect("the folder is ours");

    for order in ["disable", "enable", "disable"] {
        let ran = host.run(["plugins", order, "well"]);

        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stdout.contains("not saved yet"), "{ran:?}");
        assert_eq!(host.ask("well", "1").status, if order == "disable" { 404 } else { 200 });
    }
    let answer = host.ask_admin("POST", "/api/plugins/other/enable").json();
    assert!(answer["unsaved"]["since"].is_string() && answer["unsaved"]["error"].is_string(), "{answer}");
    assert!(host.run(["plugins", "list"]).stdout.contains("not saved yet"));
    assert_eq!(host.metric("insight_host_operator_state_unsaved"), 1.0);
    assert_eq!(host.log().matches("could not be saved").count(), 1, "{}", host.log());

    fs::remove_dir(&obstacle).expect("it is ours");

    let _ = host.logged("the list of disabled, pinned and kept plugins is saved");
    assert!(!host.run(["plugins", "list"]).stdout.contains("not saved yet"));
    assert_eq!(host.metric("insight_host_operator_state_unsaved"), 0.0);
    host.kill();
    host.start_again();
    assert_eq!((host.ask("well", "1").status, host.ask("other", "1").status), (404, 200));
}

#[test]
fn an_order_that_could_not_be_saved_is_saved_at_the_end_or_is_told_to_be_lost() {
    for is_possible in [true, false] {
        let mut host = host().guest("well").guest_as("well", "other").start();
        assert_eq!(host.run(["plugins", "disable", "other"]).code, Some(0));
        let obstacle = operator_state(&host).with_extension("json.next");
        fs::create_dir(&obstacle).expect("the folder is ours");
        assert!(host.run(["plugins", "disable", "well"]).stdout.contains("not saved yet"));

        if is_possible {
            fs::remove_dir(&obstacle).expect("it is ours");
        }
        host.end();

        let is_told = host.log().contains("the next start does as the list on the disk says");
        assert_eq!(is_told, !is_possible, "{}", host.log());
        let _ = fs::remove_dir(&obstacle);
        host.start_again();
        assert_eq!(host.ask("well", "1").status, if is_possible { 404 } else { 200 });
    }
}

#[test]
fn a_version_whose_files_cannot_be_kept_is_served_and_kept_once_that_is_possible() {
    let host = host().component("well", &version(1)).start();
    let versions = operator_state(&host).with_file_name("versions");
    let away = versions.with_file_name("away");
    // What a full disk does, for every user.
    fs::rename(&versions, &away).and_then(|()| fs::write(&versions, "")).expect("the folder is ours");
    host.install("well", &version(2));
    wait_for_version(&host, "well", 2);
    let _ = host.logged("its files cannot be kept");

    fs::remove_file(&versions).and_then(|()| fs::rename(&away, &versions)).expect("the folder is ours");

    wait_for("both versions", || {
        (plugin(&host, "well")["versions"].as_array().expect("a list").len() == 2).then_some(())
    });
    assert_eq!(host.run(["plugins", "rollback", "well"]).code, Some(0));
}

#[test]
fn a_damaged_state_without_a_copy_keeps_the_host_from_starting_and_says_what_to_do() {
    let mut host = host().guest("well").start();
    assert_eq!(host.run(["plugins", "disable", "well"]).code, Some(0));
    let operator_state = operator_state(&host);
    host.kill();
    fs::remove_file(operator_state.with_extension("json.copy")).expect("the folder is ours");
    let whole = fs::read(&operator_state).expect("it is there");
    fs::write(&operator_state, &whole[..whole.len() / 2]).expect("the folder is ours");

    let folder = host.plugin_file("");
    let mut serve = UNDER_TEST.command(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--plugins"]);
    serve.arg(folder).env("XDG_STATE_HOME", host.dir().join("state"));
    let ran = serve.output().expect("the binary runs");

    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!((ran.status.code(), ran.stdout.is_empty()), (Some(1), true), "{said}");
    assert!(said.contains(&*operator_state.to_string_lossy()), "{said}");
    assert!(said.contains("repair it, or remove it to begin with nothing disabled and nothing pinned"), "{said}");
}

#[test]
fn two_hosts_do_not_share_the_state_of_one_folder() {
    let host = host().guest("well").start();
    let serve = |plugins: PathBuf| {
        let mut serve = UNDER_TEST.command(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--plugins"]);
        serve.arg(plugins).env("XDG_STATE_HOME", host.dir().join("state"));
        serve
    };

    let second = serve(host.plugin_file("")).output().expect("the binary runs");

    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(said.contains("another host serves") && said.contains("a `state.directory` of its own"), "{said}");
}

#[test]
fn state_that_is_off_is_forgotten_with_the_host() {
    let mut host = host().guest("well").settings("[state]\ndirectory = \"off\"").start();
    assert_eq!(host.run(["plugins", "disable", "well"]).code, Some(0));
    assert_eq!(host.ask("well", "1").status, 404);

    host.start_again();

    assert_eq!(host.ask("well", "1").status, 200);
    assert!(!host.dir().join("state/insight-host/plugins").exists());
}

#[test]
fn the_status_tells_how_the_host_does() {
    let host = host().guest("well").guest_as("well", "off").component("broken", b"no component").start();
    assert_eq!(host.run(["plugins", "disable", "off"]).code, Some(0));

    let status = host.ask_admin("GET", "/api/status").json();

    assert_eq!(status["readiness"], "ready", "{status}");
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    let count = |state: &str| status["plugins"][state].clone();
    assert_eq!([count("loaded"), count("refused"), count("disabled"), count("pinned")], [1, 1, 1, 0].map(Value::from));
    assert!(status["uptimeSeconds"].is_u64() && status["memory"]["atMost"].as_u64() > Some(0), "{status}");
}

#[test]
fn the_document_of_the_api_names_routes_that_answer_and_no_others() {
    let host = host().guest("well").start();

    let document = host.ask_admin("GET", "/api/openapi.json").json();

    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() >= 11, "{paths:?}");
    for (path, verbs) in paths {
        for verb in verbs.as_object().expect("operations").keys() {
            let target = path.replace("{id}", "nobody");
            let other = if verb == "get" { "POST" } else { "GET" };

            let answer = host.ask_admin(&verb.to_uppercase(), &target);

            let is_route = !answer.body.contains("there is no such route") && answer.status != 405;
            assert!(is_route, "{verb} {path}: {answer:?}");
            assert_eq!(host.ask_admin(other, &target).status, 405, "{other} {path} is not in the document");
        }
    }
}
