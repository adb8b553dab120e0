//! Builds again after changes of the sources: one build at a time, and one more for all that changes meanwhile.

use std::collections::BTreeMap;
use std::path::{Display, Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{fs, io};

use tokio::task::spawn_blocking;

use super::contents::{OFTEN, SourceChanges, SourceContents};
use super::project::{Project, is_manifest};
use super::{build_project, tell};
use crate::cli::build::WrittenPlugin;
use crate::cli::chain;
use crate::cli::output::errln;
use crate::plugin::{AuthorSettings, Digest, FileWatch, SourceTree, files, stamps};
use contract::ProviderId;
use net::outfile;

/// The time that a file which is found empty has to be written.
const HALF_WRITTEN: Duration = Duration::from_millis(200);

/// The sources of a project, and the folder that its components are written to.
pub(super) struct Builder {
    pub(super) project: Project,
    /// The folders of its plugins, which hold their settings.
    pub(super) homes: BTreeMap<ProviderId, PathBuf>,
    pub(super) contents: SourceContents,
    /// The components as they were last built.
    pub(super) components: BTreeMap<ProviderId, Digest>,
    pub(super) out: PathBuf,
}

impl Builder {
    /// Builds after each change of the sources; the host watches the output folder. Never ends.
    pub(super) async fn run(mut self) {
        let mut sources = self.watch();
        loop {
            let tree = sources.next().await;
            let SourceChanges { changed, written, doubtful } = self.take_up(tree).await;
            for path in written {
                errln!("{} is written by a program: it counts as output from now on", self.shown(&path));
            }
            let Some(first) = changed.first() else { continue };
            if let Some(path) = doubtful {
                let shown = self.shown(&path);
                errln!("{shown} alone has caused {OFTEN} builds: if a program writes it, name it in .gitignore");
            }
            match changed.len() {
                1 => errln!("{} has changed: building …", self.shown(first)),
                2 => errln!("{} and another file have changed: building …", self.shown(first)),
                several => errln!("{} and {} others have changed: building …", self.shown(first), several - 1),
            }
            let succeeded = self.build().await;
            self.contents.built(succeeded);
            if changed.iter().any(|path| is_manifest(path)) && self.reread().await {
                sources = self.watch();
            }
        }
    }

    /// Takes up a state of the sources, and returns what has changed.
    async fn take_up(&mut self, tree: Arc<SourceTree>) -> SourceChanges {
        let (mut contents, sources) = (std::mem::take(&mut self.contents), self.project.sources.clone());
        let taken_up = spawn_blocking(move || {
            let mut changes = contents.take_up(&tree);
            // Many editors empty a file before they write it.
            if changes.changed.iter().any(|path| fs::metadata(path).is_ok_and(|file| file.len() == 0)) {
                sleep(HALF_WRITTEN);
                let more = contents.take_up(&sources.tree());
                changes.changed.extend(more.changed);
                changes.written.extend(more.written);
                changes.doubtful = changes.doubtful.or(more.doubtful);
            }
            (contents, changes)
        });
        let (contents, changes) = taken_up.await.expect("reading files does not panic");
        self.contents = contents;
        changes
    }

    /// Watches the sources from the state on that was taken up last.
    fn watch(&self) -> FileWatch<SourceTree> {
        self.project.sources.clone().watch(self.contents.tree().clone())
    }

    /// Formats the path of a source as its author calls it.
    fn shown<'a>(&self, path: &'a Path) -> Display<'a> {
        path.strip_prefix(&self.project.folder).unwrap_or(path).display()
    }

    /// Builds, and returns whether that succeeded.
    async fn build(&mut self) -> bool {
        let (folder, out) = (self.project.folder.clone(), self.out.clone());
        let begun = Instant::now();
        let building = spawn_blocking(move || build_project(&folder, &out).map(|written| digests(&written)));
        match building.await.expect("a build does not panic") {
            Ok(components) => {
                tell::built(begun.elapsed(), components != self.components);
                self.components = components;
                true
            }
            Err(error) => {
                errln!("still serving the previous version: {}", chain(&error));
                false
            }
        }
    }

    /// Reads the manifests again. Returns whether other sources are to be watched.
    async fn reread(&mut self) -> bool {
        let (folder, homes) = (self.project.folder.clone(), self.homes.clone());
        let read = spawn_blocking(move || {
            let mut project = Project::read(&folder);
            project.leave_out_settings(&homes);
            project
        });
        let project = read.await.expect("reading manifests does not panic");
        let differs = project.sources != self.project.sources;
        self.project = project;
        differs
    }
}

/// Returns the digests of components. Blocks on the disk.
pub(super) fn digests(written: &[WrittenPlugin]) -> BTreeMap<ProviderId, Digest> {
    let digest = |plugin: &WrittenPlugin| Some((plugin.id.clone(), Digest::of(&fs::read(&plugin.component).ok()?)));
    written.iter().filter_map(digest).collect()
}

/// Copies the settings of plugins to the output folder whenever they change. Never ends.
pub(super) async fn follow_settings(settings: Vec<(PathBuf, PathBuf)>) {
    let paths: Vec<PathBuf> = settings.iter().map(|(from, _)| from.clone()).collect();
    let seen = spawn_blocking(|| stamps(paths)).await.expect("looking at files does not panic");
    let mut changes = files(seen);
    loop {
        let settings = settings.clone();
        let copying = spawn_blocking(move || {
            for (from, to) in &settings {
                if let Err(error) = copy_settings(from, to) {
                    errln!("failed to take up {}: {}", from.display(), chain(&error));
                }
            }
        });
        copying.await.expect("copying files does not panic");
        changes.next().await;
    }
}

/// Copies the settings of a plugin, or removes those that are gone. Settings with errors stay where they are: whoever
/// reads them for the grants reports the errors.
fn copy_settings(from: &Path, to: &Path) -> io::Result<()> {
    let text = match fs::read(from) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return fs::remove_file(to).or_else(|error| match error.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            });
        }
        Err(error) => return Err(error),
    };
    let is_copied = fs::read(to).is_ok_and(|copy| copy == text);
    if is_copied || AuthorSettings::parse(&text, from).is_err() {
        return Ok(());
    }
    outfile::replace(to, text.as_slice()).map_err(io::Error::other)
}
