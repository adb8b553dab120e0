//! `insight-host auth`: keys for callers that have no tokens.

use std::io;

use clap::{Args, Subcommand};

use super::CliError;
use super::host::HostError;
use crate::auth::ApiKey;
use crate::config::CallerName;
use contract::ProviderId;

/// Make keys for callers that have no tokens
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print a fresh key once, and the lines of the settings that let its owner in
    ///
    /// The settings hold a hash, out of which nobody gets the key again. Callers send it as `x-api-key`.
    #[command(after_help = "\
Examples:
  insight-host auth new-key --name reporting
  insight-host auth new-key --name reporting --providers contoso-hub,crm-notes")]
    NewKey {
        /// What the settings and the log call its owner
        #[arg(long, value_name = "NAME", default_value = "caller")]
        name: CallerName,
        /// Providers that its owner may ask; all without it
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        providers: Vec<ProviderId>,
    },
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    let Command::NewKey { name, providers } = arguments.command;
    let key = ApiKey::fresh().map_err(|error| HostError::System(io::Error::other(error)))?;
    eprintln!("The key is shown this once: give it to its owner, and the lines below it to the settings file.");
    println!("{}\n", key.expose());
    println!("[auth.api-keys.{name}]\nsha256 = \"{}\"", key.hash());
    if !providers.is_empty() {
        println!("providers = [{}]", providers.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", "));
    }
    Ok(())
}
