//! The file of the operator state: the plugins that are disabled and pinned.
//!
//! It is replaced in one step and forced to the disk, so that a crash at any moment leaves the old state or the new one.
//! A damaged file is not an empty state: serving a plugin that was disabled would be worse. A copy takes its place, and
//! without one it is an error.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};
use tracing::warn;

use super::{OperatorState, StateError};
use net::chain;
use net::private::PrivateDir;

/// The layout that this version of the host writes, and the only one that it reads.
const FORMAT: u32 = 1;

/// The name of the file.
const NAME: &str = "standing.json";

/// The name under which the next one is written before it takes its place.
const NEXT: &str = "standing.json.next";

/// The name of the copy, which is used if the file is damaged.
const COPY: &str = "standing.json.copy";

/// The name under which a damaged file is kept.
const DAMAGED: &str = "standing.json.damaged";

/// The file in its directory.
#[derive(Debug)]
pub(super) struct StandingFile {
    dir: PrivateDir,
    /// The plugin folder. It is written for people who read the file.
    plugins: PathBuf,
}

/// The file as written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile<S> {
    format: u32,
    folder: PathBuf,
    operator_state: S,
}

/// The member that every format has.
#[derive(Deserialize)]
struct OfAnyFormat {
    format: u32,
}

impl StandingFile {
    pub(super) fn new(dir: PrivateDir, plugins: PathBuf) -> Self {
        Self { dir, plugins }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.dir.path_of(NAME)
    }

    #[cfg(test)]
    pub(super) fn next_path(&self) -> PathBuf {
        self.dir.path_of(NEXT)
    }

    /// Reads the state that was written last; an empty one, if none was. A damaged file is moved aside if there is a copy.
    pub(super) fn read(&self) -> Result<OperatorState, StateError> {
        let path = self.path();
        let damage = match self.read_at(&path) {
            Err(damage @ StateError::Damaged { .. }) => damage,
            read => return read,
        };
        // Without a copy there is no state, which is not an empty one.
        let copy = self.dir.path_of(COPY);
        let Some(operator_state) = self.read_at(&copy).ok().filter(|_| copy.exists()) else { return Err(damage) };
        let fails = |source| StateError::Io { path: path.clone(), source };
        let moved_to = self.dir.path_of(DAMAGED);
        fs::rename(&path, &moved_to).map_err(fails)?;
        fs::copy(&copy, &path).map_err(fails)?;
        let (file, moved_to) = (path.display(), moved_to.display());
        warn!(%file, %moved_to, error = %chain(&damage), "the list of disabled and pinned plugins is damaged: its copy takes its place");
        Ok(operator_state)
    }

    fn read_at(&self, path: &Path) -> Result<OperatorState, StateError> {
        let path = path.to_owned();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(OperatorState::default()),
            Err(source) => return Err(StateError::Io { path, source }),
        };
        let damaged = |source| StateError::Damaged { path: path.clone(), source };
        let OfAnyFormat { format } = serde_json::from_slice(&text).map_err(damaged)?;
        if format != FORMAT {
            return Err(StateError::Format { path, format });
        }
        let StateFile { operator_state, .. } = serde_json::from_slice(&text).map_err(damaged)?;
        Ok(operator_state)
    }

    /// Replaces the file in one step, and forces it to the disk, and then its copy.
    pub(super) fn write(&self, operator_state: &OperatorState) -> Result<(), StateError> {
        let written = StateFile { format: FORMAT, folder: self.plugins.clone(), operator_state };
        let text = serde_json::to_vec_pretty(&written).map_err(io::Error::from);
        // The lock of the state keeps others from writing the next one at the same time.
        let saved = text.and_then(|text| {
            self.dir.replace_durably(NAME, NEXT, &text)?;
            if self.dir.replace_durably(COPY, NEXT, &text).is_err() {
                // An old state is worse than none.
                self.dir.remove(COPY);
            }
            Ok(())
        });
        saved.map_err(|source| StateError::Io { path: self.path(), source })
    }
}
