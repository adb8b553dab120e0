//! Hosts without authentication, and the addresses at which they may listen.

use std::fs;

use insight_tests::TestHost;
use tempfile::TempDir;

use super::{ask_at, host_with, issuer};
use crate::{UNDER_TEST, host};

const ROGUE: &str = "/api/providers/rogue/record-summary";

/// Starts a host that listens at every address.
fn everywhere(settings: &str) -> TestHost {
    host().settings(settings).listen(([0, 0, 0, 0], 0).into()).start()
}

#[test]
fn a_host_that_knows_nobody_listens_to_this_machine_alone() {
    let plugins = TempDir::new().expect("there is room for a temporary folder");
    let path = plugins.path().to_str().expect("its name is text");

    for listen in ["0.0.0.0:0", "[::]:0"] {
        let ran = UNDER_TEST.run(["serve", "--plugins", path, "--listen", listen, "--admin-listen", "off"]);

        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains(listen) && ran.stderr.contains("auth.anonymous = true"), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    }
}

#[test]
fn a_host_listens_elsewhere_if_it_is_told_so_or_knows_callers() {
    let (issuer, _) = issuer();

    assert_eq!(everywhere("[auth]\nanonymous = true\n").get("/healthz").status, 200);
    assert_eq!(everywhere(&issuer.settings("", "")).get("/healthz").status, 200);
}

#[test]
fn tokens_for_somebody_else_are_nobodys_business_on_a_host_that_knows_nobody() {
    let host = host_with("");

    assert_eq!(ask_at(&host, ROGUE, "authorization", "Bearer whatever").status, 200);
}

#[test]
fn a_host_that_lets_everybody_in_still_refuses_bad_tokens() {
    let (issuer, _) = issuer();
    let host = host_with(&issuer.settings("anonymous = true", ""));

    assert_eq!(host.ask("rogue", "echo").status, 200);
    assert_eq!(ask_at(&host, ROGUE, "authorization", "Bearer a.b.c").status, 401);
}

#[test]
fn settings_that_hold_a_key_itself_are_refused_without_showing_it() {
    let dir = TempDir::new().expect("there is room for a temporary folder");
    let file = dir.path().join("settings.toml");
    fs::write(&file, "[auth.api-keys.one]\nsha256 = \"ihk_hunter2\"\n").expect("the folder is new");
    let [dir, file] = [dir.path(), &file].map(|path| path.to_str().expect("its name is text"));

    let ran = UNDER_TEST.run(["serve", "--plugins", dir, "--config", file]);

    assert_eq!(ran.code, Some(78), "{ran:?}");
    assert!(ran.stderr.contains("auth.api-keys.one.sha256") && !ran.stderr.contains("hunter2"), "{ran:?}");
}
