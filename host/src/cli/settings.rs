//! Where a command finds the operator's settings.

use std::path::PathBuf;

use super::CliError;
use crate::config::{Config, Problems, Sources};

/// Where a command finds the operator's settings.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct SettingsFile {
    /// Settings file [default: insight-host.toml, if it is in the working directory]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl SettingsFile {
    /// The file, and the environment.
    pub(super) fn sources(&self) -> Sources {
        Sources::of(self.config.clone())
    }

    /// What they say.
    pub(super) fn read(&self) -> Result<Config, CliError> {
        Ok(Config::read(&self.sources())?)
    }
}
