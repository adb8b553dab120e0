//! `insight-host build`: makes a component of a plugin's sources, by the tools of their language.
//!
//! Each language has a module below. It runs the language's own tools, whose output passes unchanged, and returns the
//! component; what crates can do, such as bindings for C and Go, is done here. Nothing is written to the output folder
//! before a component is whole.

mod bindings;
mod c;
mod core_module;
mod exports;
mod go;
mod javascript;
#[cfg_attr(not(unix), path = "build/programs/elsewhere.rs")]
mod programs;
mod project;
mod python;
mod rust;
mod tool;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::{error, io};

use self::project::PluginProject;
use super::CliError;
use crate::cli::chain;
use crate::cli::output::{errln, outln};
use contract::{ProviderId, ProviderIdError};
use net::outfile::{self, OutfileError, Overwrite};

/// The beginning of every module and component.
const WASM: &[u8] = b"\0asm";

/// Build a plugin
///
/// Builds the plugin in DIR, every plugin of the Rust workspace in DIR, or each plugin in the folders of DIR. The
/// language follows from the manifest: Cargo.toml (Rust), package.json (JavaScript, TypeScript), pyproject.toml
/// (Python), go.mod (Go), or else C sources. Writes NAME.wasm to the output folder, and copies NAME.toml if the plugin
/// has one and the output folder does not; if that differs, a line says so. Prints the path of each component.
/// A Rust package is built for wasm32-wasip2, unless its `[package.metadata.insight-host]` has
/// `target = "wasm32-unknown-unknown"`: calls of a plugin without WASI cost less.
/// A file that is not a component is not replaced without --force, and links are never followed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host build plugins/contoso-hub --out /srv/plugins
  insight-host build plugins --out /srv/plugins      every plugin of a workspace
  insight-host build my-plugin --out out -- --offline    flags for the language's tool, here cargo")]
pub(super) struct Arguments {
    /// Folder of the plugin, of a workspace, or of several plugins
    #[arg(value_name = "DIR")]
    source: PathBuf,
    /// Folder to write to; created if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace files that are not components, and links
    #[arg(long)]
    force: bool,
    /// Keep what names files and lines of a trap; the component is larger
    #[arg(long)]
    debug: bool,
    /// Flags for the tool that compiles: cargo, componentize-qjs, jco, componentize-py, go build or the C compiler
    #[arg(last = true, value_name = "FLAG")]
    flags: Vec<OsString>,
}

/// What a build is to make beside the component itself.
#[derive(Debug, Default)]
pub(super) struct BuildOptions {
    /// Keeps what names files and lines of a trap.
    pub(super) debug: bool,
    /// Further flags for the tool that compiles.
    pub(super) flags: Vec<OsString>,
}

/// A component that was built.
struct BuiltComponent {
    id: ProviderId,
    /// The folder that may hold the author's settings.
    project: PathBuf,
    wasm: Vec<u8>,
}

/// A plugin whose component was written.
pub(super) struct WrittenPlugin {
    pub(super) id: ProviderId,
    /// The component.
    pub(super) component: PathBuf,
    /// The folder of its project, which may hold the author's settings.
    pub(super) project: PathBuf,
    /// Settings in the output folder that are kept, and differ from the project's.
    pub(super) other_settings: Option<PathBuf>,
}

/// A failure to build a plugin.
#[derive(Debug, thiserror::Error)]
pub(super) enum BuildError {
    /// The folder has no plugin.
    #[error("there is no {} or C source in {}; give the folder of a plugin", project::manifests(), .0.display())]
    NoProject(PathBuf),
    /// A tool is not installed.
    #[error("{missing}: {remedy}")]
    Missing { missing: String, remedy: String },
    /// A tool does not start.
    #[error("failed to run `{program}`")]
    Program {
        program: String,
        #[source]
        source: io::Error,
    },
    /// A tool failed, and has printed its errors.
    #[error("{} does not build: {program} ended with {status}; see above", project.display())]
    Tool { project: PathBuf, program: String, status: ExitStatus },
    /// Several plugins were to be built. Their errors are already printed.
    #[error("{} of {all} plugins do not build: {}", .failed.len(), .failed.join(", "))]
    Several { failed: Vec<String>, all: usize },
    /// No package of a workspace builds to a component.
    #[error("nothing in {} is a plugin; set `crate-type = [\"cdylib\"]` under `[lib]` of its Cargo.toml", .0.display())]
    NoPlugin(PathBuf),
    /// The name of the plugin is not a valid provider id.
    #[error("`{name}`, as {} names it, cannot be a provider; rename it", place.display())]
    Name {
        name: String,
        place: PathBuf,
        #[source]
        source: ProviderIdError,
    },
    /// A manifest lacks something, or is malformed.
    #[error("{} {problem}", path.display())]
    Manifest { path: PathBuf, problem: String },
    /// The interface in `wit` cannot be read.
    #[error("the interface in {} cannot be used", path.display())]
    Wit { path: PathBuf, source: Box<dyn error::Error + Send + Sync> },
    /// The compiled module makes no component.
    #[error("what {} compiles to is no plugin of its world", project.display())]
    NoComponent { project: PathBuf, source: Box<dyn error::Error + Send + Sync> },
    /// A file of a project cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// A file is not to be written, or cannot be.
    #[error(transparent)]
    Write(#[from] OutfileError),
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let Arguments { source, out, force, debug, flags } = arguments;
    let overwrite = if *force { Overwrite::Any } else { Overwrite::Own };
    let options = BuildOptions { debug: *debug, flags: flags.clone() };
    for plugin in build(source, out, overwrite, &options)? {
        outln!("{}", plugin.component.display());
        if let Some(kept) = plugin.other_settings {
            let own = plugin.project.join(kept.file_name().unwrap_or_default());
            let (kept, own) = (kept.display(), own.display());
            errln!("{kept} is kept, and differs from {own}: remove it if the next build is to copy that");
        }
    }
    Ok(())
}

/// Builds the plugin or plugins in `source`, writes the components to `out`, and returns what was written.
pub(super) fn build(
    source: &Path,
    out: &Path,
    overwrite: Overwrite,
    options: &BuildOptions,
) -> Result<Vec<WrittenPlugin>, BuildError> {
    let projects = project::in_folder(source)?;
    if let [project] = projects.as_slice() {
        return build_project(project, out, overwrite, options);
    }
    let (mut plugins, mut failed) = (Vec::new(), Vec::new());
    for project in &projects {
        match build_project(project, out, overwrite, options) {
            Ok(built) => plugins.extend(built),
            Err(error) => {
                errln!("error: {}", chain(&error));
                failed.push(project.dir.file_name().unwrap_or_default().to_string_lossy().into_owned());
            }
        }
    }
    if failed.is_empty() { Ok(plugins) } else { Err(BuildError::Several { failed, all: projects.len() }) }
}

fn build_project(
    project: &PluginProject,
    out: &Path,
    overwrite: Overwrite,
    options: &BuildOptions,
) -> Result<Vec<WrittenPlugin>, BuildError> {
    let built = project.build(options)?;
    outfile::create_dir(out)?;
    built.into_iter().map(|component| component.write_to(out, overwrite)).collect()
}

impl BuiltComponent {
    /// Writes the component to `out` in one step, so that a host that watches the folder never reads a part of it.
    fn write_to(self, out: &Path, overwrite: Overwrite) -> Result<WrittenPlugin, BuildError> {
        let component = out.join(format!("{}.wasm", self.id));
        outfile::check(&component, overwrite, |found| found.starts_with(WASM) || found.is_empty())?;
        outfile::replace(&component, self.wasm.as_slice())?;
        let settings = format!("{}.toml", self.id);
        let (from, to) = (self.project.join(&settings), out.join(&settings));
        let other_settings = copy_settings(&from, &to)?.then_some(to);
        Ok(WrittenPlugin { id: self.id, component, project: self.project, other_settings })
    }
}

/// Copies the settings of a plugin unless there are some, which may be an operator's. Returns whether those differ.
fn copy_settings(from: &Path, to: &Path) -> Result<bool, BuildError> {
    if !from.is_file() {
        return Ok(false);
    }
    let settings = read(from)?;
    // A link that leads nowhere is there, too.
    if fs::symlink_metadata(to).is_err() {
        outfile::replace(to, settings.as_slice())?;
        return Ok(false);
    }
    Ok(fs::read(to).is_ok_and(|kept| kept != settings))
}

/// Returns the provider id that `name` is, before anything is compiled. The file `place` names it so.
fn provider_id(name: &str, place: &Path) -> Result<ProviderId, BuildError> {
    ProviderId::try_from(name.to_owned()).map_err(|source| BuildError::Name {
        name: name.to_owned(),
        place: place.to_owned(),
        source,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, BuildError> {
    fs::read(path).map_err(|source| BuildError::Read { path: path.to_owned(), source })
}
