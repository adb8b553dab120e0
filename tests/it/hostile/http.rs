//! Rows 12 to 14: egress. Plugins that send requests to forbidden destinations (SSRF), that have a hostile
//! backend, or that write hostile requests.

use std::net::{SocketAddr, TcpListener};

use insight_tests::{Answer, Backend, TestHost, wait_for};

use super::{assert_well, misbehave, rogue_and_neighbour};
use crate::UNHURRIED;

/// The metric of HTTP requests of `rogue` that were denied.
const REFUSED: &str = "insight_host_reach_refused_total{plugin=\"rogue\",kind=\"http\"}";

/// An author's settings whose guest shall reach its deadline.
const SHORT: &str = "[limits]\ntime = \"500ms\"\n";

/// Returns settings that let `rogue` reach `backend`, with more of its grants and config.
fn settings(backend: &Backend, grants: &str, config: &str) -> String {
    let origin = backend.origin();
    let ca = if origin.starts_with("https") { format!("ca-file = {:?}", backend.ca_file()) } else { String::new() };
    format!(
        "{UNHURRIED}[http-client]\n{ca}\n[plugins.rogue.config]\nbackend = \"{origin}\"\n{config}\n\
         [plugins.rogue.grants]\n{grants}"
    )
}

/// Returns the grant of this backend.
fn granted(backend: &Backend) -> String {
    format!("http = [{{ origin = \"{}\", networks = [\"loopback\"] }}]", backend.origin())
}

/// Starts a host with `rogue`, which may reach the backend, and its neighbour.
fn host_with(backend: &Backend, config: &str) -> TestHost {
    rogue_and_neighbour().settings(&settings(backend, &granted(backend), config)).start()
}

/// Returns the guest's description of the outcome.
fn details(answer: &Answer) -> String {
    answer.items()[0]["additionalProperties"].to_string()
}

#[test]
fn row_12_no_way_of_writing_an_address_of_this_machine_is_reached() {
    let (door, granted_backend) = (Backend::http(), Backend::http());
    let port = door.port();
    let urls = [
        format!("http://127.0.0.1:{port}/ok"),
        format!("http://localhost:{port}/ok"),
        format!("http://0.0.0.0:{port}/ok"),
        format!("http://[::1]:{port}/ok"),
        format!("http://[::ffff:127.0.0.1]:{port}/ok"),
        format!("http://[64:ff9b::7f00:1]:{port}/ok"),
        format!("http://2130706433:{port}/ok"),
        format!("http://0x7f.1:{port}/ok"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://[fd00:ec2::254]/latest/meta-data".to_owned(),
    ];
    let config: Vec<_> = urls.iter().enumerate().map(|(number, url)| format!("url-{number} = \"{url}\"")).collect();
    let host = host_with(&granted_backend, &config.join("\n"));

    for (number, url) in urls.iter().enumerate() {
        assert_eq!(misbehave(&host, "rogue", &format!("fetch:url-{number}")).said(), "not granted", "{url}");
        assert_eq!(host.ask("rogue", &format!("wasi-fetch:url-{number}")).said(), "HttpRequestDenied", "{url}");
    }

    assert_eq!((door.connections(), granted_backend.connections()), (0, 0));
    assert!(
        host.logged("a plugin was denied an operation that it is not granted").contains("kind=\"http\""),
        "{}",
        host.log()
    );
    assert_eq!(host.metric(REFUSED), 2.0 * urls.len() as f64);
}

#[test]
fn row_12_a_user_in_a_url_makes_no_host_of_it() {
    let (door, backend) = (Backend::http(), Backend::http());
    let config = format!("evil = \"http://localhost:{}@127.0.0.1:{}/ok\"", backend.port(), door.port());
    let host = host_with(&backend, &config);

    assert_eq!(misbehave(&host, "rogue", "fetch:evil").said(), "invalid request");
    assert!(misbehave(&host, "rogue", "wasi-fetch:evil").said().starts_with("InternalError"));
    assert_eq!((door.connections(), backend.connections()), (0, 0));
}

#[test]
fn row_12_a_granted_name_that_leads_to_loopback_is_not_followed_there() {
    let backend = Backend::http();
    let grants = format!("http = [{{ origin = \"{}\" }}]", backend.origin());
    let host = rogue_and_neighbour().settings(&settings(&backend, &grants, "")).start();

    let answer = misbehave(&host, "rogue", "fetch:/ok");

    assert_eq!(answer.said(), "not granted");
    assert!(details(&answer).contains("the loopback network"), "{answer:?}");
    assert_eq!(host.metric(REFUSED), 1.0);
    assert_eq!(misbehave(&host, "rogue", "wasi-fetch:/ok").said(), "HttpRequestDenied");
    assert_eq!(backend.connections(), 0);
}

#[test]
fn row_12_what_the_operator_granted_exactly_so_is_reached() {
    let backend = Backend::http();
    let host = host_with(&backend, "");

    assert_eq!(host.ask("rogue", "fetch:/ok").said(), "200");
    assert_eq!(host.ask("rogue", "wasi-fetch:/ok").said(), "200");
    assert_well(&host);
}

#[test]
fn row_12_a_redirect_is_the_guests_to_read_and_nobodys_to_follow() {
    let door = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    door.set_nonblocking(true).expect("a listener can be asked without waiting");
    let backend = Backend::http();
    let to = format!("http://127.0.0.1:{}/", door.local_addr().expect("it listens").port());
    let host = host_with(&backend, &format!("headers = \"redirect-to: {to}\""));

    let answer = misbehave(&host, "rogue", "fetch:/redirect");
    assert_eq!(answer.said(), "302");
    assert!(details(&answer).contains(&to), "{answer:?}");
    assert_eq!(misbehave(&host, "rogue", "wasi-fetch:/redirect").said(), "302");

    assert!(door.accept().is_err(), "nobody knocked");
}

/// Returns settings that let `rogue` reach a port of this machine.
fn reaching(address: SocketAddr) -> String {
    format!(
        "{UNHURRIED}[plugins.rogue.config]\nbackend = \"http://{address}\"\n[plugins.rogue.grants]\n\
         http = [{{ origin = \"http://{address}\", networks = [\"loopback\"] }}]\n"
    )
}

/// Returns a free address, so that a grant can name it before the host listens there.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().expect("it listens")
}

/// Asserts that `rogue` does not reach `/healthz` at its backend, although that is granted.
fn assert_not_served(host: &TestHost) {
    assert_eq!(host.metric(REFUSED), 0.0);

    let answer = misbehave(host, "rogue", "fetch:/healthz");

    assert_eq!(answer.said(), "not granted");
    assert!(details(&answer).contains("this host itself"), "{answer:?}");
    assert_eq!(host.metric(REFUSED), 1.0);
    assert_eq!(misbehave(host, "rogue", "wasi-fetch:/healthz").said(), "HttpRequestDenied");
    assert_eq!(host.metric(REFUSED), 2.0);
}

#[test]
fn row_12_a_host_does_not_serve_its_own_guests() {
    let free = free();
    let host = rogue_and_neighbour().settings(&reaching(free)).listen(free).start();

    assert_not_served(&host);
}

#[test]
fn row_12_the_admin_api_does_not_serve_guests_either() {
    let free = free();
    let settings = format!("{}[admin]\nlisten = \"{free}\"\n", reaching(free));
    let host = rogue_and_neighbour().settings(&settings).start();
    assert_eq!(host.admin().address, free);

    assert_not_served(&host);
}

#[test]
fn row_13_a_backend_that_hangs_or_drips_costs_its_time_and_is_let_go() {
    let backend = Backend::https();
    let host = host_with(&backend, "timeout-ms = 1000");
    for path in ["/hang", "/drip"] {
        assert_eq!(misbehave(&host, "rogue", &format!("fetch:{path}")).said(), "timed out", "{path}");
    }
    assert_eq!(misbehave(&host, "rogue", "wasi-fetch:/hang").said(), "HttpResponseTimeout");

    wait_for("the backend to be let go", || (backend.open_connections() == 0).then_some(()));
}

#[test]
fn row_13_a_backend_without_end_ends_with_the_call() {
    let backend = Backend::https();
    let settings = settings(&backend, &granted(&backend), "");
    let host = rogue_and_neighbour().settings(&settings).author("rogue", SHORT).start();
    for behaviour in ["fetch:/hang", "fetch:/drip", "wasi-fetch:/hang", "wasi-fetch:/drip"] {
        let answer = misbehave(&host, "rogue", behaviour);
        // The call and its request have the same time: either may end first.
        let ended = if answer.status == 200 { answer.said() } else { answer.outcome("rogue") };
        assert!(["timed out", "deadline-exceeded", "HttpResponseTimeout"].contains(&&*ended), "{behaviour}: {ended}");
    }

    wait_for("the backend to be let go", || (backend.open_connections() == 0).then_some(()));
}

#[test]
fn row_13_an_endless_body_is_cut_off() {
    let backend = Backend::https();
    let host = host_with(&backend, "");

    assert_eq!(misbehave(&host, "rogue", "fetch:/endless").said(), "too large");
    let said = misbehave(&host, "rogue", "wasi-fetch:/endless").said();
    assert_eq!(said, "HTTP response body size exceeds limit", "and nothing of the host's own");

    wait_for("the backend to be let go", || (backend.open_connections() == 0).then_some(()));
}

#[test]
fn row_13_a_gzip_bomb_is_not_lit() {
    let backend = Backend::https();
    let host = host_with(&backend, "");

    let answer = misbehave(&host, "rogue", "wasi-fetch:/bomb");

    assert_eq!(answer.said(), "200");
    assert!(details(&answer).contains("1048576"), "{answer:?}");
    assert_eq!(misbehave(&host, "rogue", "fetch:/bomb").said(), "200");
}

#[test]
fn row_13_a_hundred_thousand_headers_are_too_many() {
    let mut head = "HTTP/1.1 200 OK\r\n".to_owned();
    head.extend((0..100_000).map(|number| format!("a-{number}: b\r\n")));
    let backend = Backend::that_writes(head + "content-length: 0\r\n\r\n");
    let host = host_with(&backend, "");

    assert_eq!(misbehave(&host, "rogue", "fetch:/ok").said(), "too large");
    assert!(misbehave(&host, "rogue", "wasi-fetch:/ok").said().contains("HttpResponseBodySize"));
}

#[test]
fn row_13_a_backend_that_speaks_no_http_is_told_as_such() {
    for nonsense in ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", ""] {
        let backend = Backend::that_writes(nonsense.to_owned());
        let host = host_with(&backend, "");

        assert_eq!(misbehave(&host, "rogue", "fetch:/ok").said(), "unreachable", "{nonsense:?}");
    }
}

#[test]
fn row_14_a_timeout_of_nothing_is_over_at_once() {
    let backend = Backend::https();
    let host = host_with(&backend, "timeout-ms = 0");

    assert_eq!(misbehave(&host, "rogue", "fetch:/ok").said(), "timed out");
    assert_eq!(misbehave(&host, "rogue", "wasi-fetch:/ok").said(), "HttpResponseTimeout");
}

#[test]
fn row_14_a_timeout_beyond_any_calendar_is_the_calls() {
    let backend = Backend::https();
    let host = host_with(&backend, "timeout-ms = 4294967295");

    assert_eq!(misbehave(&host, "rogue", "fetch:/ok").said(), "200");
    assert_eq!(misbehave(&host, "rogue", "wasi-fetch:/ok").said(), "200");
}

#[test]
fn row_14_a_url_of_a_megabyte_is_an_error_for_the_guest() {
    let backend = Backend::http();
    let host = host_with(&backend, "");

    assert_eq!(misbehave(&host, "rogue", "fetch-long:1000000").said(), "too large");
    assert_eq!(backend.connections(), 0);
}

#[test]
fn row_14_more_headers_than_allowed_are_an_error_and_a_million_are_the_end() {
    let backend = Backend::http();
    let host = host_with(&backend, "");

    assert_eq!(misbehave(&host, "rogue", "fetch-with-headers:101").said(), "too large");
    assert_eq!(misbehave(&host, "rogue", "fetch-with-headers:5000").said(), "too large");
    // More than a guest may pass in one host call, or have in memory.
    let outcome = misbehave(&host, "rogue", "fetch-with-headers:1000000").outcome("rogue");
    assert!(["answer-too-large", "out-of-memory", "trapped"].contains(&&*outcome), "{outcome}");
    assert_eq!(backend.connections(), 0);
}

#[test]
fn row_14_fields_without_end_trap_at_their_caps() {
    let backend = Backend::http();
    let host = host_with(&backend, "");

    assert_eq!(misbehave(&host, "rogue", "wasi-fields").outcome("rogue"), "trapped");
    assert_eq!(misbehave(&host, "rogue", "wasi-headers").outcome("rogue"), "trapped");
}

#[test]
fn row_14_a_guest_does_not_say_where_a_request_ends() {
    let backend = Backend::http();
    let config = "body = \"GET /smuggled HTTP/1.1\"\nmethod = \"POST\"\n\
                  headers = \"content-length: 0\\ntransfer-encoding: chunked\"";
    let host = host_with(&backend, config);

    assert_eq!(misbehave(&host, "rogue", "fetch:/ok").said(), "invalid request");
    assert!(misbehave(&host, "rogue", "wasi-fetch:/ok").said().contains("Forbidden"));
    for header in ["transfer-encoding", "host", "connection", "te", "expect", "traceparent", "x-forwarded-for"] {
        let said = misbehave(&host, "rogue", &format!("wasi-header:{header}")).said();
        assert!(said.contains("Forbidden"), "{header}: {said}");
    }
    assert_eq!(backend.connections(), 0);
}
