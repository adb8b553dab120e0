//! The file that says what is disabled and pinned.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Standing, StateError};

/// The layout that this version of the host writes, and the only one that it reads.
const FORMAT: u32 = 1;

/// The file, and where the next one is written before it takes its place.
#[derive(Debug)]
pub(super) struct StandingFile {
    dir: PathBuf,
    /// For people who look into it: whose state it is.
    plugins: PathBuf,
}

/// The file as written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<S> {
    format: u32,
    folder: PathBuf,
    standing: S,
}

/// What every format has.
#[derive(Deserialize)]
struct OfAnyFormat {
    format: u32,
}

impl StandingFile {
    pub(super) fn new(dir: &Path, plugins: PathBuf) -> Self {
        Self { dir: dir.to_owned(), plugins }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.dir.join("standing.json")
    }

    /// Where the next one is written.
    pub(super) fn next_path(&self) -> PathBuf {
        self.dir.join("standing.json.next")
    }

    /// What was written last; nothing, if nothing ever was.
    pub(super) fn read(&self) -> Result<Standing, StateError> {
        let path = self.path();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Standing::default()),
            Err(source) => return Err(StateError::Io { path, source }),
        };
        let damaged = |source| StateError::Damaged { path: path.clone(), source };
        let OfAnyFormat { format } = serde_json::from_slice(&text).map_err(damaged)?;
        if format != FORMAT {
            return Err(StateError::Format { path, format });
        }
        let Written { standing, .. } = serde_json::from_slice(&text).map_err(damaged)?;
        Ok(standing)
    }

    /// Writes the next one aside, forces it to the disk, and puts it in place of the last.
    pub(super) fn write(&self, standing: &Standing) -> Result<(), StateError> {
        let written = Written { format: FORMAT, folder: self.plugins.clone(), standing };
        let text = serde_json::to_vec_pretty(&written).map_err(io::Error::from);
        let saved = text.and_then(|text| {
            self.write_aside(&text)?;
            fs::rename(self.next_path(), self.path())?;
            // The name is on the disk when the folder is.
            File::open(&self.dir)?.sync_all()
        });
        saved.map_err(|source| StateError::Io { path: self.path(), source })
    }

    fn write_aside(&self, text: &[u8]) -> io::Result<()> {
        // One that a crash left is overwritten: nobody else writes here while we hold the lock.
        let aside = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(self.next_path());
        let mut aside = aside?;
        aside.write_all(text)?;
        aside.sync_all()
    }
}
