//! The contents of sources: a file that is written anew with the same bytes is no change, and neither is what a program
//! writes rather than an author.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::project::{is_code, is_lock};
use crate::plugin::{Digest, SourceTree};

/// Builds in a row that are caused by files which programs seem to write. After these, they count as output.
const IN_A_ROW: usize = 2;

/// Builds in a row that one file causes which is no code, until its author is asked about it. If it changes as quickly
/// as no author does, it counts as output after them.
pub(super) const OFTEN: usize = 5;

/// The time between changes which are as quick as no author's.
const QUICK: Duration = Duration::from_secs(3);

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
        let before = std::mem::replace(&mut self.tree, tree.clone());
        let during = |path: &Path| {
            // A file that is gone may have gone then.
            self.built.is_some_and(|built| tree.changed_at(path).is_none_or(|changed| changed <= built))
        };
        let is_quick = |path: &Path| {
            let times = tree.changed_at(path).zip(before.changed_at(path));
            times.is_some_and(|(now, before)| now.duration_since(before).is_ok_and(|pause| pause < QUICK))
        };
        // The builds in a row after which a file that changes so counts as output, if it may be one at all.
        let patience = |difference: SourceDifference, path: &Path| match difference {
            _ if during(path) => Some(IN_A_ROW),
            _ if is_code(path) => None,
            SourceDifference::Extended => Some(IN_A_ROW),
            _ => is_quick(path).then_some(OFTEN),
        };
        // A build that succeeded did not need what was added meanwhile; an author who adds it for later uses it later.
        let is_added = |difference| difference == SourceDifference::Added && self.succeeded;
        let is_output = |difference: SourceDifference, path: &Path| {
            let is_of_build = during(path) && (is_lock(path) || is_added(difference));
            is_of_build || (self.written.contains(path) && patience(difference, path).is_some())
        };
        let causes = differing.into_iter().filter(|(difference, path)| !is_output(*difference, path));
        let causes: Vec<_> = causes.map(|(difference, path)| (patience(difference, &path), path)).collect();
        if causes.is_empty() {
            return SourceChanges::default();
        }
        if causes.iter().all(|(patience, _)| patience.is_some()) {
            causes.iter().for_each(|(_, path)| *self.in_a_row.entry(path.clone()).or_default() += 1);
        } else {
            self.in_a_row.clear();
        }
        let builds = |path: &Path| self.in_a_row.get(path).copied().unwrap_or_default();
        let (written, changed): (Vec<_>, Vec<_>) =
            causes.into_iter().partition(|(patience, path)| patience.is_some_and(|most| builds(path) > most));
        let paths = |causes: Vec<(Option<usize>, PathBuf)>| causes.into_iter().map(|(_, path)| path).collect();
        let (written, changed): (BTreeSet<_>, BTreeSet<_>) = (paths(written), paths(changed));
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
mod tests;
