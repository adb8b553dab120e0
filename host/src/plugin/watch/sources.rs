//! Watches the sources of a plugin while its author works on them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::{FileWatch, Look, Watched, watch_scene};
use crate::plugin::folder::{FileStamp, FolderId};

/// Folders of build output.
const MADE: [&str; 4] = ["target", "node_modules", "__pycache__", "dist"];

/// The most files that are looked at. A watch on a whole disk must not take too long.
const MOST: usize = 20_000;

/// A tree of sources at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceTree {
    files: BTreeMap<PathBuf, FileStamp>,
}

/// Watches the sources below `dir`, as they are now. Must be called within a tokio runtime; blocks on the disk once.
///
/// Hidden files, components, editors' backups and the folders `target`, `node_modules`, `__pycache__` and
/// `dist` do not count, so that the output of a build does not cause the next. Links to folders are not
/// followed.
pub(crate) fn sources(dir: PathBuf) -> FileWatch<SourceTree> {
    let tree = Tree(dir);
    let seen = tree.look(&SourceTree::default()).state;
    watch_scene(tree, seen)
}

/// The root of the sources.
struct Tree(PathBuf);

impl Watched for Tree {
    type State = SourceTree;

    fn look(&self, before: &SourceTree) -> Look<SourceTree> {
        let mut look = Look { state: SourceTree::default(), folders: BTreeMap::new() };
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            // A folder that has vanished, or may not be read, has no sources.
            let (Ok(id), Ok(entries)) = (FolderId::of(&folder), fs::read_dir(&folder)) else { continue };
            look.folders.insert(folder, id);
            for entry in entries.flatten() {
                let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
                if kind.is_dir() && !is_made(&entry.file_name()) {
                    folders.push(path);
                } else if !kind.is_dir() && is_source(&path) && look.state.files.len() < MOST {
                    look.state.files.extend(FileStamp::of(&path).map(|stamp| (path, stamp)));
                }
            }
        }
        // A tree that is briefly missing is being replaced.
        if look.folders.is_empty() {
            look.state = before.clone();
        }
        look
    }
}

fn is_made(folder: &OsStr) -> bool {
    is_hidden(folder) || MADE.iter().any(|made| folder == *made)
}

fn is_source(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default();
    !is_hidden(name) && !name.as_encoded_bytes().ends_with(b"~") && file.extension() != Some("wasm".as_ref())
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}
