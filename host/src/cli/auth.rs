//! `insight-host auth`: generates API keys for callers without tokens.

use std::io;

use clap::{Args, Subcommand};

use super::CliError;
use super::host::HostError;
use crate::auth::ApiKey;
use crate::cli::output::{errln, outln};
use crate::config::CallerName;
use contract::ProviderId;

/// Create API keys for callers without tokens
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print a new key, and the lines for the settings file that accept it
    ///
    /// The key is printed only once: the settings hold a hash, from which it cannot be recovered.
    /// Callers send the key in the header `x-api-key`.
    #[command(after_help = "\
Examples:
  insight-host auth new-key --name reporting
  insight-host auth new-key --name reporting --providers contoso-hub,crm-notes")]
    NewKey {
        /// Name of the caller in the settings and the log
        #[arg(long, value_name = "NAME", default_value = "caller")]
        name: CallerName,
        /// Providers that the caller may ask; all if absent
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        providers: Vec<ProviderId>,
    },
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    let Command::NewKey { name, providers } = arguments.command;
    let key = ApiKey::fresh().map_err(|error| HostError::System(io::Error::other(error)))?;
    errln!("The key is shown only once. Give it to the caller, and add the lines below it to the settings file.");
    outln!("{}\n", key.expose());
    outln!("[auth.api-keys.{name}]\nsha256 = \"{}\"", key.hash());
    if !providers.is_empty() {
        outln!("providers = [{}]", providers.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", "));
    }
    Ok(())
}
