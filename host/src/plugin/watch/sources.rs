//! Watches the sources of plugins while their author works on them.
//!
//! A build writes beside its sources, and so do editors. None of that may look like a change of the sources, or a build
//! would cause the next. The same holds for what an author's own programs write, such as the log of a mock backend.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use ignore::{DirEntry, WalkBuilder};

use super::{FileWatch, Look, Watched, watch_scene};
use crate::plugin::folder::{FileStamp, FolderId};
use net::os::FileId;

/// Folders of build output and of dependencies, by the names that tools give them.
const MADE: [&str; 5] = ["target", "node_modules", "__pycache__", "dist", "venv"];

/// Files that mark the folder around them: a cache, by the convention that cargo and others follow, and a virtual
/// environment of Python.
const MARKS: [&str; 2] = ["CACHEDIR.TAG", "pyvenv.cfg"];

/// Endings of files that editors, patches and builds leave behind.
const LEFT: [&str; 12] =
    ["wasm", "swp", "swo", "swx", "tmp", "bak", "orig", "rej", "pyc", "o", "tsbuildinfo", "kate-swp"];

/// Endings of files that running programs write.
const WRITTEN: [&str; 10] =
    ["log", "out", "pid", "db", "db-journal", "db-shm", "db-wal", "sqlite", "sqlite3", "sqlite3-journal"];

/// The most files that are looked at. A watch on a whole disk must not take too long.
const MOST: usize = 20_000;

/// The places of sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceRoots {
    /// Folders whose files are sources, and all folders below them. Links to folders are not followed.
    ///
    /// Hidden files do not count, nor what `.gitignore` or `.ignore` names, the output of tools, what running programs
    /// write, and editors' files.
    pub(crate) folders: BTreeSet<PathBuf>,
    /// Single files.
    pub(crate) files: BTreeSet<PathBuf>,
    /// Files and folders that are none.
    pub(crate) left_out: BTreeSet<PathBuf>,
    /// Files that this process writes its own lines to, whatever they are called.
    pub(crate) outputs: Vec<FileId>,
}

/// A tree of sources at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceTree {
    files: BTreeMap<PathBuf, FileStamp>,
}

impl SourceTree {
    /// Returns the files that may differ from those of `before`, or that only one of both has.
    pub(crate) fn differing(&self, before: &Self) -> BTreeSet<PathBuf> {
        let all = self.files.keys().chain(before.files.keys());
        all.filter(|path| self.files.get(*path) != before.files.get(*path)).cloned().collect()
    }

    /// Returns all files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }

    /// Returns the time at which a file was last written to, or put there; `None` if it is gone.
    pub(crate) fn changed_at(&self, path: &Path) -> Option<SystemTime> {
        self.files.get(path).map(FileStamp::changed_at)
    }
}

impl SourceRoots {
    /// Returns the sources as they are now. Blocks on the disk.
    pub(crate) fn tree(&self) -> SourceTree {
        self.look(&SourceTree::default()).state
    }

    /// Watches the sources from the state `seen` on. Must be called within a tokio runtime.
    pub(crate) fn watch(self, seen: SourceTree) -> FileWatch<SourceTree> {
        watch_scene(self, seen)
    }

    /// Walks through a folder of sources.
    fn walk(&self, folder: &Path) -> impl Iterator<Item = DirEntry> + use<> {
        let left_out = Arc::new(self.left_out.clone());
        WalkBuilder::new(folder)
            .standard_filters(false)
            .hidden(true)
            .parents(true)
            .ignore(true)
            .git_ignore(true)
            .git_exclude(true)
            .git_global(true)
            .require_git(false)
            .filter_entry(move |entry| entry.depth() == 0 || (!left_out.contains(entry.path()) && may_be_source(entry)))
            .build()
            .filter_map(Result::ok)
    }
}

impl Watched for SourceRoots {
    type State = SourceTree;

    fn look(&self, before: &SourceTree) -> Look<SourceTree> {
        let mut look = Look { state: SourceTree::default(), folders: BTreeMap::new() };
        let mut take = |path: &Path, is_folder: bool| {
            if is_folder {
                look.folders.extend(FolderId::of(path).map(|id| (path.to_owned(), id)));
            // A link to a folder changes with whatever is written there.
            } else if look.state.files.len() < MOST && path.is_file() {
                let stamp = FileStamp::of(path).ok().filter(|stamp| !self.outputs.contains(&stamp.id()));
                look.state.files.extend(stamp.map(|stamp| (path.to_owned(), stamp)));
            }
        };
        for entry in self.folders.iter().flat_map(|folder| self.walk(folder)) {
            take(entry.path(), entry.file_type().is_some_and(|kind| kind.is_dir()));
        }
        for file in &self.files {
            file.parent().iter().for_each(|folder| take(folder, true));
            take(file, false);
        }
        // A tree that is briefly missing is being replaced.
        if look.folders.is_empty() {
            look.state = before.clone();
        }
        look
    }
}

fn may_be_source(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    if entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return !MADE.iter().any(|made| name == *made) && !MARKS.iter().any(|mark| entry.path().join(mark).exists());
    }
    let is_left = |ending: &OsStr| LEFT.iter().chain(&WRITTEN).any(|left| ending == *left);
    !is_of_editor(name) && !is_old_log(name) && !entry.path().extension().is_some_and(is_left)
}

/// Returns whether a file that has such a name is a log that another has followed: `mock.log.1`, `mock.log.2026-12-01`.
fn is_old_log(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.rsplit_once(".log.").is_some_and(|(_, rest)| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// Returns whether editors give their own files such a name.
fn is_of_editor(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    // Vim tries whether it may create files by one that is called 4913, or higher.
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    let is_of_sed = name.strip_prefix("sed").is_some_and(|rest| rest.len() == 6 && !rest.contains('.'));
    let is_emacs = name.starts_with('#') && name.ends_with('#');
    name.ends_with('~') || name.ends_with("___") || is_emacs || is_number || is_of_sed
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    fn write(root: &Path, name: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("the folder is ours");
        fs::write(path, name).expect("the folder is ours");
    }

    #[test]
    fn what_tools_and_editors_leave_behind_is_no_source() {
        let dir = TempDir::new().expect("there is room");
        let sources =
            ["Cargo.toml", "app.py", "log.py", "seed.py", "src/lib.rs", "src/nested/mod.rs", "wit/deps/a/b.wit"];
        let others = [
            ".git/index",
            ".venv/lib/a.py",
            "4913",
            "a.wasm",
            "env/pyvenv.cfg",
            "env/lib/b.py",
            "generated/CACHEDIR.TAG",
            "generated/c.rs",
            "mock.log",
            "mock.log.2026-12-01",
            "nohup.out",
            "recorded/i.har",
            "node_modules/d/index.js",
            "out-dir/release/e.d",
            "bindings/f.py",
            "src/#lib.rs#",
            "src/.lib.rs.swp",
            "src/lib.rs.orig",
            "src/lib.rs~",
            "src/lib.rs___jb_tmp___",
            "src/sedAbC123",
            "src/__pycache__/g.pyc",
            "target/release/h.rs",
        ];
        sources.iter().chain(&others).for_each(|name| write(dir.path(), name));
        fs::write(dir.path().join(".gitignore"), "/bindings/\n").expect("the folder is ours");
        fs::write(dir.path().join(".ignore"), "/recorded/\n").expect("the folder is ours");
        symlink(dir.path().join("out-dir"), dir.path().join("link")).expect("the folder is ours");
        let roots = SourceRoots {
            folders: [dir.path().to_owned()].into(),
            left_out: [dir.path().join("out-dir")].into(),
            ..SourceRoots::default()
        };

        let tree = roots.tree();

        let found: Vec<_> = tree.files().map(|path| path.strip_prefix(dir.path()).expect("it lies there")).collect();
        assert_eq!(found, sources.map(Path::new));
    }
}
