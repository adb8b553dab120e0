//! The host's command line and settings.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use crate::artifacts::Artifacts;

/// Plugins and settings of a host.
pub(crate) struct Setup {
    /// Folder of the plugins.
    pub(crate) plugins: PathBuf,
    /// Settings that differ from the defaults.
    pub(crate) settings: String,
}

impl Setup {
    /// A host for all workloads: it grants the backend and nothing else.
    pub(crate) fn of_workloads(artifacts: &Artifacts, backend: SocketAddr) -> Self {
        let settings = format!(
            "[plugins.bench-backend.config]\nbackend = \"http://{backend}\"\n\n\
             [[plugins.bench-backend.grants.http]]\norigin = \"http://{backend}\"\nnetworks = [\"loopback\"]\n"
        );
        Self { plugins: artifacts.plugins.clone(), settings }
    }

    /// Returns the command that serves as in production. No request uses the admin API, so it is off.
    ///
    /// # Errors
    ///
    /// Fails if the settings cannot be written.
    pub(crate) fn command(&self, artifacts: &Artifacts, listen: SocketAddr) -> Result<Command, String> {
        let settings = artifacts.scratch.join("insight-host.toml");
        fs::write(&settings, &self.settings).map_err(|error| format!("{}: {error}", settings.display()))?;
        let mut command = Command::new(&artifacts.host);
        command.args(["serve", "--admin-listen", "off", "--listen", &listen.to_string(), "--plugins"]);
        command.arg(&self.plugins).arg("--config").arg(&settings);
        command
            .env("XDG_CACHE_HOME", artifacts.scratch.join("cache"))
            .env("XDG_STATE_HOME", artifacts.scratch.join("state"));
        Ok(command)
    }
}
