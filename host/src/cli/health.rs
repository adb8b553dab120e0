//! `insight-host health`: asks a running host for its liveness and readiness.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::time::timeout;

use super::CliError;
use super::admin::client;
use super::one::wait_for;
use super::output::print;
use crate::admin::{AdminUrl, PluginCounts, Status};
use crate::cli::output::errln;
use crate::http::ReadyState;

/// The time limit for the answer. A live host answers in milliseconds, whatever its guests do.
const PATIENCE: Duration = Duration::from_secs(3);

/// Ask a running host whether it is alive, and whether it is ready for requests
///
/// Asks the admin API of the host that this user runs, so it needs neither address nor certificate. Ends with 0 if the
/// host answers; with --ready, only if the host is ready. Prints `ready`, `loading`, `no-plugin`, `incomplete`,
/// `overloaded` or `draining`, and on standard error what is wrong although the host runs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  insight-host health                         for a liveness probe or a container's HEALTHCHECK
  insight-host health --ready                 for a readiness probe
  insight-host health --json --admin http://127.0.0.1:8081 --token-file /etc/insight-host/token")]
pub(super) struct Arguments {
    /// Fail unless the host is ready for requests
    #[arg(long)]
    ready: bool,
    /// Address of the host's admin API
    #[arg(long, value_name = "URL")]
    admin: Option<AdminUrl>,
    /// File that holds the token of the admin API; required for a host of another user or machine
    #[arg(long, value_name = "FILE", requires = "admin")]
    token_file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    let Arguments { ready, admin, token_file, json } = arguments;
    let client = client(admin, token_file)?;
    let text = wait_for(async {
        let answer = timeout(PATIENCE, client.get("/api/status")).await;
        Ok(answer.map_err(|_elapsed| CliError::Slow(PATIENCE))??)
    })?;
    let Status { readiness: state, plugins, .. } = client.read(&text)?;
    print(&if json { format!("{text}\n") } else { format!("{state}\n") });
    if plugins.is_nothing_served() && plugins.loading == 0 {
        let PluginCounts { refused, disabled, ignored, .. } = plugins;
        errln!(
            "no plugin is served ({refused} refused, {disabled} disabled, {ignored} files ignored): \
             `insight-host plugins list` names the reasons"
        );
    }
    if plugins.retried > 0 {
        errln!("{} not served for a fault that may be the host's, and loaded again", plugins.retried);
    }
    if ready && state != ReadyState::Ready {
        return Err(CliError::NotReady(state));
    }
    Ok(())
}
