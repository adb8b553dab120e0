//! Tests of what counts as a change.

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
        self.write_later(name, text, 60);
    }

    /// Writes a file, in so many seconds.
    fn write_later(&self, name: &str, text: &str, seconds: u64) {
        self.write(name, text);
        let file = fs::File::options().append(true).open(self.dir.path().join(name)).expect("it was written");
        file.set_modified(SystemTime::now() + Duration::from_secs(seconds)).expect("it is ours");
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
    for build in 1..=3 * OFTEN {
        sources.contents.built(true);
        sources.write_later("state.json", &build.to_string(), 60 * build as u64);
        let changes = sources.changes();
        assert_eq!(changes.changed.len(), 1);
        asked.extend(changes.doubtful.map(|_| build));
    }

    assert_eq!(asked, [OFTEN]);
}

#[test]
fn a_file_that_changes_as_quickly_as_no_author_does_counts_as_output_in_the_end_and_code_does_not() {
    for (name, ends_after) in [("state.json", Some(1 + OFTEN)), ("app.py", None)] {
        let mut sources = Sources::new();
        let mut builds = Vec::new();
        for second in 1..=3 * OFTEN as u64 {
            sources.contents.built(true);
            sources.write_later(name, &second.to_string(), 60 + second);
            builds.push(sources.changed().len());
        }
        assert_eq!(builds.iter().position(|caused| *caused == 0), ends_after, "{builds:?}");

        sources.write_later(name, "after a pause", 300);
        assert_eq!(sources.changed(), [name]);
    }
}
