//! The error of a plugin that cannot be loaded.

use std::path::PathBuf;

use crate::plugin::ProviderId;
use crate::plugin::compiler::CompileError;
use crate::plugin::folder::ReadError;
use crate::plugin::settings::AuthorSettingsError;
use crate::plugin::state::KeptError;
use contract::SkillError;
use egress::GrantError;
use engine::{LinkError, TrialError};
use net::descriptors;

/// A plugin cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[error("failed to load plugin `{plugin}` from {}", path.display())]
pub struct LoadError {
    plugin: ProviderId,
    path: PathBuf,
    #[source]
    kind: LoadErrorKind,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum LoadErrorKind {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Kept(#[from] KeptError),
    #[error(transparent)]
    Settings(#[from] AuthorSettingsError),
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error("the component does not fit this host")]
    Link(#[from] LinkError),
    /// The compiler rejected it at an earlier load.
    #[error("{0} (found at an earlier load of the same component; `plugins reload` tries again)")]
    Remembered(String),
    #[error("the component failed its trial: {0}")]
    Trial(TrialError),
    #[error("the chat skills of the component are invalid")]
    Skills(#[from] SkillError),
    #[error("something that the settings grant is unavailable")]
    Reach(#[from] GrantError),
}

impl LoadError {
    /// Creates the error of a component and its author's settings, which are at `paths`.
    pub(super) fn new(plugin: &ProviderId, [component, settings]: [PathBuf; 2], kind: LoadErrorKind) -> Self {
        let path = if matches!(kind, LoadErrorKind::Settings(_)) { settings } else { component };
        Self { plugin: plugin.clone(), path, kind }
    }

    /// Returns the reason in a word. It quotes no file, so it may be stored for long.
    pub(in crate::plugin) fn reason(&self) -> &'static str {
        match self.kind {
            LoadErrorKind::Read(_) => "unreadable",
            LoadErrorKind::Kept(_) => "not-kept",
            LoadErrorKind::Settings(_) => "author-settings",
            LoadErrorKind::Compile(_) | LoadErrorKind::Remembered(_) => "does-not-compile",
            LoadErrorKind::Link(_) => "does-not-fit",
            LoadErrorKind::Trial(_) => "trial-failed",
            LoadErrorKind::Skills(_) => "skills",
            LoadErrorKind::Reach(_) => "reach",
        }
    }

    /// Returns whether another load may succeed although nothing has changed: the failure may be the host's.
    pub(in crate::plugin) fn may_pass(&self) -> bool {
        match &self.kind {
            LoadErrorKind::Compile(error) => error.may_pass(),
            LoadErrorKind::Read(error) => error.may_pass(),
            LoadErrorKind::Reach(error) => error.may_pass() || descriptors::is_by_exhaustion(&self.kind),
            LoadErrorKind::Kept(_) => descriptors::is_by_exhaustion(&self.kind),
            // The engine's errors are text. It takes descriptors for the memory images of a component.
            LoadErrorKind::Link(_) => descriptors::are_lacking(),
            LoadErrorKind::Trial(error) => error.may_pass() || descriptors::are_lacking(),
            LoadErrorKind::Settings(_) | LoadErrorKind::Remembered(_) | LoadErrorKind::Skills(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use rustix::io::Errno;

    use super::*;
    use crate::plugin::state::KeptError;

    fn kept(errno: Errno) -> LoadError {
        let paths = ["hub.wasm", "hub.toml"].map(PathBuf::from);
        let source = io::Error::from(errno);
        let kind = LoadErrorKind::Kept(KeptError::Io { path: "hub.wasm".into(), source });
        LoadError::new(&"hub".parse().expect("lower-case kebab"), paths, kind)
    }

    #[test]
    fn a_lack_of_descriptors_may_pass_and_a_missing_file_does_not() {
        assert!(kept(Errno::MFILE).may_pass());
        assert!(!kept(Errno::NOENT).may_pass());
    }
}
