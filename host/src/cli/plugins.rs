//! `insight-host plugins`: asks a running host about its plugins, and has it load them again.

mod show;
mod table;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use self::show::{list, show};
use super::CliError;
use super::admin::client;
use super::one::wait_for;
use crate::admin::{AdminUrl, Client, PluginDetails, PluginList, ReloadEnd, ReloadResult, Reloads};
use crate::contract::Printable;
use crate::plugin::ProviderId;

/// Ask a running host about its plugins
///
/// Finds the host that this user runs. Prints tables for people, or with --json what the admin API says.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  insight-host plugins list
  insight-host plugins show contoso-hub --json
  insight-host plugins reload contoso-hub
  insight-host plugins list --admin http://127.0.0.1:8081 --token-file /etc/insight-host/token")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Address of the host's admin API
    #[arg(long, value_name = "URL", global = true)]
    admin: Option<AdminUrl>,
    /// File that holds the token of the admin API; needed for a host of another user or machine
    #[arg(long, value_name = "FILE", global = true, requires = "admin")]
    token_file: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all plugins, those that do not load included
    List,
    /// Show one plugin: its limits, and what it may reach
    Show {
        /// Name of the plugin
        #[arg(value_name = "NAME")]
        plugin: ProviderId,
    },
    /// Load one plugin again, or all, and say what came of it
    Reload {
        /// Name of the plugin; all without it
        #[arg(value_name = "NAME")]
        plugin: Option<ProviderId>,
    },
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    let Arguments { command, admin, token_file, json } = arguments;
    let client = client(admin, token_file).map_err(|error| CliError::Admin(error.into()))?;
    wait_for(async {
        match command {
            Command::List => print_list(&client, json).await,
            Command::Show { plugin } => print_details(&client, &plugin, json).await,
            Command::Reload { plugin } => reload(&client, plugin.as_ref(), json).await,
        }
    })
}

async fn print_list(client: &Client, json: bool) -> Result<(), CliError> {
    let text = client.get("/api/plugins").await?;
    if json {
        println!("{text}");
        return Ok(());
    }
    let PluginList { plugins } = client.read(&text)?;
    print!("{}", list(&plugins));
    Ok(())
}

async fn print_details(client: &Client, plugin: &ProviderId, json: bool) -> Result<(), CliError> {
    let text = client.get(&format!("/api/plugins/{plugin}")).await?;
    if json {
        println!("{text}");
        return Ok(());
    }
    let plugin: PluginDetails = client.read(&text)?;
    print!("{}", show(&plugin));
    Ok(())
}

async fn reload(client: &Client, plugin: Option<&ProviderId>, json: bool) -> Result<(), CliError> {
    let (text, reloads) = match plugin {
        Some(plugin) => {
            let text = client.post(&format!("/api/plugins/{plugin}/reload")).await?;
            let reload: ReloadResult = client.read(&text)?;
            (text, vec![reload])
        }
        None => {
            let text = client.post("/api/reload").await?;
            let Reloads { plugins } = client.read(&text)?;
            (text, plugins)
        }
    };
    if json {
        println!("{text}");
    } else {
        reloads.iter().for_each(|reload| println!("{}: {}", Printable(&reload.id), reload.result));
    }
    let refused = reloads.iter().filter(|reload| reload.result == ReloadEnd::Refused);
    let errors: Vec<String> = refused.filter_map(|reload| reload.error.clone()).collect();
    if errors.is_empty() { Ok(()) } else { Err(CliError::Admin(Printable(&errors.join("; ")).to_string().into())) }
}
