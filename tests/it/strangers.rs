//! Strangers who only hold connections, and the callers whom they must not harm.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use insight_tests::{TestHost, Wire, wait_for};

use crate::auth::new_key;
use crate::host;
use crate::hostile::assert_well;

/// The concurrent silent connections of a stranger, many more than the hosts here permit.
const STRANGERS: usize = 200;

/// A probe.
const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A head that lacks its end, of almost the largest size.
fn partial_head() -> String {
    format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}", "x".repeat(60 << 10))
}

/// A question whose answer takes `ms` milliseconds.
fn slow_question(ms: u64) -> String {
    let target = format!("/api/providers/rogue/record-summary?recordType=account&recordId=slow:{ms}");
    format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n")
}

/// Opens `number` connections that send `bytes` and nothing more.
fn strangers(host: &TestHost, number: usize, bytes: &str) -> Vec<Wire> {
    let open = |_| {
        let mut wire = host.wire();
        wire.send(bytes);
        wire
    };
    (0..number).map(open).collect()
}

/// Returns how many connections were closed for this reason.
fn closed(host: &TestHost, reason: &str) -> f64 {
    host.metric(&format!("insight_host_http_connections_closed_total{{reason=\"{reason}\"}}"))
}

/// Waits until `number` requests are being answered.
fn wait_for_requests(host: &TestHost, number: f64) {
    let in_flight = || (host.metric("insight_host_http_requests_in_flight") >= number).then_some(());
    wait_for("requests in flight", in_flight);
}

#[test]
fn silent_connections_keep_nobody_out_and_are_reported() {
    let host = host().guest("well").settings("[http]\nconnections = 20").start();

    let mut silent = strangers(&host, STRANGERS, "");

    assert_eq!(host.get("/healthz").status, 200);
    assert_eq!(host.get("/readyz").status, 200, "those that wait give way, so the host takes requests");
    assert_well(&host);
    wait_for("displaced connections", || (closed(&host, "idle") >= 150.0).then_some(()));
    assert!(host.metric("insight_host_http_connections") <= 36.0);
    assert_eq!(host.metric("insight_host_http_connections_at_most") as u64, 20);
    assert!(host.logged("connections are full").contains("server=\"public\""));
    assert!(host.log().matches("connections are full").count() < 10, "{}", host.log());
    // The first to come is the first to go.
    assert_eq!(silent[0].read_to_end(), "");
}

#[test]
fn connections_whose_requests_are_being_answered_stay() {
    let host = host().guest("rogue").settings("[http]\nconnections = 8").start();
    let mut busy = strangers(&host, 4, &slow_question(2_000));
    wait_for_requests(&host, 4.0);

    let _silent = strangers(&host, STRANGERS, "GET /");

    for wire in &mut busy {
        assert!(wire.read_answer().starts_with("HTTP/1.1 200 "));
    }
    assert!(closed(&host, "idle") > 0.0);
}

#[test]
fn probes_are_answered_while_a_request_is_being_answered_on_every_connection() {
    let settings = "[http]\nconnections = 4\n[load]\nsuspend-after = 0";
    let host = host().guest("rogue").settings(settings).start();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking: Vec<_> = (0..4)
            .map(|_| {
                let (mut wire, is_over) = (host.wire(), &is_over);
                let ask = move || {
                    while !is_over.load(Ordering::Relaxed) {
                        wire.send(slow_question(3_000));
                        assert!(wire.read_answer().starts_with("HTTP/1.1 200 "));
                    }
                };
                scope.spawn(ask)
            })
            .collect();
        wait_for_requests(&host, 4.0);

        let health = host.wire().send(HEALTH).read_answer();
        let refused = host.wire().send(slow_question(1)).read_to_end();
        let not_ready = wait_for("overload", || Some(host.get("/readyz")).filter(|ready| ready.status == 503));
        is_over.store(true, Ordering::Relaxed);
        assert!(asking.into_iter().all(|asking| asking.join().is_ok()));

        assert!(health.ends_with("ok\n"), "{health}");
        let head = refused.to_lowercase();
        assert!(head.starts_with("http/1.1 429 ") && head.contains("\r\nconnection: close\r\n"), "{refused}");
        assert!(head.contains("\r\nretry-after: "), "{refused}");
        assert_eq!(not_ready.body, "overloaded\n");
    });
    assert!(closed(&host, "full") > 0.0);
    assert_eq!(host.get("/healthz").status, 200);
}

#[test]
fn partial_heads_count_in_the_shared_memory_and_give_way_to_each_other() {
    let settings = "[http]\nconnections = 500\n[runtime]\nmemory = \"64MiB\"\n[limits]\nmemory = \"8MiB\"";
    let host = host().guest("well").settings(settings).start();

    let partial = strangers(&host, STRANGERS, &partial_head());

    wait_for("dropped heads", || (closed(&host, "memory") >= 100.0).then_some(()));
    let memory = || host.metric("insight_host_shared_memory_bytes");
    assert!(memory() > f64::from(4 << 20), "they count: {}", memory());
    assert!(memory() <= f64::from(10 << 20), "they have an eighth of it: {}", memory());
    assert_well(&host);
    assert!(host.logged("partial request heads take too much memory").contains("memory"));

    drop(partial);
    wait_for("the memory of heads that are gone", || (memory() == 0.0).then_some(()));
}

#[test]
fn whoever_does_not_read_answers_gives_way() {
    let host = host().guest("well").settings("[http]\nconnections = 8\nwrite-time = \"5m\"").start();
    let ask = "GET /api/docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(100);

    let _deaf = strangers(&host, 60, &ask);

    wait_for("displaced readers", || (closed(&host, "stalled") > 0.0).then_some(()));
    assert_eq!(host.get("/healthz").status, 200);
    assert_well(&host);
}

#[test]
fn a_connection_is_closed_after_its_caller_was_refused() {
    let host = host().guest("well").settings(&new_key(&["--name", "one"]).1).start();

    for credentials in ["", "authorization: Bearer a.b.c\r\n", "x-api-key: wrong\r\n"] {
        let mut wire = host.wire();
        wire.send(format!("GET /api/record-summary HTTP/1.1\r\nhost: localhost\r\n{credentials}\r\n"));

        assert!(wire.read_to_end().starts_with("HTTP/1.1 401 "), "{credentials}");
    }
}

#[test]
fn one_address_has_so_many_connections_as_the_settings_say() {
    let host = host().guest("well").settings("[http]\nconnections-per-address = 5").start();
    let held = strangers(&host, 5, "");
    wait_for("connections", || (host.metric("insight_host_http_connections") as u64 == 5).then_some(()));

    for mut wire in strangers(&host, 3, HEALTH) {
        assert_eq!(wire.read_to_end(), "");
    }

    assert_eq!(closed(&host, "address") as u64, 3);
    assert!(host.logged("a client address has too many connections").contains("peer=127.0.0.1"));
    drop(held);
    wait_for("room", || (host.metric("insight_host_http_connections") as u64 == 0).then_some(()));
    assert_well(&host);
}

#[test]
fn refused_and_silent_connections_do_not_keep_operators_out() {
    let host = host().guest("well").start();
    let address = host.admin().address;
    let refused = format!("GET /api/status HTTP/1.1\r\nhost: {address}\r\n\r\n");

    let strangers: Vec<_> = (0..2 * STRANGERS)
        .map(|number| {
            let mut wire = Wire::connect(address);
            if number % 2 == 0 {
                wire.send(&refused);
            }
            wire
        })
        .collect();

    let said = host.run(["health", "--ready"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), "ready\n"), "{}", said.stderr);
    assert!(host.metric("insight_host_admin_connections_closed_total{reason=\"idle\"}") > 0.0);
    drop(strangers);
}

#[test]
fn a_refused_connection_of_the_admin_api_is_closed_at_once() {
    let host = host().guest("well").start();
    let address = host.admin().address;

    for (headers, status) in [("", 401), ("origin: http://localhost\r\n", 403)] {
        let mut wire = Wire::connect(address);
        wire.send(format!("GET /api/status HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n"));

        let answer = wire.read_to_end().to_lowercase();
        assert!(answer.starts_with(&format!("http/1.1 {status} ")), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
}
