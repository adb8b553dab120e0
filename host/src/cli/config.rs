//! `insight-host config`: checks and shows settings.

use clap::{Args, Subcommand};

use super::output::{outln, print};
use super::settings::SettingsArgument;
use super::{CliError, audience};
use crate::config::{DEFAULT_CONFIG, Effective, schema};
use crate::http::PublicName;

/// Check and show settings
///
/// Settings come from a file, the environment and the command line; a later source overrides an earlier one. The
/// variable INSIGHT_HOST__HTTP__HEAD_TIME sets `http.head-time`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  insight-host config default > insight-host.toml   every setting, with its default and its meaning
  insight-host config check --config insight-host.toml
  insight-host config show --json                   the settings in force, each with its source
  insight-host config schema                        the JSON schema, for editors")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report every error in the settings
    ///
    /// Also reports whatever else would keep a host from starting: files that cannot be used, and an
    /// address that is open to callers without authentication. With an issuer of Entra ID, prints for
    /// which audience an exported connector requests tokens, and what to add if the host rejects them.
    Check(SettingsArgument),
    /// Show the settings in force, each with its source
    Show {
        #[command(flatten)]
        file: SettingsArgument,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a settings file of all defaults, with a description of each setting
    Default,
    /// Print the JSON schema of the settings file
    Schema,
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    match arguments.command {
        Command::Check(file) => check(&file),
        Command::Show { file, json } => {
            let effective = Effective::read(&file.sources())?;
            print(&if json { format!("{:#}\n", effective.to_json()) } else { effective.to_toml() });
            Ok(())
        }
        Command::Default => {
            print(DEFAULT_CONFIG);
            Ok(())
        }
        Command::Schema => {
            print(&format!("{:#}\n", schema()));
            Ok(())
        }
    }
}

fn check(file: &SettingsArgument) -> Result<(), CliError> {
    let sources = file.sources();
    let config = Effective::check(&sources)?.config;
    match sources.file() {
        Some(path) => print(&format!("{} is valid\n", path.display())),
        None => print("there is no settings file; the defaults are in force, overridden by the environment\n"),
    }
    let host = config.http.public_name.as_ref().map(PublicName::host);
    for line in audience::describe(host, &config.auth.issuers) {
        outln!("{line}");
    }
    Ok(())
}
