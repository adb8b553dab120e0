//! The contents of sources: a file that is written anew with the same bytes is no change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::project::is_lock;
use crate::plugin::{Digest, SourceTree};

/// Builds in a row that are caused by files which change during builds. After these, they count as output.
const IN_A_ROW: usize = 2;

/// The sources as they were last built.
#[derive(Debug, Default)]
pub(super) struct SourceContents {
    tree: SourceTree,
    digests: BTreeMap<PathBuf, Digest>,
    /// Files that builds write among the sources. What becomes of them during a build does not count.
    written: BTreeSet<PathBuf>,
    /// Builds in a row that each file has caused by changing during the one before.
    in_a_row: BTreeMap<PathBuf, usize>,
    /// The end of the last build.
    built: Option<SystemTime>,
}

/// The changes since the last build.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SourceChanges {
    /// Files to build again for.
    pub(super) changed: BTreeSet<PathBuf>,
    /// Files that turn out to be written by builds.
    pub(super) written: BTreeSet<PathBuf>,
}

impl SourceContents {
    /// Takes up the sources in their present state. Blocks on the disk.
    pub(super) fn of(tree: SourceTree) -> Self {
        let digests = tree.files().filter_map(|path| Some((path.to_owned(), digest(path)?))).collect();
        Self { tree, digests, ..Self::default() }
    }

    /// Returns the state that was taken up last.
    pub(super) fn tree(&self) -> &SourceTree {
        &self.tree
    }

    /// Notes that a build has ended.
    pub(super) fn built(&mut self) {
        self.built = Some(SystemTime::now());
    }

    /// Takes up another state, and returns what has changed. Blocks on the disk.
    pub(super) fn take_up(&mut self, tree: &SourceTree) -> SourceChanges {
        let differing = tree.differing(&self.tree);
        let changed: BTreeSet<_> = differing.into_iter().filter(|path| self.reread(path)).collect();
        self.tree = tree.clone();
        let during = |path: &Path| self.built.is_some_and(|built| tree.is_from_before(path, built));
        let is_output = |path: &Path| during(path) && (is_lock(path) || self.written.contains(path));
        let changed: BTreeSet<_> = changed.into_iter().filter(|path| !is_output(path)).collect();
        if changed.is_empty() {
            return SourceChanges::default();
        }
        let all_during = changed.iter().all(|path| during(path));
        let counted = |path: &PathBuf| (path.clone(), self.in_a_row.get(path).map_or(1, |builds| builds + 1));
        let in_a_row = if all_during { changed.iter().map(counted).collect() } else { BTreeMap::new() };
        self.in_a_row = in_a_row;
        let (written, changed): (BTreeSet<_>, BTreeSet<_>) =
            changed.into_iter().partition(|path| self.in_a_row.get(path).is_some_and(|builds| *builds > IN_A_ROW));
        self.written.extend(written.iter().cloned());
        SourceChanges { changed, written }
    }

    /// Reads a file again, and returns whether its content differs.
    fn reread(&mut self, path: &Path) -> bool {
        let before = match digest(path) {
            Some(digest) => self.digests.insert(path.to_owned(), digest).map(|before| before != digest),
            None => self.digests.remove(path).map(|_| true),
        };
        before.unwrap_or_else(|| self.digests.contains_key(path))
    }
}

/// Returns the digest of a file; `None` if it is gone.
fn digest(path: &Path) -> Option<Digest> {
    fs::read(path).ok().map(|content| Digest::of(&content))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;
    use crate::plugin::SourceRoots;

    /// Sources in a folder of their own.
    struct Sources {
        dir: TempDir,
        roots: SourceRoots,
        contents: SourceContents,
    }

    impl Sources {
        fn new() -> Self {
            let dir = TempDir::new().expect("there is room");
            let roots = SourceRoots { folders: [dir.path().to_owned()].into(), ..SourceRoots::default() };
            Self { contents: SourceContents::of(roots.tree()), roots, dir }
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.dir.path().join(name), text).expect("the folder is ours");
        }

        /// Writes a file, after the last build if there was one.
        fn write_after_builds(&self, name: &str, text: &str) {
            self.write(name, text);
            let file = fs::File::options().append(true).open(self.dir.path().join(name)).expect("it was written");
            file.set_modified(SystemTime::now() + Duration::from_secs(60)).expect("it is ours");
        }

        fn changes(&mut self) -> SourceChanges {
            self.contents.take_up(&self.roots.tree())
        }

        /// Returns the names of the files to build for.
        fn changed(&mut self) -> Vec<String> {
            let name = |path: PathBuf| path.file_name().expect("it has one").to_string_lossy().into_owned();
            self.changes().changed.into_iter().map(name).collect()
        }
    }

    #[test]
    fn a_file_that_is_added_altered_or_removed_is_a_change_and_one_written_anew_is_none() {
        let mut sources = Sources::new();
        sources.write("app.py", "1");
        assert_eq!(sources.changed(), ["app.py"]);

        sources.write("app.py", "1");
        assert_eq!(sources.changed(), [""; 0]);
        sources.write("app.py", "2");
        assert_eq!(sources.changed(), ["app.py"]);
        fs::remove_file(sources.dir.path().join("app.py")).expect("it is ours");
        assert_eq!(sources.changed(), ["app.py"]);
    }

    #[test]
    fn a_lock_file_counts_unless_the_build_has_written_it() {
        let mut sources = Sources::new();
        sources.write("Cargo.lock", "1");
        sources.contents.built();
        assert_eq!(sources.changed(), [""; 0]);

        sources.write_after_builds("Cargo.lock", "2");
        assert_eq!(sources.changed(), ["Cargo.lock"]);
    }

    #[test]
    fn a_file_that_changes_with_each_build_ends_in_being_taken_for_its_output() {
        let mut sources = Sources::new();
        sources.write("app.py", "1");
        let mut builds = 0;
        loop {
            sources.write("version.py", &builds.to_string());
            sources.contents.built();
            let changes = sources.changes();
            if changes.changed.is_empty() {
                assert_eq!(changes.written.len(), 1 + usize::from(builds == 0));
                break;
            }
            builds += 1;
        }
        assert_eq!(builds, IN_A_ROW);

        sources.write("version.py", "again");
        sources.contents.built();
        assert_eq!(sources.changes(), SourceChanges::default());
        sources.write_after_builds("version.py", "by its author");
        assert_eq!(sources.changed(), ["version.py"]);
    }
}
