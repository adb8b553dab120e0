//! `insight-host build`: compiles a plugin's sources into a component.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use serde::Deserialize;

use super::CliError;
use crate::cli::output::{errln, outln};
use contract::{ProviderId, ProviderIdError};
use net::outfile::{self, OutfileError, Overwrite};

/// The compilation target of plugins.
const TARGET: &str = "wasm32-wasip2";

/// The beginning of every module and component.
const WASM: &[u8] = b"\0asm";

/// Bytes of memory that a plugin starts with beside its stack and its data: growing it in every call costs more than
/// the call itself. Most plugins start with 4 MiB in all.
const INITIAL_HEAP: u32 = (3 << 20) - (64 << 10);

/// Build a plugin
///
/// Builds the Rust package in DIR, or every plugin of the workspace in DIR. Adds the WebAssembly
/// target to the toolchain if it is missing. Writes PACKAGE.wasm to the output folder, and copies
/// PACKAGE.toml if the package has one and the output folder does not. Prints the path of each component.
/// A file that is not a component is not replaced without --force, and links are never followed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host build plugins/contoso-hub --out /srv/plugins
  insight-host build plugins --out /srv/plugins      every plugin of a workspace")]
pub(super) struct Arguments {
    /// Folder of the package or workspace
    #[arg(value_name = "DIR")]
    source: PathBuf,
    /// Folder to write to; created if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace files that are not components, and links
    #[arg(long)]
    force: bool,
}

/// A failure to build a plugin.
#[derive(Debug, thiserror::Error)]
pub(super) enum BuildError {
    /// The folder has no package.
    #[error("there is no Cargo.toml in {}; give the folder of a plugin's package", .0.display())]
    NoPackage(PathBuf),
    /// A program of the Rust toolchain did not run.
    #[error("failed to run `{program}`; is Rust installed (https://rustup.rs)?")]
    Program {
        program: &'static str,
        #[source]
        source: io::Error,
    },
    /// The target is missing and cannot be added.
    #[error("the target {TARGET} is missing; `rustup target add {TARGET}` failed")]
    Target,
    /// The compilation failed. The compiler has printed its errors.
    #[error("{} does not build; see above", .0.display())]
    Compile(PathBuf),
    /// No package of the folder builds to a component.
    #[error("nothing in {} is a plugin; set `crate-type = [\"cdylib\"]` under `[lib]` of its Cargo.toml", .0.display())]
    NoPlugin(PathBuf),
    /// The name of the package is not a valid provider id.
    #[error("package `{package}` cannot be a provider; rename it")]
    Name {
        package: String,
        #[source]
        source: ProviderIdError,
    },
    /// What was built cannot be read.
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
    let overwrite = if arguments.force { Overwrite::Any } else { Overwrite::Own };
    for component in build(&arguments.source, &arguments.out, overwrite)? {
        outln!("{}", component.display());
    }
    Ok(())
}

/// Builds the package or workspace in `source`, writes the components to `out`, and returns their paths.
pub(super) fn build(source: &Path, out: &Path, overwrite: Overwrite) -> Result<Vec<PathBuf>, BuildError> {
    if !source.join("Cargo.toml").is_file() {
        return Err(BuildError::NoPackage(source.to_owned()));
    }
    add_target(source)?;
    let plugins = plugin_packages(source)?;
    if plugins.is_empty() {
        return Err(BuildError::NoPlugin(source.to_owned()));
    }
    let built =
        plugins.into_iter().map(|plugin| cargo_build(source, plugin)).collect::<Result<Vec<BuiltComponent>, _>>()?;
    outfile::create_dir(out)?;
    built.iter().map(|artifact| artifact.location(out, overwrite)).collect()
}

/// Adds the target to the toolchain that builds `source`, unless it is installed.
fn add_target(source: &Path) -> Result<(), BuildError> {
    let asked = tool("rustc", source).args(["--print", "target-libdir", "--target", TARGET]).output();
    let output = asked.map_err(|source| BuildError::Program { program: "rustc", source })?;
    let libraries = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    errln!("adding the target {TARGET}");
    let added = tool("rustup", source).args(["target", "add", TARGET]).stdout(Stdio::null()).status();
    match added.map_err(|source| BuildError::Program { program: "rustup", source })? {
        status if status.success() => Ok(()),
        _ => Err(BuildError::Target),
    }
}

/// A component that cargo built.
struct BuiltComponent {
    package: String,
    package_dir: PathBuf,
    wasm: PathBuf,
}

/// A package whose library is a component.
#[derive(Deserialize)]
struct PluginPackage {
    id: String,
    name: String,
    manifest_path: PathBuf,
    targets: Vec<CargoTarget>,
}

/// A library or program of a package.
#[derive(Deserialize)]
struct CargoTarget {
    kind: Vec<String>,
}

impl CargoTarget {
    fn is_component(&self) -> bool {
        self.kind.iter().any(|kind| kind == "cdylib")
    }
}

/// Returns the plugins of the package in `source`, or of the workspace. What they depend on is none, cdylib or not.
fn plugin_packages(source: &Path) -> Result<Vec<PluginPackage>, BuildError> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<PluginPackage>,
        workspace_default_members: Vec<String>,
    }

    let mut cargo = tool("cargo", source);
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]).stderr(Stdio::inherit());
    let output = cargo.output().map_err(|source| BuildError::Program { program: "cargo", source })?;
    let metadata: Option<Metadata> = serde_json::from_slice(&output.stdout).ok();
    let metadata = metadata.ok_or_else(|| BuildError::Compile(source.to_owned()))?;
    let manifest = source.join("Cargo.toml").canonicalize().ok();
    let is_the_package = |package: &PluginPackage| package.manifest_path.canonicalize().ok() == manifest;
    let is_one = metadata.packages.iter().any(is_the_package);
    let is_meant = |package: &PluginPackage| {
        if is_one { is_the_package(package) } else { metadata.workspace_default_members.contains(&package.id) }
    };
    let is_plugin = |package: &PluginPackage| package.targets.iter().any(CargoTarget::is_component);
    Ok(metadata.packages.into_iter().filter(|package| is_meant(package) && is_plugin(package)).collect())
}

/// Builds a plugin with the flags of its project. The linker's argument is passed for this crate alone: flags by
/// `--config` or by the environment would replace those of the project.
fn cargo_build(source: &Path, plugin: PluginPackage) -> Result<BuiltComponent, BuildError> {
    let fails = |source| BuildError::Program { program: "cargo", source };
    let mut cargo = tool("cargo", source)
        .args(["rustc", "--release", "--lib", "--target", TARGET, "--message-format", "json-render-diagnostics"])
        .args(["--package", &plugin.id, "--"])
        .arg(format!("-Clink-arg=--initial-heap={INITIAL_HEAP}"))
        .stdout(Stdio::piped())
        .spawn()
        .map_err(fails)?;
    let messages = BufReader::new(cargo.stdout.take().expect("standard output is piped"));
    let wasm = messages.lines().map_while(Result::ok).filter_map(|line| component_in(&line, &plugin.id)).last();
    if !cargo.wait().map_err(fails)?.success() {
        return Err(BuildError::Compile(source.to_owned()));
    }
    let wasm = wasm.ok_or_else(|| BuildError::NoPlugin(source.to_owned()))?;
    let package_dir = plugin.manifest_path.parent().unwrap_or(source).to_owned();
    Ok(BuiltComponent { package: plugin.name, package_dir, wasm })
}

/// Returns the component of this package, if a line of cargo's JSON output reports it.
fn component_in(line: &str, package: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        reason: String,
        package_id: String,
        target: CargoTarget,
        filenames: Vec<PathBuf>,
    }

    let message: Message = serde_json::from_str(line).ok()?;
    let is_it = message.reason == "compiler-artifact" && message.package_id == package && message.target.is_component();
    message.filenames.into_iter().find(|file| is_it && file.extension().is_some_and(|it| it == "wasm"))
}

/// Returns a command that runs a program of the toolchain of `dir`, without the environment of our own toolchain.
fn tool(program: &str, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null());
    // Set if the host itself runs under cargo; they would select the guest's compiler or its flags.
    for variable in ["RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(variable);
    }
    command
}

impl BuiltComponent {
    /// Copies the component to `out` atomically, so that a host that watches the folder never reads a part of it.
    fn location(&self, out: &Path, overwrite: Overwrite) -> Result<PathBuf, BuildError> {
        let id = ProviderId::try_from(self.package.clone())
            .map_err(|source| BuildError::Name { package: self.package.clone(), source })?;
        let component = out.join(format!("{id}.wasm"));
        outfile::check(&component, overwrite, |found| found.starts_with(WASM) || found.is_empty())?;
        copy(&self.wasm, &component)?;
        let settings = format!("{id}.toml");
        let (from, to) = (self.package_dir.join(&settings), out.join(&settings));
        // A link that leads nowhere is there, too.
        if from.is_file() && fs::symlink_metadata(&to).is_err() {
            copy(&from, &to)?;
        }
        Ok(component)
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), BuildError> {
    let content = fs::File::open(from).map_err(|source| BuildError::Read { path: from.to_owned(), source })?;
    Ok(outfile::replace(to, content)?)
}
