//! Watches a single file by its name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{FileWatch, Look, Watched, watch_scene};
use crate::plugin::folder::{FileStamp, FolderId};

/// The metadata of the file with a given name, as it changes.
pub(crate) type FileChanges = FileWatch<Option<FileStamp>>;

/// Watches the file that `path` leads to. Must be called within a tokio runtime; blocks on the disk once.
///
/// The file may be replaced, or be a link that is switched, as Kubernetes does for a folder of links.
pub(crate) fn file(path: PathBuf) -> FileChanges {
    let name = FileName(path);
    let seen = name.look(&None).state;
    watch_scene(name, seen)
}

struct FileName(PathBuf);

impl Watched for FileName {
    type State = Option<FileStamp>;

    fn look(&self, _: &Option<FileStamp>) -> Look<Option<FileStamp>> {
        // The target of a link may be written to as well.
        let target = fs::canonicalize(&self.0).ok();
        let folders = [Some(&self.0), target.as_ref()].into_iter().flatten().filter_map(|file| folder_of(file));
        Look { state: FileStamp::of(&self.0).ok(), folders: folders.collect::<BTreeMap<_, _>>() }
    }
}

fn folder_of(file: &Path) -> Option<(PathBuf, FolderId)> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let id = FolderId::of(folder).ok()?;
    Some((folder.to_owned(), id))
}
