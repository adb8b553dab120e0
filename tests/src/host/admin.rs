//! The admin API of a running host, and the commands that use it.

use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::TestHost;
use crate::{Answer, Ran};

/// The address of a host's admin API, and its token.
#[derive(Clone, Debug)]
pub struct Admin {
    /// The address at which it listens.
    pub address: SocketAddr,
    /// The token; empty if the operator configured one.
    pub token: String,
}

impl TestHost {
    /// Returns the admin API, by the file that the host wrote for the command line.
    ///
    /// # Panics
    ///
    /// Panics unless there is exactly one such file.
    #[must_use]
    pub fn admin(&self) -> Admin {
        let files = self.admin_files();
        let [file] = &files[..] else { panic!("these files lead to the admin API: {files:?}") };
        let text = fs::read_to_string(file).expect("it can be read");
        let access: Value = serde_json::from_str(&text).expect("it is JSON");
        let text = |name: &str| access[name].as_str().unwrap_or_default().to_owned();
        Admin { address: text("address").parse().expect("an address"), token: text("token") }
    }

    /// Returns the files by which the command line finds the admin API of this host.
    #[must_use]
    pub fn admin_files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.dir.path().join("insight-host"));
        entries
            .map(|entries| entries.map(|entry| entry.expect("it can be listed").path()).collect())
            .unwrap_or_default()
    }

    /// Sends a request to the admin API, with its token.
    ///
    /// # Panics
    ///
    /// Panics with the host's log if no answer comes.
    #[must_use]
    pub fn ask_admin(&self, method: &str, target: &str) -> Answer {
        let Admin { address, token } = self.admin();
        let authorization = format!("Bearer {token}");
        self.send_to(address, method, target, &[("authorization", &authorization)], "")
            .unwrap_or_else(|error| panic!("{method} {target}: {error}; the host's log:\n{}", self.log()))
    }

    /// Returns all metrics, in the format of Prometheus.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.ask_admin("GET", "/metrics").body
    }

    /// Returns the value of one series, such as `insight_host_plugins{state="loaded"}`; 0 if there is none.
    #[must_use]
    pub fn metric(&self, series: &str) -> f64 {
        let metrics = self.metrics();
        let value = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        value.map_or(0.0, |value| value.parse().expect("a number"))
    }

    /// Runs a command as the user who runs this host.
    ///
    /// # Panics
    ///
    /// Panics if it does not start.
    #[must_use]
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        self.command(arguments).output().expect("the binary runs").into()
    }

    /// Creates a command of the user who runs this host.
    #[must_use]
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = self.under_test.command(arguments);
        command.env("XDG_RUNTIME_DIR", self.dir.path());
        command
    }
}
