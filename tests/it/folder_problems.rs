//! Files of the plugin folder that are not served, and the ways to learn of them from a running host.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use insight_tests::{TestHost, signal_compilers, wait_for};
use rustix::process::Signal;

use crate::loading::slow;
use crate::{UNDER_TEST, host};

fn well() -> Vec<u8> {
    fs::read(UNDER_TEST.guest("well")).expect("it is built")
}

fn list(host: &TestHost) -> String {
    host.run(["plugins", "list"]).stdout
}

/// Waits until the list of plugins contains `text`.
fn wait_until_listed(host: &TestHost, text: &str) {
    wait_for(&format!("`{text}` in the list"), || list(host).contains(text).then_some(()));
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("the folder is ours");
}

#[test]
fn ignored_files_are_listed_with_the_reason_and_a_host_without_plugins_says_so() {
    let setup = host().component("Contoso_Hub", &well()).author("fabrikam", "order = 1");
    fs::create_dir(setup.plugin_file("release")).expect("the folder is ours");
    for file in ["tailspin.WASM", "release/woodgrove.wasm", "northwind.wasm.gz"] {
        fs::write(setup.plugin_file(file), well()).expect("the folder is ours");
    }

    let host = setup.start();

    let listed = list(&host);
    for line in [
        "ignored: Contoso_Hub.wasm: the file name is not valid",
        "ignored: fabrikam.toml: there is no `fabrikam.wasm` beside it",
        "ignored: northwind.wasm.gz: it is compressed",
        "ignored: release/woodgrove.wasm: it is in a subfolder",
        "ignored: tailspin.WASM: its ending must be in lower case",
    ] {
        assert!(listed.contains(line), "`{line}` is not in:\n{listed}");
    }
    let json = host.ask_admin("GET", "/api/plugins").json();
    assert_eq!(json["problems"][0]["file"], "Contoso_Hub.wasm");
    let health = host.run(["health"]);
    assert_eq!((health.code, health.stdout.as_str()), (Some(0), "ready\n"));
    assert!(
        health.stderr.contains("no plugin is served (0 refused, 0 disabled, 5 files ignored)"),
        "{}",
        health.stderr
    );
    let logged = host.logged("no plugin is served");
    assert!(logged.contains("ignored=5"), "{logged}");
    assert_eq!(host.metric("insight_host_plugin_files_ignored"), 5.0);

    host.install("well", &well());

    let _again = host.logged("a plugin is served again");
    assert_eq!(host.ask("well", "1").status, 200);
}

#[test]
fn the_reason_why_a_plugin_is_refused_is_in_the_list() {
    let host = host().guest("well").component("broken", b"broken").start();

    let listed = list(&host);

    assert!(listed.contains("\nnot loaded: broken: failed to load plugin `broken`"), "{listed}");
    assert!(!listed.contains("loaded again at"), "the fault is the component's: {listed}");
}

#[test]
fn readiness_depends_on_plugins_if_the_settings_say_so() {
    let host = host().settings("[http]\nready-plugins = \"all\"").start_and_listen();
    let readiness = |host: &TestHost| (host.get("/readyz").status, host.get("/readyz").body);
    assert_eq!(readiness(&host), (503, "no-plugin\n".to_owned()));

    host.install("well", &well());
    wait_for("readiness", || (readiness(&host) == (200, "ok\n".to_owned())).then_some(()));
    host.install("broken", b"broken");
    wait_for("a lack", || (readiness(&host) == (503, "incomplete\n".to_owned())).then_some(()));

    assert_eq!(host.run(["plugins", "disable", "broken"]).code, Some(0));
    assert_eq!(readiness(&host), (200, "ok\n".to_owned()));
}

#[test]
fn plugins_and_settings_that_others_may_write_to_are_warned_of() {
    let setup = host().guest("well");
    let plugins = setup.plugin_file("");
    allow(&plugins, 0o777);
    let setup = setup.settings("");
    allow(&plugins.join("../settings.toml"), 0o666);

    let host = setup.start();

    let line = host.logged("plugin folder exposed");
    assert!(line.contains("every user of this machine"), "{line}");
    wait_until_listed(&host, "exposed: ");
    assert!(host.logged("settings exposed").contains("settings.toml"));

    allow(&plugins, 0o755);
    wait_for("the end of the problem", || (!list(&host).contains("exposed: ")).then_some(()));
    allow(&host.plugin_file("well.wasm"), 0o646);
    wait_until_listed(&host, "exposed: well.wasm: every user");
}

#[test]
fn a_plugin_that_is_not_served_for_a_fault_of_the_hosts_is_listed_and_loaded_again() {
    let host = host().guest("well").settings("[http]\nready-plugins = \"all\"").start();
    host.install("large", &slow());

    wait_for("a compile child", || (signal_compilers(host.pid(), Signal::KILL) > 0).then_some(()));

    let status = || host.ask_admin("GET", "/api/status").json();
    wait_for("a retry", || (status()["plugins"]["retried"] == 1).then_some(()));
    assert!(list(&host).contains("not loaded: large: "), "{}", list(&host));
    assert_eq!(host.get("/readyz").status, 503);
    assert_eq!(host.metric("insight_host_plugins{state=\"retried\"}"), 1.0);
    wait_for("the second load", || (status()["plugins"]["loaded"] == 2).then_some(()));
    assert_eq!((&status()["plugins"]["retried"], host.get("/readyz").status), (&0.into(), 200));
}
