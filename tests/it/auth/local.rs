//! Hosts that know no caller: programs on their machine may call, and neither web pages nor proxies.

use insight_tests::{Answer, TestHost};

use super::{host_with, new_key, refused};

/// A question that a guest answers.
const QUESTION: &str = "/api/providers/rogue/record-summary?recordType=account&recordId=echo";

/// Asserts that a request with these headers is refused, with an answer that names the settings to use.
fn assert_refused(host: &TestHost, headers: &[(&str, &str)]) {
    let Answer { status, body, .. } = &host.get_with(QUESTION, headers);

    assert_eq!(*status, 403, "{headers:?}: {body}");
    assert!(
        body.contains("INSUFFICIENT_PERMISSIONS") && body.contains("`auth.anonymous = true`"),
        "{headers:?}: {body}"
    );
    assert!(body.contains("[auth.issuers.NAME]") && body.contains("[auth.api-keys.NAME]"), "{headers:?}: {body}");
}

#[test]
fn a_host_that_knows_nobody_says_once_that_everybody_on_this_machine_may_call() {
    let said = "everybody on this machine may call";

    let open = host_with("");
    let _ = open.get(QUESTION);

    assert_eq!(open.log().matches(said).count(), 1);
    assert_eq!(host_with("[auth]\nanonymous = true").log().matches(said).count(), 0);
    assert_eq!(host_with(&new_key(&["--name", "one"]).1).log().matches(said).count(), 0);
}

#[test]
fn a_name_that_was_led_to_loopback_is_refused() {
    let host = host_with("[http]\npublic-name = \"api.contoso.com\"");
    let port = host.address().port();

    for name in
        ["attacker.example", &format!("attacker.example:{port}"), "localhost.attacker.example", "10.0.0.1", "0.0.0.0"]
    {
        assert_refused(&host, &[("host", name)]);
    }
    assert!(refused(&host, "other-host") >= 5.0);
    for name in
        ["localhost", &format!("localhost:{port}"), "app.localhost", "127.0.0.2:1", "[::1]:80", "api.contoso.com"]
    {
        assert_eq!(host.get_with(QUESTION, &[("host", name)]).status, 200, "{name}");
    }

    // The authority of an absolute target counts, too; a request without any name is refused.
    let mut wire = host.wire();
    wire.send(format!("GET http://attacker.example{QUESTION} HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    assert!(wire.read_to_end().starts_with("HTTP/1.1 403 "));
    let mut wire = host.wire();
    wire.send(format!("GET {QUESTION} HTTP/1.0\r\n\r\n"));
    assert!(wire.read_to_end().starts_with("HTTP/1.0 403 "));
}

#[test]
fn a_page_of_another_site_is_refused_and_one_of_this_machine_is_not() {
    let host = host_with("[http]\npublic-name = \"api.contoso.com\"");

    for origin in ["https://attacker.example", "null", "http://localhost.attacker.example"] {
        assert_refused(&host, &[("origin", origin)]);
        assert_refused(&host, &[("origin", origin), ("sec-fetch-site", "cross-site")]);
    }
    // An image of a page has no origin.
    assert_refused(&host, &[("sec-fetch-site", "cross-site")]);
    assert_refused(&host, &[("sec-fetch-site", "cross-site"), ("origin", "https://api.contoso.com")]);
    for headers in [
        &[("origin", "http://localhost:3000"), ("sec-fetch-site", "same-site")][..],
        &[("origin", "http://localhost:3000"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://api.contoso.com"), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
    ] {
        assert_eq!(host.get_with(QUESTION, headers).status, 200, "{headers:?}");
    }
}

#[test]
fn a_host_that_lost_its_settings_behind_a_proxy_is_open_to_nobody() {
    let host = host_with("");

    for header in [
        ("forwarded", "for=192.0.2.1"),
        ("via", "1.1 proxy"),
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-proto", "https"),
        ("x-real-ip", "192.0.2.1"),
        ("x-azure-clientip", "192.0.2.1"),
    ] {
        assert_refused(&host, &[header]);
    }
    assert!(refused(&host, "forwarded") >= 6.0);
    // Probes and the page hold no data, and a load balancer may send any name.
    for path in ["/healthz", "/readyz", "/api/docs"] {
        assert_eq!(host.get_with(path, &[("host", "attacker.example"), ("via", "1.1 proxy")]).status, 200, "{path}");
    }
}

#[test]
fn whoever_admits_everybody_or_knows_callers_is_reached_by_any_name() {
    let (key, settings) = new_key(&["--name", "one"]);
    let headers = [("host", "attacker.example"), ("origin", "https://attacker.example"), ("via", "1.1 proxy")];

    assert_eq!(host_with("[auth]\nanonymous = true").get_with(QUESTION, &headers).status, 200);
    let known = host_with(&settings);
    assert_eq!(known.get_with(QUESTION, &[&headers[..], &[("x-api-key", &key)]].concat()).status, 200);
    assert_eq!(known.get_with(QUESTION, &headers).status, 401);
}
