//! The source of the operator's settings, as commands share it.

use std::path::PathBuf;

use super::CliError;
use crate::config::{Config, Sources};

/// The option that names the operator's settings file.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct SettingsArgument {
    /// Settings file [default: insight-host.toml, if it is in the working directory]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl SettingsArgument {
    /// Returns the sources of settings: the file and the environment.
    pub(super) fn sources(&self) -> Sources {
        Sources::of(self.config.clone())
    }

    /// Reads and validates the settings.
    pub(super) fn read(&self) -> Result<Config, CliError> {
        Ok(Config::read(&self.sources())?)
    }
}
