//! Rust, by cargo: a package, or the packages of a workspace.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use serde::Deserialize;

use super::{BuildError, BuildOptions, BuiltComponent, provider_id, read, tool};
use crate::cli::output::errln;
use contract::ProviderId;

/// The compilation target of plugins.
const TARGET: &str = "wasm32-wasip2";

/// Bytes of memory that a plugin starts with beside its stack and its data: growing it in every call costs more than
/// the call itself. Most plugins start with 4 MiB in all.
const INITIAL_HEAP: u32 = (3 << 20) - (64 << 10);

/// Flags of the compiler for a component whose traps have files and lines. A project's flags stay. They are for the plugin
/// alone, so what it depends on is not compiled anew.
const DEBUG: [&str; 2] = ["-Cdebuginfo=line-tables-only", "-Cstrip=none"];

/// Builds the package or workspace in `source`.
pub(super) fn build(source: &Path, options: &BuildOptions) -> Result<Vec<BuiltComponent>, BuildError> {
    for program in ["cargo", "rustc"] {
        if tool::on_path(program).is_none() {
            return Err(tool::missing(format!("{program} is not on PATH"), "install Rust (https://rustup.rs)"));
        }
    }
    add_target(source)?;
    let plugins = plugin_packages(source)?;
    if plugins.is_empty() {
        return Err(BuildError::NoPlugin(source.to_owned()));
    }
    let ids = plugins.iter().map(|plugin| provider_id(&plugin.name, &plugin.manifest_path));
    let ids = ids.collect::<Result<Vec<ProviderId>, _>>()?;
    plugins.iter().zip(ids).map(|(plugin, id)| cargo_build(source, plugin, id, options)).collect()
}

/// Adds the target to the toolchain that builds `source`, unless it is installed.
fn add_target(source: &Path) -> Result<(), BuildError> {
    let asked = tool::command("rustc", source).args(["--print", "target-libdir", "--target", TARGET]).output();
    let output = asked.map_err(|source| BuildError::Program { program: "rustc".to_owned(), source })?;
    let libraries = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    errln!("adding the target {TARGET}");
    let added = tool::command("rustup", source).args(["target", "add", TARGET]).stdout(Stdio::null()).status();
    match added.map_err(|source| BuildError::Program { program: "rustup".to_owned(), source })? {
        status if status.success() => Ok(()),
        _ => Err(tool::missing(format!("the target {TARGET} is missing"), format!("run `rustup target add {TARGET}`"))),
    }
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
    struct CargoMetadata {
        packages: Vec<PluginPackage>,
        workspace_default_members: Vec<String>,
    }

    let mut cargo = tool::command("cargo", source);
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]).stderr(Stdio::inherit());
    let output = cargo.output().map_err(|source| BuildError::Program { program: "cargo".to_owned(), source })?;
    if !output.status.success() {
        return Err(failed(source, output.status));
    }
    let metadata: CargoMetadata = serde_json::from_slice(&output.stdout)
        .map_err(|error| BuildError::Program { program: "cargo".to_owned(), source: error.into() })?;
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
fn cargo_build(
    source: &Path,
    plugin: &PluginPackage,
    id: ProviderId,
    options: &BuildOptions,
) -> Result<BuiltComponent, BuildError> {
    let fails = |source| BuildError::Program { program: "cargo".to_owned(), source };
    let mut command = tool::command("cargo", source);
    command.args(["rustc", "--release", "--lib", "--target", TARGET, "--message-format", "json-render-diagnostics"]);
    command.args(["--package", &plugin.id]);
    command.args(&options.flags).arg("--").arg(format!("-Clink-arg=--initial-heap={INITIAL_HEAP}"));
    if options.debug {
        command.args(DEBUG);
    }
    let mut cargo = command.stdout(Stdio::piped()).spawn().map_err(fails)?;
    let messages = BufReader::new(cargo.stdout.take().expect("standard output is piped"));
    let wasm = messages.lines().map_while(Result::ok).filter_map(|line| component_in(&line, &plugin.id)).last();
    let status = cargo.wait().map_err(fails)?;
    if !status.success() {
        return Err(failed(source, status));
    }
    let wasm = read(&wasm.ok_or_else(|| BuildError::NoPlugin(source.to_owned()))?)?;
    let project = plugin.manifest_path.parent().unwrap_or(source).to_owned();
    Ok(BuiltComponent { id, project, wasm })
}

fn failed(project: &Path, status: ExitStatus) -> BuildError {
    BuildError::Tool { project: project.to_owned(), program: "cargo".to_owned(), status }
}

/// Returns the component of this package, if a line of cargo's JSON output reports it.
fn component_in(line: &str, package: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct CargoMessage {
        reason: String,
        package_id: String,
        target: CargoTarget,
        filenames: Vec<PathBuf>,
    }

    let message: CargoMessage = serde_json::from_str(line).ok()?;
    let is_it = message.reason == "compiler-artifact" && message.package_id == package && message.target.is_component();
    message.filenames.into_iter().find(|file| is_it && file.extension().is_some_and(|it| it == "wasm"))
}
