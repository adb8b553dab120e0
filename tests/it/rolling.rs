//! Two hosts behind a real HAProxy or Envoy with the shipped configuration: restarted in turn, and killed, under load.
//! Without the proxy a test prints that it is skipped and does nothing.

pub(crate) mod proxy;

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use insight_tests::{TestHost, Wire, free_address, wait_for};

use self::proxy::{Proxy, ProxyKind};
use crate::host;

/// Settings with a drain delay longer than the health check interval of the configurations.
const SETTINGS: &str = "[http]\ndrain-delay = \"3s\"\n[auth]\nanonymous = true\n[load]\nsuspend-after = 0\n";

/// The concurrent callers that ask with `GET`.
const CALLERS: usize = 6;

/// The requests that are answered between two events, so that all of them happen under load.
const BETWEEN: usize = 100;

/// The bytes of the mail thread that a further caller posts. They fit into the smallest buffer of the proxies.
const THREAD: usize = 900 << 10;

/// The times that a host is killed.
const KILLS: usize = 4;

fn start(listen: SocketAddr) -> TestHost {
    host().guest("rogue").sample("contoso-hub").settings(SETTINGS).listen(listen).start()
}

/// The outcomes of requests.
#[derive(Default)]
struct Tally {
    answered: AtomicUsize,
    posted: AtomicUsize,
    failed: Mutex<Vec<String>>,
}

impl Tally {
    /// Sends requests until `stop` is set: one caller keeps its connection, another does not, and some calls are slow.
    fn ask(&self, caller: usize, proxy: SocketAddr, stop: &AtomicBool) {
        let is_kept = caller.is_multiple_of(2);
        let behaviour = if caller.is_multiple_of(3) { "slow:400" } else { "ok" };
        let target = format!("/api/providers/rogue/record-summary?recordType=account&recordId={behaviour}");
        let connection = if is_kept { "" } else { "connection: close\r\n" };
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n{connection}\r\n");
        let mut kept: Option<Wire> = None;
        while !stop.load(Ordering::Relaxed) {
            let mut wire = kept.take().unwrap_or_else(|| Wire::connect(proxy));
            let answer = wire.send(&request).read_answer();
            self.count(&answer, &self.answered);
            kept = Some(wire).filter(|_| is_kept && !answer.contains("connection: close"));
        }
    }

    /// Posts a long mail thread until `stop` is set.
    fn post(&self, proxy: SocketAddr, stop: &AtomicBool) {
        let subject = "x".repeat(THREAD);
        let body = format!("{{\"resourceType\": \"email-thread\", \"resourceData\": {{\"ignored\": \"{subject}\"}}}}");
        let request = format!(
            "POST /api/providers/contoso-hub/email-draft HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        while !stop.load(Ordering::Relaxed) {
            let answer = Wire::connect(proxy).send(&request).read_to_end();
            self.count(&answer, &self.posted);
        }
    }

    fn count(&self, answer: &str, answered: &AtomicUsize) {
        if answer.starts_with("HTTP/1.1 200 OK\r\n") {
            answered.fetch_add(1, Ordering::Relaxed);
        } else {
            self.failed.lock().expect("nobody panics with it").push(answer.to_owned());
        }
    }

    fn wait_for_more(&self) {
        let counts = || [&self.answered, &self.posted].map(|count| count.load(Ordering::Relaxed));
        let [answered, posted] = counts();
        wait_for("answers", || {
            let now = counts();
            (now[0] >= answered + BETWEEN && now[1] > posted).then_some(())
        });
    }
}

/// Runs `events` on two hosts behind a proxy, under load, and asserts that no request failed.
fn under_load(kind: ProxyKind, events: impl Fn(&mut [Option<TestHost>; 2], &Proxy, &Tally)) {
    let addresses = [free_address(), free_address()];
    let mut hosts = addresses.map(|address| Some(start(address)));
    let Some(proxy) = Proxy::start(kind, addresses) else { return };
    let (tally, stop) = (Tally::default(), AtomicBool::new(false));

    thread::scope(|scope| {
        let (tally, stop, address) = (&tally, &stop, proxy.address);
        for caller in 0..CALLERS {
            scope.spawn(move || tally.ask(caller, address, stop));
        }
        scope.spawn(move || tally.post(address, stop));
        let happened = catch_unwind(AssertUnwindSafe(|| {
            events(&mut hosts, &proxy, tally);
            tally.wait_for_more();
        }));
        stop.store(true, Ordering::Relaxed);
        happened.unwrap_or_else(|panic| resume_unwind(panic));
    });

    let (answered, posted) = (tally.answered.load(Ordering::Relaxed), tally.posted.load(Ordering::Relaxed));
    eprintln!("{answered} requests and {posted} mail threads answered");
    assert_eq!(*tally.failed.lock().expect("nobody panics with it"), [""; 0]);
}

/// Restarts both hosts in turn.
fn restart_in_turn(hosts: &mut [Option<TestHost>; 2], proxy: &Proxy, tally: &Tally) {
    for (place, host) in hosts.iter_mut().enumerate() {
        tally.wait_for_more();
        let before = proxy.times_up(place);
        let old = host.take().expect("it runs");
        let address = old.address();
        assert_eq!(old.stop().0, 0);
        tally.wait_for_more();
        *host = Some(start(address));
        proxy.wait_until_up_again(place, before);
    }
}

/// Kills the hosts in turn, and starts them again.
fn kill_in_turn(hosts: &mut [Option<TestHost>; 2], proxy: &Proxy, tally: &Tally) {
    for kill in 0..KILLS {
        let place = kill % hosts.len();
        tally.wait_for_more();
        let before = proxy.times_up(place);
        let mut old = hosts[place].take().expect("it runs");
        old.kill();
        tally.wait_for_more();
        hosts[place] = Some(start(old.address()));
        proxy.wait_until_up_again(place, before);
    }
}

/// Has a plugin fail on both hosts, time after time, and asserts that every answer is the plugin's and that both hosts
/// stay in service.
fn fail_often(_: &mut [Option<TestHost>; 2], proxy: &Proxy, _: &Tally) {
    let target = "/api/providers/rogue/record-summary?recordType=account&recordId=panic";
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    for _ in 0..BETWEEN {
        let answer = Wire::connect(proxy.address).send(&request).read_to_end();
        assert!(answer.starts_with("HTTP/1.1 500 ") && answer.contains("trapped"), "{answer}");
    }
    proxy.assert_none_was_down();
}

#[test]
fn two_hosts_that_restart_in_turn_behind_haproxy_fail_no_request() {
    under_load(ProxyKind::HaProxy, restart_in_turn);
}

#[test]
fn two_hosts_that_restart_in_turn_behind_envoy_fail_no_request() {
    under_load(ProxyKind::Envoy, restart_in_turn);
}

#[test]
fn hosts_that_are_killed_behind_haproxy_fail_no_request() {
    under_load(ProxyKind::HaProxy, kill_in_turn);
}

#[test]
fn hosts_that_are_killed_behind_envoy_fail_no_request() {
    under_load(ProxyKind::Envoy, kill_in_turn);
}

#[test]
fn a_plugin_that_fails_in_every_call_takes_no_host_out_of_service_behind_haproxy() {
    under_load(ProxyKind::HaProxy, fail_often);
}

#[test]
fn a_plugin_that_fails_in_every_call_takes_no_host_out_of_service_behind_envoy() {
    under_load(ProxyKind::Envoy, fail_often);
}
