//! Watches files by their names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{FileWatch, Look, Watched, watch_scene};
use crate::plugin::folder::{FileStamp, FolderId};

/// The metadata of several files, as they change. A file that cannot be looked at has none.
pub(crate) type FilesChanges = FileWatch<BTreeMap<PathBuf, Option<FileStamp>>>;

/// Watches the files that these paths lead to, from their state `seen` on. Must be called within a tokio runtime.
///
/// A file may be replaced, or be a link that is switched, as Kubernetes does for a folder of links.
pub(crate) fn files(seen: BTreeMap<PathBuf, Option<FileStamp>>) -> FilesChanges {
    watch_scene(FileNames(seen.keys().cloned().collect()), seen)
}

/// Returns the metadata of files. Blocks on the disk.
pub(crate) fn stamps(paths: impl IntoIterator<Item = PathBuf>) -> BTreeMap<PathBuf, Option<FileStamp>> {
    paths.into_iter().map(|path| (path.clone(), FileStamp::of(&path).ok())).collect()
}

struct FileNames(Vec<PathBuf>);

impl Watched for FileNames {
    type State = BTreeMap<PathBuf, Option<FileStamp>>;

    fn look(&self, _: &Self::State) -> Look<Self::State> {
        let folders = self.0.iter().flat_map(|path| folders_of(path)).collect();
        Look { state: stamps(self.0.iter().cloned()), folders }
    }
}

/// Returns the folders in which a file may be replaced: its own, and that of the target of a link, which may be written
/// to as well.
fn folders_of(file: &Path) -> impl Iterator<Item = (PathBuf, FolderId)> {
    let target = fs::canonicalize(file).ok();
    [Some(file), target.as_deref()].into_iter().flatten().filter_map(folder_of).collect::<Vec<_>>().into_iter()
}

fn folder_of(file: &Path) -> Option<(PathBuf, FolderId)> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let id = FolderId::of(folder).ok()?;
    Some((folder.to_owned(), id))
}
