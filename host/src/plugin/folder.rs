//! The plugin folder: its files, and their bytes.
//!
//! Others write to it at any time. Scanning opens no file, and reading waits only for the disk: a pipe or a
//! broken link under a plugin's name is detected first.

mod problem;
mod read;
mod snapshot;
mod stamp;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytesize::ByteSize;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use self::problem::EntryRole;
pub(crate) use self::problem::{FolderProblem, ProblemKind};
pub(crate) use self::read::ReadError;
use self::read::{Reading, read_unless};
pub(crate) use self::snapshot::{ChangeKind, ProviderFiles, Snapshot, diff};
pub(crate) use self::stamp::{FileStamp, FolderId};
use super::settings::AuthorSettings;
use contract::ProviderId;
use net::exposure::{self, Exposed};

/// Extension of a component's file name.
const COMPONENT: &str = "wasm";

/// Extension of a settings file's name.
const SETTINGS: &str = "toml";

/// The shortest pause before a file that is being written is read again.
const PAUSE: Duration = Duration::from_millis(25);

/// The pause, in multiples of the time that reading took: a large file must not keep a core busy.
const PAUSES: u32 = 4;

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The time an incomplete file may stay unchanged before it counts as broken.
const STANDSTILL: Duration = Duration::from_millis(500);

/// The longest time for which a changing file is read again. After that, only its next change causes another
/// attempt.
const PATIENCE: Duration = Duration::from_secs(30);

/// A plugin folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    dir: PathBuf,
    component_size: ByteSize,
}

/// The complete bytes of one provider's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    /// `NAME.wasm`.
    pub(crate) component: Vec<u8>,
    /// `NAME.toml`, if there is one.
    pub(crate) settings: Option<Vec<u8>>,
}

impl Folder {
    /// Returns the folder at `dir`, which need not exist yet. Its components may have up to 64 MiB.
    pub(crate) fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), component_size: ByteSize::mib(64) }
    }

    /// Sets the size of the largest component. A larger one is not read.
    #[must_use]
    pub(crate) fn with_component_size(mut self, limit: ByteSize) -> Self {
        self.component_size = limit;
        self
    }

    /// Returns its path.
    pub(crate) fn path(&self) -> &Path {
        &self.dir
    }

    /// Returns the path of the provider's component, which may not exist.
    pub(crate) fn component_path(&self, provider: &ProviderId) -> PathBuf {
        self.dir.join(format!("{provider}.{COMPONENT}"))
    }

    /// Returns the path of the provider's settings, which may not exist.
    pub(crate) fn settings_path(&self, provider: &ProviderId) -> PathBuf {
        self.dir.join(format!("{provider}.{SETTINGS}"))
    }

    /// Scans the folder without opening a file. Blocks on the disk.
    ///
    /// A folder that cannot be read looks empty, with one problem.
    pub(crate) fn scan(&self) -> Snapshot {
        match self.look() {
            Ok((_, snapshot)) => snapshot,
            Err(error) => Snapshot { problems: vec![self.unreadable(&error)], ..Snapshot::default() },
        }
    }

    /// Scans the folder like [`scan`](Self::scan) and also returns its identity; fails if it cannot be read.
    pub(super) fn look(&self) -> io::Result<(FolderId, Snapshot)> {
        loop {
            let id = FolderId::of(&self.dir)?;
            let snapshot = self.list()?;
            // If a folder is moved away during the scan, all its files seem to be missing.
            if FolderId::of(&self.dir)? == id {
                return Ok((id, snapshot));
            }
        }
    }

    fn list(&self) -> io::Result<Snapshot> {
        let mut settings = BTreeMap::new();
        let mut snapshot = Snapshot::default();
        let mut left = problem::MOST_BELOW;
        let (exposed, others_may_enter) = exposure::of_folders(&self.dir).unwrap_or_default();
        let of_folder = |Exposed { path, writers }: &Exposed| FolderProblem::exposed(&path.to_string_lossy(), writers);
        let mut problems: Vec<_> = exposed.iter().map(of_folder).collect();
        for entry in std::fs::read_dir(&self.dir)? {
            let entry = entry?;
            let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            let exposed = |stamp: &FileStamp| others_may_enter.then(|| stamp.exposure(&name)).flatten();
            // A file that vanishes between listing and stamping counts as absent.
            match EntryRole::of(&entry) {
                EntryRole::Component(id) => {
                    let Ok(component) = FileStamp::of(&path) else { continue };
                    problems.extend(exposed(&component));
                    snapshot.providers.insert(id, ProviderFiles { component, settings: None });
                }
                EntryRole::Settings(id) => {
                    let Ok(stamp) = FileStamp::of(&path) else { continue };
                    problems.extend(exposed(&stamp));
                    settings.insert(id, stamp);
                }
                EntryRole::Ignored(reason) => problems.push(FolderProblem::ignored(&name, reason)),
                EntryRole::Folder if left > 0 => problems.extend(problem::below(&path, &mut left)),
                EntryRole::Folder => {}
                EntryRole::Other => {}
            }
        }
        for (id, stamp) in settings {
            match snapshot.providers.get_mut(&id) {
                Some(files) => files.settings = Some(stamp),
                None => problems.push(FolderProblem::ignored(
                    &format!("{id}.{SETTINGS}"),
                    format!("there is no `{id}.{COMPONENT}` beside it"),
                )),
            }
        }
        snapshot.problems = problem::bounded(problems, &self.dir);
        Ok(snapshot)
    }

    pub(super) fn unreadable(&self, error: &io::Error) -> FolderProblem {
        let file = self.dir.to_string_lossy().into_owned();
        FolderProblem { kind: ProblemKind::Unreadable, file, reason: format!("it cannot be read: {error}") }
    }

    /// Reads a provider's files.
    ///
    /// A file that is being written is read again until it is complete; a truncated component, only for half a
    /// second after its last change. It is then returned as it is, and the compiler reports the truncation.
    ///
    /// # Errors
    ///
    /// Fails if a file is not a regular file, is too large, cannot be read, or is written to without end.
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
        let begun = Instant::now();
        // The incomplete file that was read last, and the time since which it has been unchanged.
        let mut incomplete: Option<(FileStamp, Instant)> = None;
        loop {
            // Reading and checking a large file takes long, so it is not repeated while the file is unchanged.
            let unchanged = incomplete.filter(|(_, since)| since.elapsed() < STANDSTILL).map(|(stamp, _)| stamp);
            let (of, at) = (path.clone(), Instant::now());
            let reading = spawn_blocking(move || read_unless(&of, limit, unchanged, is_whole)).await;
            match reading.expect("reading does not panic, and is not cancelled")? {
                Reading::Whole(bytes) => return Ok(bytes),
                Reading::Incomplete { bytes, stamp } => match incomplete {
                    Some((before, since)) if before == stamp => {
                        if since.elapsed() >= STANDSTILL {
                            return Ok(bytes);
                        }
                    }
                    Some(_) | None => incomplete = Some((stamp, Instant::now())),
                },
                Reading::Unchanged => {}
                Reading::Changing => incomplete = None,
            }
            if begun.elapsed() >= PATIENCE {
                return Err(ReadError::restless(path));
            }
            sleep((at.elapsed() * PAUSES).clamp(PAUSE, LONGEST_PAUSE)).await;
        }
    }
}

fn has_its_end(component: &[u8]) -> bool {
    !engine::inspect::ends_early(component)
}

#[cfg(test)]
mod tests;
