//! Commands for plugins of a running host: disable, enable, rollback.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use insight_tests::{Ran, TestHost, wait_for};
use serde_json::{Value, json};

use super::plugin;
use crate::host;
use crate::reload::{title, version, wait_for_version};

/// The callers that send requests without pause.
const CALLERS: usize = 3;

/// Runs `insight-host plugins` with these arguments.
fn plugins(host: &TestHost, words: &[&str]) -> Ran {
    host.run([&["plugins"], words].concat())
}

/// Asserts that the command succeeded and printed this line.
fn assert_prints(ran: &Ran, line: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), format!("{line}\n").as_str()), "{ran:?}");
}

/// Returns the first digits of the digest of the version that is served.
fn digest(host: &TestHost) -> String {
    plugin(host, "well")["digest"].as_str().expect("it is served")[..12].to_owned()
}

/// Starts a host that has served two versions of `well`, and serves the second.
fn host_of_two_versions() -> (TestHost, [String; 2]) {
    let host = host().component("well", &version(1)).start();
    let first = digest(&host);
    host.install("well", &version(2));
    wait_for_version(&host, "well", 2);
    let second = digest(&host);
    (host, [first, second])
}

#[test]
fn a_disabled_plugin_is_not_served_nor_asked_and_stays_listed() {
    let host = host().guest("well").guest_as("well", "neighbour").start();
    assert_eq!(host.ask_all("1").items().len(), 6);

    assert_prints(&plugins(&host, &["disable", "well"]), "well: disabled");

    assert_eq!(host.ask("well", "1").status, 404);
    assert_eq!(host.ask_all("1").items().len(), 3);
    let shown = plugin(&host, "well");
    assert_eq!((&shown["state"], &shown["digest"]), (&json!("disabled"), &Value::Null), "{shown}");
    let by = shown["disabled"]["by"].as_str().expect("somebody did it");
    assert!(by.starts_with("token ") && by.ends_with(" from 127.0.0.1") && by.len() < 40, "{by}");
    assert!(plugins(&host, &["list"]).stdout.contains("well       disabled"));
    assert_eq!(host.metric("insight_host_plugins{state=\"disabled\"}"), 1.0);
    assert_prints(&plugins(&host, &["disable", "well"]), "well: unchanged");

    assert_prints(&plugins(&host, &["enable", "well"]), "well: loaded");
    assert_eq!(host.ask_all("1").items().len(), 6);
    assert_prints(&plugins(&host, &["enable", "well"]), "well: unchanged");
    assert!(plugin(&host, "well")["disabled"].is_null());
}

#[test]
fn a_disabled_plugin_stays_so_whatever_happens_to_its_files_and_to_the_host() {
    let mut host = host().component("well", &version(1)).guest_as("well", "neighbour").start();
    assert_prints(&plugins(&host, &["disable", "well"]), "well: disabled");

    host.install("well", &version(2));
    host.install("later", &version(1));
    wait_for("what came later", || (host.ask("later", "1").status == 200).then_some(()));
    assert_eq!(host.ask("well", "1").status, 404);

    host.start_again();
    assert_eq!((host.ask("well", "1").status, host.ask("neighbour", "1").status), (404, 200));
    assert_eq!(plugin(&host, "well")["state"], "disabled");
    let reload = plugins(&host, &["reload", "well"]);
    assert_eq!(reload.code, Some(1), "{reload:?}");
    assert!(reload.stderr.contains("the plugin is disabled; enable it first (409 Conflict)"), "{}", reload.stderr);

    assert_prints(&plugins(&host, &["enable", "well"]), "well: loaded");
    assert_eq!(host.ask("well", "1").texts("title")[0], title(2));
}

#[test]
fn a_plugin_that_is_rolled_back_stays_there_until_it_is_reloaded() {
    let (mut host, [first, second]) = host_of_two_versions();

    assert_prints(&plugins(&host, &["rollback", "well"]), &format!("well: loaded, pinned to {first}"));

    wait_for_version(&host, "well", 1);
    let shown = plugin(&host, "well");
    assert_eq!(shown["pinned"]["newerFileWaits"], false, "what was rolled back is nothing new: {shown}");
    let kept: Vec<_> = shown["versions"].as_array().expect("a list").iter().map(|it| it["isServed"].clone()).collect();
    assert_eq!(kept, [false, true], "{shown}");
    assert_eq!(host.metric("insight_host_plugins{state=\"pinned\"}"), 1.0);

    host.install("well", &version(3));
    let waits = |host: &TestHost| plugin(host, "well")["pinned"]["newerFileWaits"] == true;
    wait_for("the newer file", || waits(&host).then_some(()));
    assert_eq!(host.ask("well", "1").texts("title")[0], title(1));
    assert!(plugins(&host, &["list"]).stdout.contains("loaded, pinned, newer file waiting"));

    host.start_again();
    assert_eq!(host.ask("well", "1").texts("title")[0], title(1));
    assert!(waits(&host), "{}", plugin(&host, "well"));
    assert_prints(&plugins(&host, &["reload"]), "well: unchanged");

    assert_prints(&plugins(&host, &["reload", "well"]), "well: loaded");
    assert_eq!(host.ask("well", "1").texts("title")[0], title(3));
    assert!(plugin(&host, "well")["pinned"].is_null());
    let to = plugins(&host, &["rollback", "well", "--to", &second]);
    assert_prints(&to, &format!("well: loaded, pinned to {second}"));
    assert_eq!(host.ask("well", "1").texts("title")[0], title(2));
}

#[test]
fn a_version_comes_back_with_its_authors_settings_and_under_the_operators() {
    let settings = "[plugins.well.limits]\ntime = \"1s\"";
    let host = host().guest("well").author("well", "[config]\nitems = 1").settings(settings).start();
    // Replaced in one step: a half-written file would count as a version too.
    let aside = host.dir().join("well.toml");
    fs::write(&aside, "[config]\nitems = 2").expect("the folder is ours");
    fs::rename(aside, host.plugin_file("well.toml")).expect("both are on one file system");
    wait_for("two items", || (host.ask("well", "1").items().len() == 2).then_some(()));

    let ran = plugins(&host, &["rollback", "well", "--json"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let said: Value = serde_json::from_str(&ran.stdout).expect("JSON and nothing else");
    assert_eq!((&said["result"], said["digest"].as_str().map(str::len)), (&json!("loaded"), Some(64)), "{said}");
    assert_eq!(host.ask("well", "1").items().len(), 1);
    assert_eq!(plugin(&host, "well")["limits"]["timeMs"], 1_000);
}

#[test]
fn rolling_back_and_forth_fails_no_request() {
    let (host, [first, second]) = host_of_two_versions();
    let is_over = AtomicBool::new(false);

    let asked: usize = thread::scope(|scope| {
        let ask = || {
            let mut asked = 0;
            while !is_over.load(Ordering::SeqCst) {
                let answer = host.ask("well", "1");
                assert_eq!(answer.status, 200, "{answer:?}");
                asked += 1;
            }
            asked
        };
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(ask)).collect();
        let orders =
            [&["rollback", "well", "--to", &first][..], &["reload", "well"], &["rollback", "well", "--to", &second]];
        let ran: Vec<_> = orders.iter().cycle().take(12).map(|words| plugins(&host, words)).collect();
        is_over.store(true, Ordering::SeqCst);
        assert!(ran.iter().all(|ran| ran.code == Some(0)), "{ran:?}");
        callers.into_iter().map(|caller| caller.join().expect("no request failed")).sum()
    });

    assert!(asked >= CALLERS, "{asked} requests flowed meanwhile");
}

#[test]
fn an_order_that_cannot_be_carried_out_says_why_and_changes_nothing() {
    let host = host().guest("well").start();
    let post = |target: &str| {
        let answer = host.ask_admin("POST", target);
        (answer.status, answer.json()["errorMessage"].as_str().expect("a message").to_owned())
    };

    let (status, message) = post("/api/plugins/well/rollback");
    assert_eq!((status, message.as_str()), (409, "no earlier version is kept"));
    let (status, message) = post("/api/plugins/well/rollback?to=0123456789ab");
    assert_eq!(status, 409);
    assert!(message.contains("0123456789ab"), "{message}");
    for wrong in ["to=..%2f..%2fetc", "to=0123ABCD", "to=0123", "version=0123456789ab"] {
        assert_eq!(post(&format!("/api/plugins/well/rollback?{wrong}")).0, 400, "{wrong}");
    }
    for order in ["disable", "enable", "rollback"] {
        assert_eq!(post(&format!("/api/plugins/nobody/{order}")).0, 404, "{order}");
    }
    assert_eq!(host.ask("well", "1").status, 200);
    assert!(plugin(&host, "well")["pinned"].is_null());
}

#[test]
fn a_kept_version_that_is_damaged_is_not_served_and_the_one_that_is_stays() {
    let (host, [first, _]) = host_of_two_versions();
    let states = fs::read_dir(host.dir().join("state/insight-host/plugins")).expect("state is kept");
    let state = states.map(|entry| entry.expect("it can be listed").path()).next().expect("there is one");
    let versions = fs::read_dir(state.join("versions")).expect("versions are kept");
    let is_first = |name: &str| name.starts_with(&first);
    let mut paths = versions.map(|entry| entry.expect("it can be listed").path());
    let damaged = paths.find(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_first));
    fs::write(damaged.expect("it is kept"), version(7)).expect("the folder is ours");

    let ran = plugins(&host, &["rollback", "well"]);

    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), "well: refused\n"));
    assert!(ran.stderr.contains("is damaged: it differs from the version that was served"), "{}", ran.stderr);
    assert_eq!(host.ask("well", "1").texts("title")[0], title(2));
    assert!(plugin(&host, "well")["pinned"].is_null());
}

#[test]
fn what_calls_cost_is_told_by_quantiles_and_the_kept_versions_by_their_digests() {
    let host = host().guest("well").start();
    assert!(plugin(&host, "well")["costs"].is_null());
    for _ in 0..10 {
        let _ = host.ask("well", "1");
    }

    let costs = plugin(&host, "well")["costs"].clone();

    for what in ["timeMs", "fuel", "memoryBytes"] {
        let quantile = |name: &str| costs[what][name].as_f64().unwrap_or_else(|| panic!("{what} {name}: {costs}"));
        assert!(0.0 < quantile("p50"), "{costs}");
        assert!(quantile("p50") <= quantile("p90") && quantile("p90") <= quantile("p99"), "{costs}");
    }
    let shown = plugins(&host, &["show", "well"]).stdout;
    assert!(shown.contains("COST") && shown.contains("KEPT "), "{shown}");
    assert!(shown.contains(&digest(&host)), "{shown}");
}
