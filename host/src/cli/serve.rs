//! `insight-host serve`: answers out of a folder of components.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::{CliError, host};
use crate::config::{AdminListen, Config};
use crate::http::BasePath;
use crate::telemetry;

/// Serve a folder of components
///
/// Loads every `NAME.wasm` directly in the folder and follows its changes: a component that
/// changes is compiled and tried aside, then swapped in. Prints `listening on http://ADDRESS` (or `https://`) when
/// it is ready.
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
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Path that all routes begin with, such as /insights, for life behind a proxy
    #[arg(long, value_name = "PATH")]
    base_path: Option<BasePath>,
    /// Address of the admin API, or `off`; port 0 takes any free one [default: 127.0.0.1:8081]
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<AdminListen>,
    /// Settings file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let mut config = match &arguments.config {
        Some(path) => Config::read(path).map_err(|error| CliError::Config(error.into()))?,
        None => Config::default(),
    };
    if let Some(listen) = arguments.listen {
        config.http.listen = listen;
    }
    if let Some(base_path) = &arguments.base_path {
        config.http.base_path = base_path.clone();
    }
    if let Some(AdminListen(listen)) = arguments.admin_listen {
        config.admin.listen = listen;
    }
    let _log = telemetry::log_to_stderr("info", host::audit_file(&config)?);
    let ready = async |url, _: &_, _| println!("listening on {url}");
    host::answering_threads()?.block_on(host::run(config, &arguments.plugins, ready))?;
    Ok(())
}
