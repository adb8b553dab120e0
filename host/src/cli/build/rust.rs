//! Rust, by cargo: a package, or the packages of a workspace.

mod target;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use serde::Deserialize;
use serde_json::Value;

use self::target::RustTarget;
use super::{BuildError, BuildOptions, BuiltComponent, provider_id, tool};
use contract::ProviderId;

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
    let packages = plugin_packages(source)?;
    if packages.is_empty() {
        return Err(BuildError::NoPlugin(source.to_owned()));
    }
    let plugins = packages.into_iter().map(RustPlugin::of).collect::<Result<Vec<RustPlugin>, _>>()?;
    let targets: BTreeSet<RustTarget> = plugins.iter().map(|plugin| plugin.target).collect();
    targets.into_iter().try_for_each(|target| target.add(source))?;
    plugins.iter().map(|plugin| plugin.build(source, options)).collect()
}

/// A package whose library is a component.
#[derive(Deserialize)]
struct PluginPackage {
    id: String,
    name: String,
    manifest_path: PathBuf,
    targets: Vec<CargoTarget>,
    #[serde(default)]
    metadata: Value,
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
    struct WorkspaceMetadata {
        packages: Vec<PluginPackage>,
        workspace_default_members: Vec<String>,
    }

    let mut cargo = tool::command("cargo", source);
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]).stderr(Stdio::inherit());
    let output = cargo.output().map_err(|source| BuildError::Program { program: "cargo".to_owned(), source })?;
    if !output.status.success() {
        return Err(failed(source, output.status));
    }
    let metadata: WorkspaceMetadata = serde_json::from_slice(&output.stdout)
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

/// A package to build, for its target.
struct RustPlugin {
    package: PluginPackage,
    id: ProviderId,
    target: RustTarget,
}

impl RustPlugin {
    fn of(package: PluginPackage) -> Result<Self, BuildError> {
        let id = provider_id(&package.name, &package.manifest_path)?;
        let target = RustTarget::chosen(&package.metadata)
            .map_err(|problem| BuildError::Manifest { path: package.manifest_path.clone(), problem })?;
        Ok(Self { package, id, target })
    }

    /// Builds it with the flags of its project. Ours are passed for this crate alone: flags by `--config` or by the
    /// environment would replace those of the project.
    fn build(&self, source: &Path, options: &BuildOptions) -> Result<BuiltComponent, BuildError> {
        let fails = |source| BuildError::Program { program: "cargo".to_owned(), source };
        let Self { package, target, .. } = self;
        let mut command = tool::command("cargo", source);
        command.args(["rustc", "--release", "--lib", "--target", target.triple()]);
        command.args(["--message-format", "json-render-diagnostics", "--package", &package.id]);
        command.args(&options.flags).arg("--").args(target.flags());
        if options.debug {
            command.args(DEBUG);
        }
        let mut cargo = command.stdout(Stdio::piped()).spawn().map_err(fails)?;
        let messages = BufReader::new(cargo.stdout.take().expect("standard output is piped"));
        let built = messages.lines().map_while(Result::ok).filter_map(|line| output_in(&line, &package.id)).last();
        let status = cargo.wait().map_err(fails)?;
        if !status.success() {
            return Err(failed(source, status));
        }
        let project = package.manifest_path.parent().unwrap_or(source).to_owned();
        let wasm = target.component(&built.ok_or_else(|| BuildError::NoPlugin(source.to_owned()))?, &project)?;
        Ok(BuiltComponent { id: self.id.clone(), project, wasm })
    }
}

fn failed(project: &Path, status: ExitStatus) -> BuildError {
    BuildError::Tool { project: project.to_owned(), program: "cargo".to_owned(), status }
}

/// Returns the library of this package, if a line of cargo's JSON output reports it.
fn output_in(line: &str, package: &str) -> Option<PathBuf> {
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
