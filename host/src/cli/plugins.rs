//! `insight-host plugins`: shows, reloads, disables and rolls back the plugins of a running host.

mod command;
mod list;
mod show;
mod table;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use self::command::{PluginCommand, reload_all, send};
use self::list::list;
use self::show::show;
use super::CliError;
use super::admin::client;
use super::one::wait_for;
use super::output::print;
use crate::admin::{AdminClient, AdminUrl, PluginDetails, PluginList};
use contract::ProviderId;

/// Show and control the plugins of a running host
///
/// Finds the host that this user runs. Prints tables, or the answer of the admin API with --json.
/// Plugins that are disabled or rolled back stay so when the host restarts.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  insight-host plugins list
  insight-host plugins show contoso-hub --json
  insight-host plugins reload contoso-hub
  insight-host plugins disable contoso-hub        stop serving it
  insight-host plugins enable contoso-hub
  insight-host plugins rollback contoso-hub       go back to the previous version, and stay there
  insight-host plugins rollback contoso-hub --to 0123456789ab
  insight-host plugins list --admin http://127.0.0.1:8081 --token-file /etc/insight-host/token")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Address of the host's admin API
    #[arg(long, value_name = "URL", global = true)]
    admin: Option<AdminUrl>,
    /// File that holds the token of the admin API; required for a host of another user or machine
    #[arg(long, value_name = "FILE", global = true, requires = "admin")]
    token_file: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all plugins and ignored files, with the reasons why some are not served
    List,
    /// Show one plugin: its limits, the costs of its calls, its egress grants, and the versions that are kept
    Show {
        /// Name of the plugin
        #[arg(value_name = "NAME")]
        plugin: ProviderId,
    },
    /// Reload one plugin, or all, and print the result
    ///
    /// A plugin that was rolled back follows the folder again if it is reloaded by name.
    Reload {
        /// Name of the plugin; all if absent
        #[arg(value_name = "NAME")]
        plugin: Option<ProviderId>,
    },
    /// Stop serving a plugin, whatever is in the folder, until it is enabled
    Disable {
        /// Name of the plugin
        #[arg(value_name = "NAME")]
        plugin: ProviderId,
    },
    /// Serve a disabled plugin again
    Enable {
        /// Name of the plugin
        #[arg(value_name = "NAME")]
        plugin: ProviderId,
    },
    /// Go back to the previously served version
    ///
    /// The plugin stays at that version, whatever is in the folder, until it is reloaded by its name.
    Rollback {
        /// Name of the plugin
        #[arg(value_name = "NAME")]
        plugin: ProviderId,
        /// Digest of the version to go back to, or at least its first 8 digits; `show` lists the versions that are kept
        #[arg(long, value_name = "DIGEST")]
        to: Option<String>,
    },
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    let Arguments { command, admin, token_file, json } = arguments;
    let client = client(admin, token_file)?;
    wait_for(async {
        match command {
            Command::List => print_list(&client, json).await,
            Command::Show { plugin } => print_details(&client, &plugin, json).await,
            Command::Reload { plugin: Some(plugin) } => send(&client, &plugin, PluginCommand::Reload, json).await,
            Command::Reload { plugin: None } => reload_all(&client, json).await,
            Command::Disable { plugin } => send(&client, &plugin, PluginCommand::Disable, json).await,
            Command::Enable { plugin } => send(&client, &plugin, PluginCommand::Enable, json).await,
            Command::Rollback { plugin, to } => {
                send(&client, &plugin, PluginCommand::RollBack(to.as_deref()), json).await
            }
        }
    })
}

async fn print_list(client: &AdminClient, json: bool) -> Result<(), CliError> {
    let text = client.get("/api/plugins").await?;
    if json {
        print(&format!("{text}\n"));
        return Ok(());
    }
    let plugins: PluginList = client.read(&text)?;
    print(&list(&plugins));
    if let Some(unsaved) = &plugins.unsaved {
        print(&self::show::unsaved(unsaved));
    }
    Ok(())
}

async fn print_details(client: &AdminClient, plugin: &ProviderId, json: bool) -> Result<(), CliError> {
    let text = client.get(&format!("/api/plugins/{plugin}")).await?;
    if json {
        print(&format!("{text}\n"));
        return Ok(());
    }
    let plugin: PluginDetails = client.read(&text)?;
    print(&show(&plugin));
    Ok(())
}
