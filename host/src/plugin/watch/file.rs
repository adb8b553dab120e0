//! A single file, watched under its name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Changes, Look, Scene, watch_scene};
use crate::plugin::folder::{FolderId, Stamp};

/// What stands under a file's name, as it changes.
pub(crate) type FileChanges = Changes<Option<Stamp>>;

/// Watches what `path` leads to. Must be called within a tokio runtime; blocks on the disk once.
///
/// It may be replaced by another file or be a link that is set anew, as Kubernetes does for a folder of links.
pub(crate) fn file(path: PathBuf) -> FileChanges {
    let name = Name(path);
    let seen = name.look(&None).state;
    watch_scene(name, seen)
}

struct Name(PathBuf);

impl Scene for Name {
    type State = Option<Stamp>;

    fn look(&self, _: &Option<Stamp>) -> Look<Option<Stamp>> {
        // A link leads elsewhere, and the file there may be written to.
        let target = fs::canonicalize(&self.0).ok();
        let folders = [Some(&self.0), target.as_ref()].into_iter().flatten().filter_map(|file| folder_of(file));
        Look { state: Stamp::of(&self.0).ok(), folders: folders.collect::<BTreeMap<_, _>>() }
    }
}

fn folder_of(file: &Path) -> Option<(PathBuf, FolderId)> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let id = FolderId::of(folder).ok()?;
    Some((folder.to_owned(), id))
}
