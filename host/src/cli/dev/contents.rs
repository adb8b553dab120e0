//! The contents of sources: a file that is written anew with the same bytes is no change, and neither is what a program
//! writes rather than an author.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::project::{is_code, is_lock};
use crate::plugin::{Digest, SourceTree};

/// Builds in a row that are caused by files which programs seem to write. After these, they count as output.
const IN_A_ROW: usize = 2;

/// Builds in a row that one file causes which is no code, until its author is asked about it.
pub(super) const OFTEN: usize = 5;

/// The sources as they were last built.
#[derive(Debug, Default)]
pub(super) struct SourceContents {
    tree: SourceTree,
    known: BTreeMap<PathBuf, SourceContent>,
    /// Files that programs write among the sources. What becomes of them as before does not count.
    written: BTreeSet<PathBuf>,
    /// Builds in a row that each file has caused by changing as programs do it.
    in_a_row: BTreeMap<PathBuf, usize>,
    /// The file that alone has caused the last builds, and their count.
    alone: Option<(PathBuf, usize)>,
    /// The end of the last build.
    built: Option<SystemTime>,
    /// Set if the last build succeeded.
    succeeded: bool,
}

/// The content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SourceContent {
    digest: Digest,
    size: usize,
}

/// The way in which a file differs from before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SourceDifference {
    Added,
    /// It has its content of before, and more behind.
    Extended,
    Other,
}

/// The changes since the last build.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SourceChanges {
    /// Files to build again for.
    pub(super) changed: BTreeSet<PathBuf>,
    /// Files that turn out to be written by programs.
    pub(super) written: BTreeSet<PathBuf>,
    /// A file that may be, as it alone has caused many builds.
    pub(super) doubtful: Option<PathBuf>,
}

impl SourceContents {
    /// Takes up the sources in their present state. Blocks on the disk.
    pub(super) fn of(tree: SourceTree) -> Self {
        let known =
            tree.files().filter_map(|path| Some((path.to_owned(), SourceContent::of(&fs::read(path).ok()?)))).collect();
        Self { tree, known, ..Self::default() }
    }

    /// Returns the state that was taken up last.
    pub(super) fn tree(&self) -> &SourceTree {
        &self.tree
    }

    /// Notes that a build has ended, and whether it succeeded.
    pub(super) fn built(&mut self, succeeded: bool) {
        self.built = Some(SystemTime::now());
        self.succeeded = succeeded;
    }

    /// Takes up another state, and returns what has changed. Blocks on the disk.
    pub(super) fn take_up(&mut self, tree: &SourceTree) -> SourceChanges {
        let differing = tree.differing(&self.tree).into_iter();
        let differing: Vec<_> = differing.filter_map(|path| Some((self.reread(&path)?, path))).collect();
        self.tree = tree.clone();
        let during = |path: &Path| self.built.is_some_and(|built| tree.is_from_before(path, built));
        let by_program = |difference: SourceDifference, path: &Path| {
            during(path) || (difference == SourceDifference::Extended && !is_code(path))
        };
        // A build that succeeded did not need what was added meanwhile; an author who adds it for later uses it later.
        let is_added = |difference| difference == SourceDifference::Added && self.succeeded;
        let is_output = |difference: SourceDifference, path: &Path| {
            let is_of_build = during(path) && (is_lock(path) || is_added(difference));
            is_of_build || (self.written.contains(path) && by_program(difference, path))
        };
        let causes = differing.into_iter().filter(|(difference, path)| !is_output(*difference, path));
        let causes: Vec<_> = causes.collect();
        if causes.is_empty() {
            return SourceChanges::default();
        }
        if causes.iter().all(|(difference, path)| by_program(*difference, path)) {
            causes.iter().for_each(|(_, path)| *self.in_a_row.entry(path.clone()).or_default() += 1);
        } else {
            self.in_a_row.clear();
        }
        let (written, changed): (BTreeSet<_>, BTreeSet<_>) = causes
            .into_iter()
            .map(|(_, path)| path)
            .partition(|path| self.in_a_row.get(path).is_some_and(|builds| *builds > IN_A_ROW));
        self.written.extend(written.iter().cloned());
        let doubtful = self.count_alone(&changed).cloned();
        SourceChanges { changed, written, doubtful }
    }

    /// Counts the builds that one file alone has caused, and returns it once if they are many.
    fn count_alone(&mut self, changed: &BTreeSet<PathBuf>) -> Option<&PathBuf> {
        let Some(only) = changed.first().filter(|path| changed.len() == 1 && !is_code(path)) else {
            self.alone = None;
            return None;
        };
        let before = self.alone.take().filter(|(path, _)| path == only).map_or(0, |(_, builds)| builds);
        let (path, builds) = self.alone.insert((only.clone(), before + 1));
        (*builds == OFTEN).then_some(path)
    }

    /// Reads a file again, and returns how it differs, if it does.
    fn reread(&mut self, path: &Path) -> Option<SourceDifference> {
        let Ok(bytes) = fs::read(path) else {
            return self.known.remove(path).map(|_| SourceDifference::Other);
        };
        let now = SourceContent::of(&bytes);
        match self.known.insert(path.to_owned(), now) {
            None => Some(SourceDifference::Added),
            Some(before) if before == now => None,
            Some(before) if bytes.get(..before.size).map(SourceContent::of) == Some(before) => {
                Some(SourceDifference::Extended)
            }
            Some(_) => Some(SourceDifference::Other),
        }
    }
}

impl SourceContent {
    fn of(bytes: &[u8]) -> Self {
        Self { digest: Digest::of(bytes), size: bytes.len() }
    }
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
        sources.contents.built(true);
        assert_eq!(sources.changed(), [""; 0]);

        sources.write_after_builds("Cargo.lock", "2");
        assert_eq!(sources.changed(), ["Cargo.lock"]);
    }

    #[test]
    fn a_file_that_changes_with_each_build_ends_in_being_taken_for_its_output() {
        let mut sources = Sources::new();
        sources.write("version.py", "by its author");
        assert_eq!(sources.changed(), ["version.py"]);
        let mut builds = 0;
        loop {
            sources.write("version.py", &builds.to_string());
            sources.contents.built(true);
            let changes = sources.changes();
            if changes.changed.is_empty() {
                assert_eq!(changes.written.len(), 1);
                break;
            }
            builds += 1;
        }
        assert_eq!(builds, IN_A_ROW);

        sources.write("version.py", "again");
        sources.contents.built(true);
        assert_eq!(sources.changes(), SourceChanges::default());
        sources.write_after_builds("version.py", "by its author");
        assert_eq!(sources.changed(), ["version.py"]);
    }

    #[test]
    fn what_a_build_adds_is_its_output_unless_it_failed_for_want_of_it() {
        let mut sources = Sources::new();
        sources.write("generated.py", "1");
        sources.contents.built(true);
        assert_eq!(sources.changed(), [""; 0]);

        sources.write("mended.py", "1");
        sources.contents.built(false);
        assert_eq!(sources.changed(), ["mended.py"]);
        sources.write_after_builds("added.py", "1");
        assert_eq!(sources.changed(), ["added.py"]);
    }

    #[test]
    fn a_file_that_only_grows_is_taken_for_a_log_and_code_is_not() {
        let mut sources = Sources::new();
        let (mut log, mut builds, mut of_code) = (String::new(), 0, 0);
        for line in 0..9 {
            log.push_str(&format!("{line}\n"));
            sources.contents.built(true);
            sources.write_after_builds("requests", &log);
            builds += sources.changed().len();
            sources.write_after_builds("answers", &log);
            builds += sources.changed().len();
        }
        for line in 0..9 {
            log.push_str(&format!("{line}\n"));
            sources.contents.built(true);
            sources.write_after_builds("app.py", &log);
            of_code += sources.changed().len();
        }
        // The first of each adds the file.
        assert_eq!((builds, of_code), (2 * (1 + IN_A_ROW), 9));
    }

    #[test]
    fn an_author_is_asked_once_about_a_file_that_alone_causes_many_builds() {
        let mut sources = Sources::new();
        let mut asked = Vec::new();
        for build in 0..3 * OFTEN {
            sources.contents.built(true);
            sources.write_after_builds("state.json", &build.to_string());
            let changes = sources.changes();
            assert_eq!(changes.changed.len(), 1);
            asked.extend(changes.doubtful.map(|_| build + 1));
        }

        assert_eq!(asked, [OFTEN]);
    }
}
