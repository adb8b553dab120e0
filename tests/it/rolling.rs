//! A rolling restart: two hosts behind a real HAProxy with the shipped configuration, restarted in turn under load.
//! Without a `haproxy` this test prints that and does nothing.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use insight_tests::{TestHost, Wire, free_address, wait_for};
use tempfile::TempDir;

use crate::host;

/// The shipped configuration.
const CONFIGURATION: &str = include_str!("../../deploy/haproxy/haproxy.cfg");

/// Settings with a drain delay longer than the health check interval of the configuration.
const SETTINGS: &str = "[http]\ndrain-delay = \"3s\"\n[auth]\nanonymous = true\n";

/// The concurrent callers.
const CALLERS: usize = 6;

/// The requests that are answered between two restarts, so that all of them happen under load.
const BETWEEN: usize = 100;

/// The addresses of the proxy and of the two hosts in the shipped configuration.
const SHIPPED: [&str; 3] = ["127.0.0.1:8000", "127.0.0.1:8080", "127.0.0.1:8090"];

/// HAProxy in front of two hosts.
struct Proxy {
    dir: TempDir,
    child: Child,
    address: SocketAddr,
}

impl Proxy {
    /// Starts a proxy in front of `hosts`, if it is installed.
    fn start(hosts: [SocketAddr; 2]) -> Option<Self> {
        let dir = TempDir::new().expect("there is room for a temporary folder");
        let address = free_address();
        let mut configuration = CONFIGURATION.to_owned();
        for (shipped, real) in SHIPPED.into_iter().zip([address, hosts[0], hosts[1]]) {
            assert!(configuration.contains(shipped), "{shipped} is no longer in the configuration");
            configuration = configuration.replace(shipped, &real.to_string());
        }
        let path = dir.path().join("haproxy.cfg");
        fs::write(&path, configuration).expect("the folder is ours");
        let log = || Stdio::from(File::options().create(true).append(true).open(dir.path().join("log")).expect("ours"));
        let child = Command::new("haproxy").arg("-db").arg("-f").arg(path).stdout(log()).stderr(log()).spawn();
        let Ok(child) = child else {
            eprintln!("skipped: there is no `haproxy`; `apt-get install haproxy` installs it");
            return None;
        };
        Some(Self { dir, child, address })
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Waits until the proxy has marked `server` as up.
    fn wait_until_up(&self, server: &str) {
        let line = format!("Server hosts/{server} is UP");
        wait_for(&line, || self.log().contains(&line).then_some(()));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("--- HAProxy's log\n{}---", self.log());
        }
    }
}

fn start(listen: SocketAddr) -> TestHost {
    host().guest("rogue").settings(SETTINGS).listen(listen).start()
}

/// The outcomes of requests.
#[derive(Default)]
struct Tally {
    answered: AtomicUsize,
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
            if answer.starts_with("HTTP/1.1 200 OK\r\n") {
                self.answered.fetch_add(1, Ordering::Relaxed);
            } else {
                self.failed.lock().expect("nobody panics with it").push(answer.clone());
            }
            kept = Some(wire).filter(|_| is_kept && !answer.contains("connection: close"));
        }
    }

    fn wait_for_more(&self) {
        let before = self.answered.load(Ordering::Relaxed);
        wait_for("answers", || (self.answered.load(Ordering::Relaxed) >= before + BETWEEN).then_some(()));
    }
}

#[test]
fn two_hosts_that_restart_in_turn_behind_a_proxy_fail_no_request() {
    let addresses = [free_address(), free_address()];
    let mut hosts = addresses.map(|address| Some(start(address)));
    let Some(proxy) = Proxy::start(addresses) else { return };
    wait_for("the proxy", || std::net::TcpStream::connect(proxy.address).ok());
    let (tally, stop) = (Tally::default(), AtomicBool::new(false));

    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (tally, stop, address) = (&tally, &stop, proxy.address);
            scope.spawn(move || tally.ask(caller, address, stop));
        }
        let rolled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for (place, server) in ["one", "other"].into_iter().enumerate() {
                tally.wait_for_more();
                let old = hosts[place].take().expect("it runs");
                assert_eq!(old.stop().0, 0);
                tally.wait_for_more();
                hosts[place] = Some(start(addresses[place]));
                proxy.wait_until_up(server);
            }
            tally.wait_for_more();
        }));
        stop.store(true, Ordering::Relaxed);
        rolled.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });

    let answered = tally.answered.load(Ordering::Relaxed);
    eprintln!("{answered} requests answered");
    assert_eq!(*tally.failed.lock().expect("nobody panics with it"), [""; 0]);
    assert!(answered >= 5 * BETWEEN, "{answered}");
}
