//! Signing keys that are rotated, unknown or unavailable.

use std::time::Instant;

use insight_tests::issuer::{Issuer, SigningKey};
use insight_tests::{Backend, wait_for};
use serde_json::json;

use super::{ask, host_with, issuer, refused};
use crate::errors::assert_error;
use crate::host;

/// Settings under which a missing key is soon fetched again.
const SOON: &str = "signing-keys-pause = \"100ms\"";

/// Settings under which keys are fetched continuously.
const OFTEN: &str = "signing-keys-pause = \"100ms\"\nsigning-keys-refresh = \"100ms\"";

#[test]
fn keys_are_changed_without_a_restart_and_old_ones_are_forgotten() {
    let (issuer, old) = issuer();
    let host = host_with(&issuer.settings(SOON, ""));
    let new = SigningKey::number(2, "two");
    let [of_old, of_new] = [&old, &new].map(|key| key.sign(&issuer.claims(&json!({}))));
    assert_eq!((ask(&host, &of_old).status, ask(&host, &of_new).status), (200, 401));

    issuer.publish(&[&new]);

    wait_for("the new key", || (ask(&host, &of_new).status == 200).then_some(()));
    assert_error(&ask(&host, &of_old), 401, "INVALID_TOKEN_SPECIFIED");
}

#[test]
fn keys_are_fetched_through_the_proxy_that_a_setting_names() {
    let keys = "{\"keys\":[]}";
    let proxy = Backend::that_writes(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{keys}", keys.len()));
    let issuer = "[auth.issuers.entra]\ntenants = [\"11111111-2222-3333-4444-555555555555\"]\n\
                  application = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"\nscopes = [\"Insights.Read\"]\n\
                  jwks-url = \"http://idp.invalid/keys\"\nplain-http = true\n";
    let address = format!("127.0.0.1:{}", proxy.port());
    let settings = format!("{issuer}[fetch]\nproxy = \"http://user:hush@{address}\"");

    let host = host().guest("well").log("info").settings(&settings).start();

    wait_for("the proxy to be asked", || (proxy.connections() > 0).then_some(()));
    let line = host.logged("go through a proxy");
    assert!(line.contains(&address) && line.contains("fetch.proxy"), "{line}");
    assert!(!host.log().contains("hush"), "{}", host.log());
}

#[test]
fn a_key_under_anothers_id_proves_nothing() {
    let (issuer, _) = issuer();
    let host = host_with(&issuer.settings("", ""));
    let impostor = SigningKey::number(2, "one");

    assert_error(&ask(&host, &impostor.sign(&issuer.claims(&json!({})))), 401, "INVALID_TOKEN_SPECIFIED");
    assert_eq!(refused(&host, "signature"), 1.0);
}

#[test]
fn a_storm_of_unknown_key_ids_costs_one_fetch_in_each_pause() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("signing-keys-pause = \"2s\"", ""));
    let unknown = SigningKey::number(2, "unknown").sign(&issuer.claims(&json!({})));
    assert_eq!(ask(&host, &key.sign(&issuer.claims(&json!({})))).status, 200);
    assert_eq!(issuer.fetches(), 1);
    let begun = Instant::now();

    for _ in 0..200 {
        assert_eq!(ask(&host, &unknown).status, 401);
    }

    // However slow the machine is, there was at most one fetch per two seconds, besides the first.
    let pauses = begun.elapsed().as_secs() / 2 + 2;
    assert!(issuer.fetches() as u64 <= 1 + pauses, "{} fetches in {pauses} pauses", issuer.fetches());
    assert_eq!(refused(&host, "unknown-key"), 200.0);
}

#[test]
fn known_keys_serve_while_their_issuer_is_down_but_not_for_ever() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings(&format!("{OFTEN}\nsigning-keys-stale = \"1h\""), ""));
    let brief = host_with(&issuer.settings(&format!("{OFTEN}\nsigning-keys-stale = \"1s\""), ""));
    let good = key.sign(&issuer.claims(&json!({})));
    assert_eq!((ask(&host, &good).status, ask(&brief, &good).status), (200, 200));

    issuer.fail();

    wait_for("keys that are too old", || (ask(&brief, &good).status == 500).then_some(()));
    let _ = host.logged("signing keys could not be fetched");
    assert_eq!(ask(&host, &good).status, 200);

    issuer.recover();

    wait_for("fresh keys", || (ask(&brief, &good).status == 200).then_some(()));
}

#[test]
fn without_any_keys_nobody_is_told_that_the_token_is_bad() {
    let (issuer, key) = issuer();
    issuer.fail();
    let host = host_with(&issuer.settings("", ""));

    let answer = ask(&host, &key.sign(&issuer.claims(&json!({}))));

    assert_error(&answer, 500, "INTERNAL_SERVER_ERROR");
    assert_eq!(answer.header("www-authenticate"), None);
    let line = host.logged("signing keys could not be fetched");
    assert!(line.contains("contoso") && line.contains("status 500"), "{line}");
    assert_eq!(refused(&host, "keys-unavailable"), 1.0);
    let failed = "insight_host_auth_key_refreshes_total{issuer=\"contoso\",result=\"failed\"}";
    assert!(host.metric(failed) >= 1.0);
}

#[test]
fn keys_of_a_server_that_is_not_trusted_are_not_taken() {
    let (issuer, key) = issuer();
    let stranger = Issuer::with(&[]);
    let settings = issuer.settings("", "");
    let ca = |settings: &str| settings.lines().nth(1).expect("the second line names it").to_owned();
    let host = host_with(&settings.replace(&ca(&settings), &ca(&stranger.settings("", ""))));

    assert_eq!(ask(&host, &key.sign(&issuer.claims(&json!({})))).status, 500);
    assert_eq!(issuer.fetches(), 0);
}
