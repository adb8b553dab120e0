//! The table `[state]`: its bounds, and the state directory if the table names none.

use std::path::PathBuf;

use super::table::Table;
use crate::plugin::{StateDirectory, StateSettings};
use net::os;

/// Checks the table. Without a directory in it, the state directory of this user is meant.
pub(super) fn settings(written: StateSettings, table: &mut Table<'_>) -> StateSettings {
    table.check_range("versions", written.versions, 1..=20);
    if matches!(&written.directory, StateDirectory::At(path) if !path.is_absolute()) {
        table.problem("directory", "must be an absolute path, or `off`");
    }
    let of_user = || state_directory().map_or(StateDirectory::Unknown, StateDirectory::At);
    let directory = if table.is_written("directory") { written.directory } else { of_user() };
    StateSettings { directory, ..written }
}

/// Returns the directory for state of this user's processes: the one that systemd made for the service, else
/// `$XDG_STATE_HOME/insight-host`, else `$HOME/.local/state/insight-host` (Windows: `%LOCALAPPDATA%\insight-host\state`).
pub(crate) fn state_directory() -> Option<PathBuf> {
    // systemd separates several by colons.
    let of_service = std::env::var("STATE_DIRECTORY").ok();
    let of_service = of_service.and_then(|list| list.split(':').next().map(PathBuf::from));
    let from = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    of_service.filter(|path| path.is_absolute()).or_else(|| {
        let own = from("XDG_STATE_HOME").map(|dir| dir.join("insight-host"));
        own.or_else(|| Some(from(os::HOME)?.join(os::STATE_IN_HOME)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn state_is_kept_in_a_folder_or_not_at_all() {
        let directory = |text: &str| Config::parse(text).expect("it is valid").state.directory;

        assert!(matches!(directory("[state]\ndirectory = \"off\""), StateDirectory::Off));
        let at = directory("[state]\ndirectory = \"/var/lib/insight-host\"");
        assert!(matches!(at, StateDirectory::At(path) if path.as_os_str() == "/var/lib/insight-host"));
        let unstated = state_directory();
        assert!(matches!(directory(""), StateDirectory::At(path) if Some(&path) == unstated.as_ref()));
    }

    #[test]
    fn what_would_lead_elsewhere_or_keep_nothing_is_named() {
        let error = Config::parse("[state]\ndirectory = \"state\"\nversions = 0").expect_err("both are wrong");

        assert!(error.contains("toml:2:1: `state.directory` must be an absolute path"), "{error}");
        assert!(error.contains("toml:3:1: `state.versions` must be from 1 to 20"), "{error}");
    }
}
