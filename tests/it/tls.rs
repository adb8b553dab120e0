//! TLS on the public server: its certificates, client certificates, and the guards of every connection.

use std::fs;

use insight_tests::{Authority, TestHost, Wire, wait_for};
use jiff::ToSpan;
use jiff::civil::Date;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ALL_VERSIONS, ProtocolVersion};

use crate::{UNDER_TEST, host};

/// Creates an authority that has certified the host.
fn authority() -> Authority {
    let authority = Authority::new();
    authority.certify("host");
    authority
}

/// Starts a TLS host with the guest `rogue`, with some more settings.
fn tls_host(authority: &Authority, more: &str) -> TestHost {
    host().guest("rogue").settings(&format!("{}{more}", authority.settings())).start()
}

fn question(behaviour: &str) -> String {
    let target = format!("/api/providers/rogue/record-summary?recordType=account&recordId={behaviour}");
    format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
}

#[test]
fn both_versions_are_spoken_and_http_1_1_alone_in_them() {
    let authority = authority();
    let host = tls_host(&authority, "");
    assert!(host.url().starts_with("https://127.0.0.1:"), "{}", host.url());

    for (version, name) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let mut wire = authority.connect_as(host.address(), None, &[version]).expect("it is trusted");

        assert_eq!(wire.agreed(), (Some(name), Some(&b"http/1.1"[..])));
        let answer = wire.send(question("ok")).read_to_end().expect("it ends as it should");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
}

#[test]
fn a_refusal_can_be_read_once_the_whole_request_is_sent() {
    let authority = authority();
    let host = tls_host(&authority, "");
    let head = "POST /api/email-draft HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let large = format!("{head}content-length: {}\r\n\r\n{}", 12 << 20, " ".repeat(12 << 20));
    let long = format!("{head}x: {}\r\n\r\n", "x".repeat(1 << 20));

    for (request, status) in [(large, 413), (long, 431)] {
        let mut wire = authority.connect(host.address()).expect("it is trusted");
        let answer = wire.send(request).read_to_end().expect("it ends as it should");

        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.contains("\"errorCode\":\"INVALID_REQUEST\""), "{answer}");
    }
}

#[test]
fn a_new_certificate_is_shown_to_new_connections_and_old_ones_go_on() {
    let authority = authority();
    let host = tls_host(&authority, "");
    let mut old = authority.connect(host.address()).expect("it is trusted");

    authority.certify("host");
    host.hang_up();
    wait_for("the new certificate", || {
        let new = authority.connect(host.address()).expect("it is trusted");
        (new.certificate() != old.certificate()).then_some(())
    });

    assert_eq!(old.health().expect("it is open"), "ok\n");
}

#[test]
fn a_pair_that_does_not_fit_is_told_of_and_not_shown() {
    let authority = authority();
    let host = tls_host(&authority, "");
    let before = authority.connect(host.address()).expect("it is trusted").certificate();

    authority.certify("other");
    fs::copy(authority.file("other.pem"), authority.file("host.pem")).expect("the folder is ours");

    // Without any request: the host polls the files by itself.
    let line = host.logged("certificates kept as they were");
    assert!(line.contains("host-key.pem") && line.contains("host.pem"), "{line}");
    assert_eq!(authority.connect(host.address()).expect("it is trusted").certificate(), before);
}

#[test]
fn callers_show_a_certificate_of_the_right_authority_where_it_is_required() {
    let (authority, stranger) = (authority(), authority());
    let ca = format!("client-ca = {:?}\n", authority.file("ca.pem"));
    let lets_in = |host: &TestHost, client| {
        let wire = authority.connect_as(host.address(), client, ALL_VERSIONS);
        // With TLS 1.3 a client learns of a rejection only when it reads.
        wire.and_then(|mut wire| wire.health()).is_ok()
    };

    for (more, without_any) in [("", false), ("client-certificates = \"optional\"", true)] {
        let host = tls_host(&authority, &format!("{ca}{more}"));

        assert!(lets_in(&host, Some((&authority, "host"))), "{more}");
        assert!(!lets_in(&host, Some((&stranger, "host"))), "{more}");
        assert_eq!(lets_in(&host, None), without_any, "{more}");
    }
}

#[test]
fn a_request_in_the_clear_ends_and_is_not_answered() {
    let authority = authority();
    let host = tls_host(&authority, "");

    let said = host.wire().send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").read_to_end();

    assert!(!said.contains("HTTP/1.1"), "{said}");
    assert_eq!(authority.connect(host.address()).and_then(|mut wire| wire.health()).expect("it goes on"), "ok\n");
}

#[test]
fn who_never_begins_tls_is_not_waited_for_and_keeps_nobody_else() {
    let authority = authority();
    let host = host().settings(&format!("[http]\nhead-time = \"500ms\"\n{}", authority.settings())).start();
    let mut silent: Vec<Wire> = (0..20).map(|_| host.wire()).collect();

    let health = authority.connect(host.address()).and_then(|mut wire| wire.health());

    assert_eq!(health.expect("it is answered meanwhile"), "ok\n");
    for wire in &mut silent {
        assert_eq!(wire.read_to_end(), "");
    }
}

#[test]
fn a_connection_that_has_not_begun_tls_counts_and_gives_way() {
    let authority = authority();
    let settings = format!("[http]\nconnections = 1\n{}", authority.settings());
    let host = host().settings(&settings).start();

    let mut silent = host.wire();
    wait_for("the silent connection's turn", || {
        let health = authority.connect(host.address()).and_then(|mut wire| wire.health());
        assert_eq!(health.expect("it is answered meanwhile"), "ok\n");
        (host.metric("insight_host_http_connections_closed_total{reason=\"idle\"}") > 0.0).then_some(())
    });

    assert_eq!(silent.read_to_end(), "");
}

#[test]
fn a_caller_who_leaves_has_its_call_ended() {
    let authority = authority();
    let host = tls_host(&authority, "");
    let mut wire = authority.connect(host.address()).expect("it is trusted");

    wire.send(question("slow:3500"));
    let _ = host.logged("going to sleep");
    drop(wire);

    wait_for("the end of the call", || (host.metric("insight_host_http_requests_abandoned_total") > 0.0).then_some(()));
}

#[test]
fn a_caller_who_reads_nothing_loses_its_connection() {
    let authority = authority();
    let settings = format!("[http]\nwrite-time = \"200ms\"\n{}", authority.settings());
    let host = host().settings(&settings).start();
    let mut wire = authority.connect(host.address()).expect("it is trusted");

    wire.flood("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(100).as_bytes());
}

#[test]
fn heads_that_can_be_read_two_ways_end_the_connection() {
    let authority = authority();
    let host = tls_host(&authority, "");
    let mut wire = authority.connect(host.address()).expect("it is trusted");

    let said = wire.send("GET /healthz HTTP/1.1\nhost: localhost\r\n\r\n").read_to_end().expect("it ends as it should");

    assert!(said.contains("connection: close"), "{said}");
}

#[test]
fn the_end_of_a_certificate_is_measured_and_warned_of() {
    let authority = authority();
    let soon: Date = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date() + 5.days();
    let part = |part: i8| u8::try_from(part).expect("it is above zero");
    authority.certify_until("host", (soon.year().into(), part(soon.month()), part(soon.day())));
    let host = tls_host(&authority, "");

    let line = host.logged("expires soon");

    assert!(line.contains("host.pem") && line.contains("days_left=4"), "{line}");
    let end = soon.to_zoned(jiff::tz::TimeZone::UTC).expect("it is a day").timestamp().as_second();
    assert_eq!(host.metric("insight_host_tls_certificate_expiry_timestamp_seconds"), end as f64);
}

#[test]
fn a_host_without_a_usable_pair_does_not_start_and_says_why() {
    let authority = authority();
    authority.certify("other");
    fs::copy(authority.file("other.pem"), authority.file("host.pem")).expect("the folder is ours");
    let settings = authority.file("settings.toml");
    fs::write(&settings, authority.settings()).expect("the folder is ours");
    let plugins = authority.file("");

    let mut command = UNDER_TEST.command(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--plugins"]);
    let ran = command.arg(plugins).arg("--config").arg(settings).output().expect("the binary runs");

    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("host-key.pem") && said.contains("is not that of the first certificate"), "{said}");
}

#[test]
fn a_key_that_everybody_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;

    let authority = authority();
    let key = authority.file("host-key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("the folder is ours");

    let host = tls_host(&authority, "");

    assert!(host.logged("private key").contains("chmod"), "{}", host.log());
}
