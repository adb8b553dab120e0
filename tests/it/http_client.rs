//! The egress of plugins: granted backends and secrets.

mod backend_down;
mod grants;

use std::time::Duration;

use insight_tests::{Answer, Backend, Said, Setup, TestHost, wait_for};

use crate::metrics::{most_held_beside, wait_for_metric};
use crate::{UNDER_TEST, UNHURRIED, host};

/// A secret, which no guest ever sees.
const SECRET: &str = "open sesame 4711";

/// Sets up a host whose guest `rogue` may send the secret `token` to `backend` in the header `authorization`.
fn set_up(backend: &Backend, config: &str) -> Setup {
    let (origin, ca) = (backend.origin(), backend.ca_file());
    let secret = ca.with_file_name("token");
    std::fs::write(&secret, format!("{SECRET}\n")).expect("the backend has a folder");
    let settings = format!(
        "{UNHURRIED}[http-client]\nca-file = {ca:?}\n[plugins.rogue.config]\nbackend = \"{origin}\"\n{config}\n\
         [plugins.rogue.grants]\nhttp = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]\n\
         [plugins.rogue.grants.secrets.token]\nfile = {secret:?}\nhosts = [\"localhost\"]\nheader = \"authorization\"\n\
         [plugins.rogue.grants.secrets.readable]\nfile = {secret:?}\nreadable = true\n"
    );
    host().guest("rogue").log("debug").settings(&settings)
}

fn start(backend: &Backend, config: &str) -> TestHost {
    set_up(backend, config).start()
}

fn details(answer: &Answer) -> String {
    answer.items()[0]["additionalProperties"].to_string()
}

#[test]
fn a_secret_reaches_the_backend_and_neither_the_guest_nor_the_log() {
    let backend = Backend::https();
    let host = start(&backend, "headers = \"authorization: Bearer {{secret:token}}\"");

    for behaviour in ["fetch:/echo", "fetch:/halves", "wasi-fetch:/echo", "wasi-fetch:/halves"] {
        let answer = host.ask("rogue", behaviour);

        let came = backend.requests().pop().expect("it came");
        assert_eq!(came.header("authorization"), format!("Bearer {SECRET}"), "{behaviour}");
        let details = details(&answer);
        assert!(!details.contains("sesame") && !details.contains("4711"), "{behaviour}: {details}");
        // Once in a header, once in the body.
        assert_eq!(details.matches(&"*".repeat(SECRET.len())).count(), 2, "{behaviour}: {details}");
    }
    assert!(!host.log().contains("sesame"), "{}", host.log());
}

#[test]
fn a_response_counts_as_memory_while_the_guest_takes_it() {
    const BODY: usize = 900 << 10;
    let backend = Backend::https_that(|_| Said { after: Duration::ZERO, status: 200, body: "a".repeat(BODY) });
    let host = start(&backend, "");

    let (held, answer) = most_held_beside(&host, "fetch-and-sleep:/large", "provider answered");

    assert_eq!(answer.said(), "200");
    // The copy that the host gave the guest, and the memory that it may hold for `wasi:http`.
    assert_eq!(held, BODY as f64 + 6.0 * 1024.0 * 1024.0);
    wait_for_metric(&host, "insight_host_shared_memory_bytes", 0.0);
}

#[test]
fn a_secret_goes_to_its_one_place_or_the_request_does_not_go() {
    let backend = Backend::https();
    for config in [
        "headers = \"cookie: {{secret:token}}\"",
        "headers = \"authorization: {{secret:other}}\"",
        "method = \"POST\"\nbody = \"{{secret:token}}\"",
    ] {
        let host = start(&backend, config);
        assert_eq!(host.ask("rogue", "fetch:/echo").said(), "not granted", "{config}");
    }
    assert_eq!(backend.connections(), 0);
}

#[test]
fn what_stands_for_a_secret_goes_out_in_no_body_that_is_written_piece_by_piece() {
    let backend = Backend::https();
    for body in ["{{secret:token}}", "{{secret:other}}"] {
        // The guest writes pieces of 4,096 bytes.
        let body = "a".repeat(4_090) + body;
        let host = start(&backend, &format!("method = \"POST\"\nbody = \"{body}\""));

        assert_ne!(host.ask("rogue", "wasi-fetch:/echo").said(), "200");

        wait_for_metric(&host, "insight_host_reach_refused_total{plugin=\"rogue\",kind=\"http\"}", 1.0);
    }
    assert!(backend.requests().iter().all(|came| !came.body.contains("secret:")), "{:?}", backend.requests());
}

#[test]
fn a_secret_is_not_sent_with_headers_that_ask_for_a_part_of_the_response() {
    let backend = Backend::https();
    for asked in ["Range: bytes=0-3", "if-range: \\\"a\\\"", "accept-encoding: gzip"] {
        let host = start(&backend, &format!("headers = \"authorization: {{{{secret:token}}}}\\n{asked}\""));

        assert_eq!(host.ask("rogue", "fetch:/echo").said(), "invalid request", "{asked}");
        assert_ne!(host.ask("rogue", "wasi-fetch:/echo").said(), "200", "{asked}");
    }
    assert_eq!(backend.connections(), 0);
}

#[test]
fn calls_share_connections() {
    let backend = Backend::https();
    let host = start(&backend, "");

    for _ in 0..3 {
        assert_eq!(host.ask("rogue", "fetch:/ok").said(), "200");
        assert_eq!(host.ask("rogue", "wasi-fetch:/ok").said(), "200");
    }

    assert_eq!(backend.requests().len(), 6);
    // One connection would do, but it may become free only after the next request has opened another.
    assert!(backend.handshakes() < 6, "{} connections", backend.handshakes());
}

#[test]
fn a_request_says_whom_it_is_for() {
    let backend = Backend::https();
    let host = start(&backend, "headers = \"user-agent: a guest\"");
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let headers = [("x-ms-client-request-id", "an-activity"), ("traceparent", trace)];

    for behaviour in ["fetch:/ok", "wasi-fetch:/ok"] {
        let target = format!("/api/providers/rogue/record-summary?recordType=account&recordId={behaviour}");
        assert_eq!(host.get_with(&target, &headers).said(), "200");

        let came = backend.requests().pop().expect("it came");
        assert!(came.header("user-agent").starts_with("insight-host/"), "{came:?}");
        assert_eq!(came.header("x-ms-client-request-id"), "an-activity");
        assert_eq!(came.header("host"), format!("localhost:{}", backend.port()));
        assert!(came.header("traceparent").starts_with(&trace[..36]) && came.header("traceparent") != trace);
        assert_eq!(came.header("accept-encoding"), "");
    }
}

#[test]
fn requests_of_one_call_go_side_by_side_as_far_as_they_may() {
    let backend = Backend::https();
    let host = start(&backend, "");

    // The backend answers no request before all are there.
    assert_eq!(host.ask("rogue", "fetch-all:6x/meet/6").said(), "6 200");

    assert_eq!(host.ask("rogue", "fetch-all:40x/ok").said(), "32 200, 8 over quota");
    assert_eq!(backend.most_under_way(), 6);
}

#[test]
fn bodies_go_out_and_come_back() {
    let backend = Backend::https();
    let text = "Grüße an alle. ".repeat(1_000);
    let host =
        start(&backend, &format!("method = \"POST\"\nbody = \"{text}\"\nheaders = \"content-type: text/plain\""));

    for behaviour in ["fetch:/echo", "wasi-fetch:/echo"] {
        let answer = host.ask("rogue", behaviour);

        assert_eq!(answer.said(), "200");
        let came = backend.requests().pop().expect("it came");
        assert_eq!((came.method.as_str(), came.body == text), ("POST", true), "{behaviour}");
        let details = details(&answer);
        assert!(details.contains("x-ms-request-id: of-the-backend"), "{behaviour}: {details}");
        assert!(!details.contains("connection: "), "{behaviour}: {details}");
    }
}

#[test]
fn a_length_that_a_guest_states_is_sent() {
    let backend = Backend::https();
    let host = start(&backend, "body = \"12345\"\nheaders = \"content-length: 5\"");

    assert_eq!(host.ask("rogue", "wasi-fetch:/echo").said(), "200");

    let came = backend.requests().pop().expect("it came");
    assert_eq!((came.header("content-length"), came.header("transfer-encoding"), &*came.body), ("5", "", "12345"));
}

#[test]
fn a_backend_is_trusted_by_its_certificate_alone() {
    let (backend, other) = (Backend::https(), Backend::https());
    let origin = backend.origin();
    let settings = format!(
        "{UNHURRIED}[http-client]\nca-file = {:?}\n[plugins.rogue.config]\nbackend = \"{origin}\"\n\
         [plugins.rogue.grants]\nhttp = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]",
        other.ca_file()
    );
    let host = host().guest("rogue").settings(&settings).start();

    assert_eq!(host.ask("rogue", "fetch:/ok").said(), "unreachable");
    assert_eq!(host.ask("rogue", "wasi-fetch:/ok").said(), "DestinationUnavailable");
    assert_eq!((backend.handshakes(), backend.requests().len()), (0, 0));
}

#[test]
fn without_certificates_of_its_own_a_host_trusts_those_of_the_system() {
    let (backend, other) = (Backend::https(), Backend::https());
    let origin = backend.origin();
    let folder = tempfile::TempDir::new().expect("there is room");
    let config = folder.path().join("settings.toml");
    let settings = format!(
        "[plugins.rogue.config]\nbackend = \"{origin}\"\n\
         [plugins.rogue.grants]\nhttp = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]"
    );
    std::fs::write(&config, settings).expect("the folder is new");
    let call = |system: &Backend| {
        let mut command = UNDER_TEST.command(["call", "--config"]);
        command.arg(&config).arg(UNDER_TEST.guest("rogue"));
        command.args(["record-summary", "--record-type", "account", "--record-id", "fetch:/ok"]);
        command.env("SSL_CERT_FILE", system.ca_file()).env_remove("SSL_CERT_DIR");
        insight_tests::Ran::from(command.output().expect("it runs")).stdout
    };

    assert!(call(&backend).contains("\"200\""));
    assert!(call(&other).contains("unreachable"));
    assert_eq!(backend.requests().len(), 1);
}

#[test]
fn a_caller_who_leaves_ends_the_request_to_the_backend() {
    let backend = Backend::https();
    let host = start(&backend, "");
    let mut wire = host.wire();
    wire.send(
        "GET /api/providers/rogue/record-summary?recordType=account&recordId=fetch:/hang HTTP/1.1\r\n\
         host: localhost\r\n\r\n",
    );
    wait_for("the request to reach the backend", || (!backend.requests().is_empty()).then_some(()));

    drop(wire);

    wait_for("the backend to be let go", || (backend.open_connections() == 0).then_some(()));
}

#[test]
fn nothing_is_reached_while_a_plugin_prepares() {
    let backend = Backend::https();
    let (origin, ca) = (backend.origin(), backend.ca_file());
    let settings = format!(
        "[http-client]\nca-file = {ca:?}\n[plugins.prepares.config]\ninit = \"reaches\"\nbackend = \"{origin}/ok\"\n\
         [plugins.prepares.grants]\nhttp = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]\n\
         [plugins.prepares.grants.secrets.token]\nfile = {ca:?}\nreadable = true"
    );
    let host = host().guest("prepares").settings(&settings).start();

    let said = host.ask("prepares", "1").said();

    assert!(said.contains("NotGranted") && said.contains("preparing") && said.contains("Unknown"), "{said}");
    assert_eq!(backend.connections(), 0);
}
