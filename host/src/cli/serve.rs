//! `insight-host serve`: answers out of a folder of components.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::{CliError, host};
use crate::config::{AdminListen, Config};
use crate::telemetry;

/// Serve a folder of components
///
/// Loads every `NAME.wasm` directly in the folder and follows its changes: a component that
/// changes is compiled and tried aside, then swapped in. Prints `listening on http://ADDRESS` when
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
    if let Some(AdminListen(listen)) = arguments.admin_listen {
        config.admin.listen = listen;
    }
    let _log = telemetry::log_to_stderr("info", host::audit_file(&config)?);
    let ready = async |address, _: &_, _| println!("listening on http://{address}");
    host::answering_threads()?.block_on(host::run(config, &arguments.plugins, ready))?;
    Ok(())
}
