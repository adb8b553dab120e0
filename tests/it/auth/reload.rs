//! Changes of `[auth]` while the host runs.

use insight_tests::issuer::{Issuer, SigningKey};
use insight_tests::{TestHost, wait_for};
use serde_json::json;

use super::api_keys::new_key;
use super::{PATIENT, ask, ask_at, host_with, issuer};
use crate::host;

const ROGUE: &str = "/api/providers/rogue/record-summary";

fn status(host: &TestHost, key: &str) -> u16 {
    ask_at(host, ROGUE, "x-api-key", key).status
}

#[test]
fn a_key_that_leaves_the_settings_is_refused_and_one_that_comes_is_accepted_without_a_restart() {
    let (leaked, of_leaked) = new_key(&["--name", "leaked"]);
    let (kept, of_kept) = new_key(&["--name", "kept"]);
    let (fresh, of_fresh) = new_key(&["--name", "fresh"]);
    let host = host_with(&format!("{of_leaked}{of_kept}"));
    assert_eq!((status(&host, &leaked), status(&host, &kept), status(&host, &fresh)), (200, 200, 401));

    host.write_settings(&format!("{PATIENT}{of_kept}{of_fresh}"));

    wait_for("a refusal", || (status(&host, &leaked) == 401).then_some(()));
    assert_eq!((status(&host, &kept), status(&host, &fresh)), (200, 200));
}

#[test]
fn the_last_key_that_leaves_opens_the_host_to_nobody() {
    let (leaked, of_leaked) = new_key(&["--name", "leaked"]);
    let host = host_with(&of_leaked);
    assert_eq!(status(&host, &leaked), 200);

    host.write_settings(PATIENT);

    wait_for("a refusal", || (status(&host, &leaked) == 401).then_some(()));
    assert_eq!(host.ask("rogue", "echo").status, 401);
    let _ = host.logged("nobody may call");
}

#[test]
fn a_host_of_this_machine_asks_for_a_key_once_its_settings_have_one() {
    let (key, of_key) = new_key(&["--name", "first"]);
    let host = host().guest("rogue").settings(PATIENT).start();
    assert_eq!(host.ask("rogue", "echo").status, 200);

    host.write_settings(&format!("{PATIENT}{of_key}"));

    wait_for("a refusal", || (host.ask("rogue", "echo").status == 401).then_some(()));
    assert_eq!(status(&host, &key), 200);
}

#[test]
fn an_application_that_leaves_is_refused_and_keys_of_an_issuer_that_is_down_are_kept() {
    let (issuer, key) = issuer();
    let with = |ids: &str| format!("{PATIENT}{}", issuer.settings("", &format!("clients = [{ids}]")));
    let host = host().guest("rogue").settings(&with("{ id = \"outlook\" }, { id = \"excel\" }")).start();
    let status = |client: &str| ask(&host, &key.sign(&issuer.claims(&json!({ "azp": client })))).status;
    assert_eq!((status("outlook"), status("excel")), (200, 200));
    issuer.fail();

    host.write_settings(&with("{ id = \"outlook\" }"));

    wait_for("a refusal", || (status("excel") == 403).then_some(()));
    assert_eq!(status("outlook"), 200);
}

#[test]
fn an_issuer_that_leaves_is_refused_and_one_that_comes_is_known() {
    let keys = [SigningKey::number(1, "one"), SigningKey::number(2, "two")];
    let issuers = keys.each_ref().map(|key| Issuer::with(&[key]));
    let settings = issuers.each_ref().map(|issuer| format!("{PATIENT}{}", issuer.settings("", "")));
    let host = host().guest("rogue").settings(&settings[0]).start();
    let status = |at: usize| ask(&host, &keys[at].sign(&issuers[at].claims(&json!({})))).status;
    assert_eq!((status(0), status(1)), (200, 401));

    host.write_settings(&settings[1]);

    wait_for("a refusal", || (status(0) == 401).then_some(()));
    wait_for("the other issuer", || (status(1) == 200).then_some(()));
}
