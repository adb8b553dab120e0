//! The table `[state]`, and where state is kept if it does not say.

use std::path::PathBuf;

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Problems;
use crate::plugin::{StateDirectory, StateSettings};
use contract::values::{Size, size};

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct StateTable {
    #[schemars(with = "String")]
    directory: Option<DirectoryOrOff>,
    versions: Option<usize>,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    size: Option<ByteSize>,
}

/// A folder, or `off`.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "PathBuf")]
enum DirectoryOrOff {
    Directory(PathBuf),
    Off,
}

impl From<PathBuf> for DirectoryOrOff {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "off" { Self::Off } else { Self::Directory(path) }
    }
}

impl StateTable {
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.unless_from_one_to(20, "state.versions", self.versions);
        let is_absolute = !matches!(&self.directory, Some(DirectoryOrOff::Directory(path)) if !path.is_absolute());
        if !is_absolute {
            problems.add("`state.directory` must be an absolute path, or `off`");
        }
    }

    /// The folder for all that outlives the host, if there is one.
    pub(super) fn directory(&self) -> Option<PathBuf> {
        match &self.directory {
            Some(DirectoryOrOff::Directory(path)) => Some(path.clone()),
            Some(DirectoryOrOff::Off) | None => state_directory(),
        }
    }
}

impl From<StateTable> for StateSettings {
    fn from(table: StateTable) -> Self {
        let default = Self::default();
        let directory = match (&table.directory, table.directory()) {
            (Some(DirectoryOrOff::Off), _) => StateDirectory::Off,
            (_, Some(directory)) => StateDirectory::At(directory),
            (_, None) => StateDirectory::Unknown,
        };
        Self {
            directory,
            versions: table.versions.unwrap_or(default.versions),
            size: table.size.unwrap_or(default.size),
        }
    }
}

/// Where what outlives a process of this user is kept: the folder that systemd made for the service, else
/// `$XDG_STATE_HOME/insight-host`, else `$HOME/.local/state/insight-host`.
pub(crate) fn state_directory() -> Option<PathBuf> {
    // systemd separates several by colons.
    let of_service = std::env::var("STATE_DIRECTORY").ok();
    let of_service = of_service.and_then(|list| list.split(':').next().map(PathBuf::from));
    let from = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    of_service.filter(|path| path.is_absolute()).or_else(|| {
        let home = from("XDG_STATE_HOME").or_else(|| Some(from("HOME")?.join(".local/state")))?;
        Some(home.join("insight-host"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> StateTable {
        toml::from_str(text).expect("a table")
    }

    #[test]
    fn state_is_kept_in_a_folder_or_not_at_all() {
        let directory = |text: &str| StateSettings::from(table(text)).directory;

        assert!(matches!(directory("directory = \"off\""), StateDirectory::Off));
        let at = directory("directory = \"/var/lib/insight-host\"");
        assert!(matches!(at, StateDirectory::At(path) if path.as_os_str() == "/var/lib/insight-host"));
    }

    #[test]
    fn what_would_lead_elsewhere_or_keep_nothing_is_named() {
        let mut problems = Problems::default();

        table("directory = \"state\"\nversions = 0").check(&mut problems);

        assert_eq!(problems.0.len(), 2, "{problems:?}");
        assert!(problems.0.iter().any(|problem| problem.contains("`state.directory`")));
        assert!(problems.0.iter().any(|problem| problem.contains("`state.versions`")));
    }
}
