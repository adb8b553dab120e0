//! The projects in a folder, and the language of each by its manifest.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{BuildError, BuildOptions, BuiltComponent, c, go, javascript, python, rust};
use net::outfile::OutfileError;

/// A folder with the sources of a plugin, or of the plugins of a Rust workspace.
pub(super) struct PluginProject {
    pub(super) dir: PathBuf,
    toolchain: Toolchain,
}

/// A language, by the tools that build it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Toolchain {
    Rust,
    /// TypeScript too.
    JavaScript,
    Python,
    Go,
    C,
}

/// The manifests that name a language, in the order in which they are looked for. C has none.
const MANIFESTS: [(&str, Toolchain); 4] = [
    ("Cargo.toml", Toolchain::Rust),
    ("package.json", Toolchain::JavaScript),
    ("pyproject.toml", Toolchain::Python),
    ("go.mod", Toolchain::Go),
];

/// Returns the names of the manifests, for people.
pub(super) fn manifests() -> String {
    MANIFESTS.map(|(manifest, _)| manifest).join(", ")
}

/// Returns the project in `dir`, or else those in its folders, by name.
pub(super) fn in_folder(dir: &Path) -> Result<Vec<PluginProject>, BuildError> {
    if let Some(toolchain) = Toolchain::of(dir) {
        return Ok(vec![PluginProject { dir: dir.to_owned(), toolchain }]);
    }
    let entries = fs::read_dir(dir).map_err(|source| BuildError::Read { path: dir.to_owned(), source })?;
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let projects = folders.into_iter().filter_map(|dir| {
        let toolchain = Toolchain::of(&dir)?;
        Some(PluginProject { dir, toolchain })
    });
    let projects: Vec<PluginProject> = projects.collect();
    if projects.is_empty() { Err(BuildError::NoProject(dir.to_owned())) } else { Ok(projects) }
}

impl Toolchain {
    fn of(dir: &Path) -> Option<Self> {
        let manifest = MANIFESTS.iter().find(|(manifest, _)| dir.join(manifest).is_file());
        match manifest {
            Some((_, toolchain)) => Some(*toolchain),
            None => (!c::sources(dir).is_empty()).then_some(Self::C),
        }
    }
}

impl PluginProject {
    /// Builds the plugin, or the plugins of a workspace.
    pub(super) fn build(&self, options: &BuildOptions) -> Result<Vec<BuiltComponent>, BuildError> {
        let built = match self.toolchain {
            Toolchain::Rust => return rust::build(&self.dir, options),
            Toolchain::JavaScript => javascript::build(&self.dir, options),
            Toolchain::Python => python::build(&self.dir, options),
            Toolchain::Go => go::build(&self.dir, options),
            Toolchain::C => c::build(&self.dir, options),
        }?;
        Ok(vec![built])
    }
}

/// Returns the folder for what a build makes on its way, created if it does not exist. `.gitignore` names it, and `dev`
/// does not watch it.
pub(super) fn build_folder(project: &Path) -> Result<PathBuf, BuildError> {
    let folder = project.join("build");
    match fs::create_dir_all(&folder) {
        Ok(()) => Ok(folder),
        Err(source) => Err(OutfileError::Io { path: folder, source }.into()),
    }
}

/// Returns a folder for the files of one build, so that two builds of a project do not meet.
pub(super) fn scratch(build_folder: &Path) -> Result<TempDir, BuildError> {
    tempfile::tempdir_in(build_folder)
        .map_err(|source| OutfileError::Io { path: build_folder.to_owned(), source }.into())
}
