//! The plugin folder: which files are there, and their bytes.
//!
//! Others write to it at any time. Looking opens no file, and reading waits for nothing but the disk: whatever stands
//! there under a plugin's name, be it a pipe or a link to nowhere, is told from a file first.

mod read;
mod snapshot;
mod stamp;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytesize::ByteSize;

pub(crate) use self::read::ReadError;
use self::read::{Reading, read_whole};
pub(crate) use self::snapshot::{ChangeKind, Files, Snapshot, diff};
pub(crate) use self::stamp::{FolderId, Stamp};
use super::settings::AuthorSettings;
use contract::Printable;
use contract::ProviderId;

/// Ending of a component's file name.
const COMPONENT: &str = "wasm";

/// Ending of a settings file's name.
const SETTINGS: &str = "toml";

/// Pause before a file that is being written is read again.
const PAUSE: Duration = Duration::from_millis(25);

/// How long a file may stand still half written before it counts as broken.
const STANDSTILL: Duration = Duration::from_millis(500);

/// How long a file may be written to in all before reading it is given up. The next change brings the next attempt.
const PATIENCE: Duration = Duration::from_secs(30);

/// A plugin folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    dir: PathBuf,
    component_size: ByteSize,
}

/// The bytes of one provider's files, each whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    /// `NAME.wasm`.
    pub(crate) component: Vec<u8>,
    /// `NAME.toml`, if there is one.
    pub(crate) settings: Option<Vec<u8>>,
}

impl Folder {
    /// The folder at `dir`, which need not exist yet. Components in it may have up to 64 MiB.
    pub(crate) fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), component_size: ByteSize::mib(64) }
    }

    /// Sets how large components may be. A larger one is not read.
    #[must_use]
    pub(crate) fn with_component_size(mut self, limit: ByteSize) -> Self {
        self.component_size = limit;
        self
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.dir
    }

    /// Where the provider's component is, or would be.
    pub(crate) fn component_path(&self, provider: &ProviderId) -> PathBuf {
        self.dir.join(format!("{provider}.{COMPONENT}"))
    }

    /// Where the provider's settings are, or would be.
    pub(crate) fn settings_path(&self, provider: &ProviderId) -> PathBuf {
        self.dir.join(format!("{provider}.{SETTINGS}"))
    }

    /// Looks at the folder, without opening a file. Blocks on the disk.
    ///
    /// A folder that cannot be read looks empty, with one problem.
    pub(crate) fn scan(&self) -> Snapshot {
        match self.look() {
            Ok((_, snapshot)) => snapshot,
            Err(error) => Snapshot { problems: vec![self.unreadable(&error)], ..Snapshot::default() },
        }
    }

    /// Looks at the folder as [`scan`](Self::scan) does and says which one it was, or fails if it cannot be read.
    pub(super) fn look(&self) -> io::Result<(FolderId, Snapshot)> {
        loop {
            let id = FolderId::of(&self.dir)?;
            let snapshot = self.list()?;
            // The files of a folder that is moved away while we look at them seem to be gone, one and all.
            if FolderId::of(&self.dir)? == id {
                return Ok((id, snapshot));
            }
        }
    }

    fn list(&self) -> io::Result<Snapshot> {
        let mut settings = BTreeMap::new();
        let mut snapshot = Snapshot::default();
        for entry in std::fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let Some(ending) = plugin_file_ending(&path) else { continue };
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let id: ProviderId = match name.parse() {
                Ok(id) => id,
                Err(error) => {
                    snapshot
                        .problems
                        .push(format!("the file name `{}.{ending}` will not do: {error}", Printable(&name)));
                    continue;
                }
            };
            // Whatever vanishes between listing and looking was not there.
            let Ok(stamp) = Stamp::of(&path) else { continue };
            if ending == COMPONENT {
                snapshot.providers.insert(id, Files { component: stamp, settings: None });
            } else {
                settings.insert(id, stamp);
            }
        }
        for (id, stamp) in settings {
            match snapshot.providers.get_mut(&id) {
                Some(files) => files.settings = Some(stamp),
                None => snapshot.problems.push(format!("`{id}.{SETTINGS}` has no `{id}.{COMPONENT}` beside it")),
            }
        }
        snapshot.problems.sort();
        Ok(snapshot)
    }

    pub(super) fn unreadable(&self, error: &io::Error) -> String {
        format!("the plugin folder {} cannot be read: {error}", self.dir.display())
    }

    /// Reads a provider's files.
    ///
    /// One that is being written is read again until it is whole; a component whose end is missing, only for half a
    /// second after the last change. It is then returned as it is, for the compiler to say what it lacks.
    ///
    /// # Errors
    ///
    /// Fails if one is no regular file, too large, cannot be read, or is written to without end.
    pub(crate) async fn read(&self, provider: &ProviderId) -> Result<Contents, ReadError> {
        let component = self.component_path(provider);
        let component = self.read_settled(component, self.component_size, has_its_end).await?;
        let settings = self.settings_path(provider);
        let settings = match self.read_settled(settings, ByteSize(AuthorSettings::MAX_SIZE), |_| true).await {
            Ok(settings) => Some(settings),
            Err(error) if error.is_missing() => None,
            Err(error) => return Err(error),
        };
        Ok(Contents { component, settings })
    }

    async fn read_settled(
        &self,
        path: PathBuf,
        limit: ByteSize,
        is_whole: fn(&[u8]) -> bool,
    ) -> Result<Vec<u8>, ReadError> {
        let begun = tokio::time::Instant::now();
        let mut seen = None;
        loop {
            let of = path.clone();
            let reading = tokio::task::spawn_blocking(move || read_whole(&of, limit)).await;
            let reading = reading.expect("reading does not panic, and is not cancelled")?;
            let now = tokio::time::Instant::now();
            match reading {
                Reading::Steady { bytes, .. } if is_whole(&bytes) => return Ok(bytes),
                Reading::Steady { bytes, stamp } => {
                    let since = match seen {
                        Some((before, since)) if before == stamp => since,
                        _ => now,
                    };
                    if now - since >= STANDSTILL {
                        return Ok(bytes);
                    }
                    seen = Some((stamp, since));
                }
                Reading::Changing => seen = None,
            }
            if now - begun >= PATIENCE {
                return Err(ReadError::restless(path));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// `wasm` or `toml`, if the host looks at files of this name. Hidden ones are others' business: editors' and copiers'.
fn plugin_file_ending(path: &Path) -> Option<&'static str> {
    if path.file_name()?.as_encoded_bytes().starts_with(b".") {
        return None;
    }
    let ending = path.extension()?;
    [COMPONENT, SETTINGS].into_iter().find(|&known| ending == known)
}

fn has_its_end(component: &[u8]) -> bool {
    !engine::bindings::inspect::ends_early(component)
}

#[cfg(test)]
mod tests;
