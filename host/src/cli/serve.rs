//! `insight-host serve`: serves a folder of components.
//!
//! Shutdown waits only briefly for threads that wait for a disk: one that hangs would keep the process for ever.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::CliError;
use super::host::{self, HostError};
use super::settings::SettingsArgument;
use super::signals::{Hangup, Signals};
use crate::cli::output::outln;
use crate::config::{AdminListen, Effective};
use crate::http::{BasePath, listen_address};
use crate::plugin::StartWait;
use net::telemetry;

/// The time that shutdown waits for the last entries of the key-value store and for threads that wait for a disk.
const LAST_WORK: Duration = Duration::from_secs(2);

/// Serve a folder of components
///
/// Loads every `NAME.wasm` directly in the folder and watches the folder: a component that changes is
/// compiled and tried beside the running version, then swapped in. Prints `listening on http://ADDRESS`
/// (or `https://`) when the host is ready; plugins that take longer than `load.start-wait` follow. Settings of plugins, such as grants and limits, are applied
/// when the settings file changes, and on SIGHUP.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host serve --plugins /srv/plugins
  insight-host serve --plugins /srv/plugins --listen 127.0.0.1:0 --config insight-host.toml")]
pub(super) struct Arguments {
    /// Folder that holds the components
    #[arg(long, value_name = "DIR")]
    plugins: PathBuf,
    /// Address to listen at; port 0 takes any free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", value_parser = listen_address)]
    listen: Option<SocketAddr>,
    /// Path prefix of all routes, such as /insights, for a host behind a proxy
    #[arg(long, value_name = "PATH")]
    base_path: Option<BasePath>,
    /// Address of the admin API, or `off`; port 0 takes any free one [default: 127.0.0.1:8081]
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<AdminListen>,
    #[command(flatten)]
    settings: SettingsArgument,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let threads = host::answering_threads()?;
    let signals = Signals::receive(&threads, Hangup::Reloads).map_err(HostError::System)?;
    let sources = (arguments.settings.sources())
        .with_flag("--listen", "http.listen", arguments.listen)
        .with_flag("--base-path", "http.base-path", arguments.base_path.as_ref())
        .with_flag("--admin-listen", "admin.listen", arguments.admin_listen);
    let effective = Effective::read(&sources)?;
    let audit = host::audit_file(&effective.config)?;
    let recording = telemetry::start(&effective.config.telemetry, audit, threads.handle())?;
    let ready = async |url, _: &_, _| outln!("listening on {url}");
    let wait = StartWait::AtMost(effective.config.plugins.load.start_wait);
    let served = threads.block_on(host::run(effective, sources, &arguments.plugins, wait, signals, None, ready));
    recording.end();
    threads.shutdown_timeout(LAST_WORK);
    Ok(served?)
}
