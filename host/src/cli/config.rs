//! `insight-host config`: checks and shows settings.

use clap::{Args, Subcommand};

use super::settings::SettingsFile;
use super::{CliError, print};
use crate::config::{DEFAULT_CONFIG, Effective, schema};

/// Check and show settings
///
/// Settings are a file's, the environment's and the command line's; what comes later goes before the rest. The variable
/// INSIGHT_HOST__HTTP__HEAD_TIME is `http.head-time`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  insight-host config default > insight-host.toml   every setting, with its default and what it does
  insight-host config check --config insight-host.toml
  insight-host config show --json                   what is in force, and where it comes from
  insight-host config schema                        for editors")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say all that is wrong, and what would keep a host from starting: files that cannot be used, callers that nobody knows
    Check(SettingsFile),
    /// Show the settings in force, and where each comes from
    Show {
        #[command(flatten)]
        file: SettingsFile,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a settings file of all defaults, which says what each setting does
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

fn check(file: &SettingsFile) -> Result<(), CliError> {
    let sources = file.sources();
    Effective::check(&sources)?;
    match sources.file() {
        Some(path) => print(&format!("{} is valid\n", path.display())),
        None => print("there is no settings file; the defaults are in force, but for the environment\n"),
    }
    Ok(())
}
