//! Valid tokens, and the errors for invalid ones.

use insight_tests::issuer::{TENANT, from_now, unsigned};
use serde_json::{Value, json};

use super::{ask, host_with, issuer, refused};
use crate::errors::assert_error;

const OTHER_TENANT: &str = "99999999-2222-3333-4444-555555555555";

#[test]
fn good_tokens_of_both_versions_tell_plugins_who_asks() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("", ""));
    let first = json!({
        "iss": format!("https://sts.example/{TENANT}/"), "ver": "1.0", "azp": null, "appid": "outlook", "aud": "insights",
    });

    for other in [json!({}), first] {
        let answer = ask(&host, &key.sign(&issuer.claims(&other)));

        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.items()[0]["additionalProperties"]["caller"], format!("kenny of {TENANT}"));
    }
}

#[test]
fn an_application_asks_by_its_role() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("", ""));

    let of_role = |role: &str| ask(&host, &key.sign(&issuer.claims(&json!({ "scp": null, "roles": [role] }))));

    assert_eq!(of_role("Insights.Read.All").status, 200);
    assert_eq!(of_role("Insights.Read").status, 403);
}

#[test]
fn clocks_may_differ_by_five_minutes() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("", ""));

    let with = |other: Value| ask(&host, &key.sign(&issuer.claims(&other))).status;

    assert_eq!(with(json!({ "exp": from_now(-240) })), 200);
    assert_eq!(with(json!({ "nbf": from_now(240), "iat": from_now(240) })), 200);
    assert_eq!(with(json!({ "exp": from_now(-360) })), 401);
    assert_eq!(with(json!({ "nbf": from_now(400) })), 401);
    assert_eq!(with(json!({ "iat": from_now(400) })), 401);
}

#[test]
fn tokens_that_are_not_valid_here_are_refused_and_counted_by_reason() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("", ""));
    let signed = |other: Value| key.sign(&issuer.claims(&other));
    let good = signed(json!({}));
    let (message, signature) = good.rsplit_once('.').expect("a token has parts");
    let of_another = signed(json!({ "oid": "stan" }));
    let other_message = of_another.rsplit_once('.').expect("a token has parts").0;

    for (token, reason) in [
        (signed(json!({ "aud": "api://other" })), "audience"),
        (signed(json!({ "aud": null })), "malformed"),
        (signed(json!({ "iss": "https://evil.example/" })), "issuer"),
        (signed(json!({ "tid": OTHER_TENANT })), "issuer"),
        (signed(json!({ "exp": null })), "malformed"),
        (signed(json!({ "exp": "never" })), "malformed"),
        (signed(json!({ "nbf": null })), "malformed"),
        (unsigned(&issuer.claims(&json!({}))), "malformed"),
        (key.forge(&issuer.claims(&json!({}))), "algorithm"),
        (format!("{other_message}.{signature}"), "signature"),
        (format!("{message}."), "signature"),
        (message.to_owned(), "malformed"),
        (format!("{good}.a"), "malformed"),
        ("a".repeat(17 << 10), "malformed"),
        ("not.a.token".to_owned(), "malformed"),
    ] {
        let before = refused(&host, reason);

        let answer = ask(&host, &token);

        assert_error(&answer, 401, "INVALID_TOKEN_SPECIFIED");
        let challenge = "Bearer realm=\"insight-host\", error=\"invalid_token\", error_description=\"not valid here\"";
        assert!(answer.header("www-authenticate").is_some_and(|said| said.starts_with(challenge)), "{answer:?}");
        assert_eq!(refused(&host, reason) - before, 1.0, "{reason}: {token}");
    }
    assert_eq!(ask(&host, &good).status, 200);
}

#[test]
fn expired_tokens_are_told_so_that_callers_get_fresh_ones() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("", ""));

    let answer = ask(&host, &key.sign(&issuer.claims(&json!({ "exp": from_now(-3_600) }))));

    assert_error(&answer, 401, "INVALID_TOKEN_SPECIFIED");
    assert!(answer.header("www-authenticate").is_some_and(|said| said.contains("error_description=\"expired\"")));
    assert_eq!(refused(&host, "expired"), 1.0);
}

#[test]
fn good_tokens_that_do_not_permit_this_are_forbidden() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("", "clients = [{ id = \"outlook\" }]"));
    let elsewhere = issuer.name().replace(TENANT, OTHER_TENANT);

    for (other, reason) in [
        (json!({ "scp": "Insights.Write" }), "scope"),
        (json!({ "scp": null }), "scope"),
        (json!({ "tid": OTHER_TENANT, "iss": elsewhere }), "tenant"),
        (json!({ "azp": "excel" }), "client"),
    ] {
        let answer = ask(&host, &key.sign(&issuer.claims(&other)));

        assert_error(&answer, 403, "INSUFFICIENT_PERMISSIONS");
        let challenge = "Bearer realm=\"insight-host\", error=\"insufficient_scope\"";
        assert!(answer.header("www-authenticate").is_some_and(|said| said.starts_with(challenge)), "{answer:?}");
        assert!(refused(&host, reason) > 0.0, "{reason}");
    }
}

#[test]
fn who_sends_nothing_is_asked_for_a_token_whatever_the_route() {
    let (issuer, _) = issuer();
    let host = host_with(&issuer.settings("", ""));

    for (method, target) in [
        ("GET", "/api/record-summary?recordType=account&recordId=1"),
        ("GET", "/api/providers/rogue/record-summary?recordType=account&recordId=1"),
        ("POST", "/api/email-draft"),
        ("GET", "/api/providers/nobody/chat/nothing"),
        ("DELETE", "/api/record-summary"),
        ("GET", "/nothing"),
    ] {
        let answer = host.send(method, target, &[], "");

        assert_error(&answer, 401, "INVALID_TOKEN_SPECIFIED");
        let challenge = answer.header("www-authenticate").expect("a token is asked for");
        assert!(challenge.starts_with("Bearer realm=\"insight-host\", resource_metadata="), "{challenge}");
    }
    assert_eq!(host.get("/healthz").status, 200);
    assert_eq!(host.get("/readyz").status, 200);
}

#[test]
fn a_body_is_not_waited_for_from_who_may_not_ask() {
    let (issuer, _) = issuer();
    let host = host_with(&issuer.settings("", ""));
    let mut wire = host.wire();

    wire.send(
        "POST /api/email-draft HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n",
    );

    assert!(wire.read_answer().starts_with("HTTP/1.1 401"));
}

#[test]
fn nothing_of_a_token_reaches_the_log() {
    let (issuer, key) = issuer();
    let settings = issuer.settings("", "");
    let host = super::host().guest("rogue").settings(&settings).log("trace,wasmtime=info,cranelift=info").start();
    let good = key.sign(&issuer.claims(&json!({})));
    let bad = key.sign(&issuer.claims(&json!({ "aud": "api://other" })));

    assert_eq!((ask(&host, &good).status, ask(&host, &bad).status), (200, 401));
    let _ = host.logged("caller rejected");

    let log = host.log();
    for part in good.split('.').chain(bad.split('.')) {
        assert!(!log.contains(&part[..part.len().min(40)]), "a part of a token is in the log");
    }
}
