//! JavaScript and TypeScript, by componentize-qjs (QuickJS) or jco (StarlingMonkey), whichever `package.json` names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::bindings::PluginInterface;
use super::project::{build_folder, scratch};
use super::{BuildError, BuildOptions, BuiltComponent, exports, provider_id, read, tool};
use net::outfile::OutfileError;

/// Where npm puts the programs of a project's packages.
const PROGRAMS: &str = "node_modules/.bin";

/// The engine of a package that names none.
const QUICKJS: &str = "componentize-qjs@0.4.5";

/// The SDK, whose modules only a bundler finds.
const SDK: &str = "@insight-host/sdk";

/// The bundler of a package that uses the SDK.
const ESBUILD: &str = "esbuild@0.28.2";

/// What a build reads of `package.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NodePackage {
    name: String,
    /// The module that exports the capabilities.
    main: Option<String>,
    #[serde(default)]
    dependencies: BTreeMap<String, IgnoredAny>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, IgnoredAny>,
}

/// A script with all that a plugin consists of.
struct Bundle {
    /// Path from the project.
    script: PathBuf,
    /// The modules that it imports of the host.
    imports: BTreeSet<String>,
    /// The names that it exports.
    exports: BTreeSet<String>,
}

/// Fields that a build reads of esbuild's own account.
#[derive(Deserialize)]
struct BundlingReport {
    outputs: BTreeMap<String, BundledScript>,
}

/// A script in esbuild's account.
#[derive(Deserialize)]
struct BundledScript {
    imports: Vec<ScriptImport>,
    exports: BTreeSet<String>,
}

/// A module that a script imports.
#[derive(Deserialize)]
struct ScriptImport {
    path: String,
}

/// The program that puts a JavaScript engine and the plugin into one component.
#[derive(Clone, Copy)]
enum Componentizer {
    QuickJs,
    StarlingMonkey,
}

pub(super) fn build(project: &Path, options: &BuildOptions) -> Result<BuiltComponent, BuildError> {
    let manifest = project.join("package.json");
    let problem = |problem: String| BuildError::Manifest { path: manifest.clone(), problem };
    let package: NodePackage =
        serde_json::from_slice(&read(&manifest)?).map_err(|error| problem(format!("is not valid: {error}")))?;
    // The scope of a package is its publisher's.
    let name = package.name.rsplit('/').next().unwrap_or_default();
    let id = provider_id(name, &manifest)?;
    let entry = package
        .main
        .clone()
        .ok_or_else(|| problem("has no `main`; name the module there that exports the capabilities".to_owned()))?;
    let componentizer = package.componentizer().ok_or_else(|| {
        let remedy = format!("run `npm install --save-dev {QUICKJS}` in {}", project.display());
        tool::missing(format!("{} names neither componentize-qjs nor jco", manifest.display()), remedy)
    })?;
    let interface = PluginInterface::read(project)?;
    if tool::on_path("node").is_none() {
        return Err(tool::missing("node is not on PATH", "install Node.js 20 or newer (https://nodejs.org)"));
    }

    let build_folder = build_folder(project)?;
    let scratch = scratch(&build_folder)?;
    let component = scratch.path().join("component.wasm");
    let component = std::path::absolute(&component).unwrap_or(component);
    let is_typescript = Path::new(&entry).extension().is_some_and(|it| it == "ts" || it == "mts");
    // jco strips the types itself.
    let is_bundled = package.has("esbuild") || is_typescript && matches!(componentizer, Componentizer::QuickJs);
    if package.has(SDK) && !is_bundled {
        let remedy = format!("run `npm install --save-dev {ESBUILD}` in {}", project.display());
        return Err(tool::missing(format!("{} names no esbuild, which {SDK} needs", manifest.display()), remedy));
    }
    let program = program(project, componentizer.program())?;
    let mut command = tool::command(program, project);
    let world = interface.world().to_owned();
    let (script, wit) = if is_bundled {
        let Bundle { script, imports, exports } = bundle(project, &entry, scratch.path(), name, options)?;
        exports::compare(&exports, &interface, project, &entry)?;
        (script, write_interface(&interface.importing(&imports), scratch.path())?)
    } else {
        (PathBuf::from(entry), PathBuf::from("wit"))
    };
    match componentizer {
        // Without `--sync` it makes an asynchronous component, which no host of ours runs.
        Componentizer::QuickJs => {
            command.args(["--sync", "--module-root", ".", "--world", &world, "--wit"]).arg(wit).arg("--js");
            command.arg(&script).arg("--output")
        }
        Componentizer::StarlingMonkey => {
            command.args(["componentize", "--world-name", &world, "--wit"]).arg(wit).arg(&script).arg("--out")
        }
    };
    command.arg(&component).args(&options.flags);
    tool::run(command, project)?;
    Ok(BuiltComponent { id, project: project.to_owned(), wasm: read(&component)? })
}

impl NodePackage {
    fn has(&self, dependency: &str) -> bool {
        self.dev_dependencies.contains_key(dependency) || self.dependencies.contains_key(dependency)
    }

    fn componentizer(&self) -> Option<Componentizer> {
        if self.has("componentize-qjs") || self.has("@bytecodealliance/componentize-qjs") {
            Some(Componentizer::QuickJs)
        } else if self.has("@bytecodealliance/jco") {
            Some(Componentizer::StarlingMonkey)
        } else {
            None
        }
    }
}

impl Componentizer {
    fn program(self) -> &'static str {
        match self {
            Self::QuickJs => "componentize-qjs",
            Self::StarlingMonkey => "jco",
        }
    }
}

/// Bundles the module `entry` with all it imports into one script.
///
/// Names stay as they are in either kind of build, as the trace of an exception shows them. Imports of the interface
/// are left to the component.
fn bundle(
    project: &Path,
    entry: &str,
    scratch: &Path,
    name: &str,
    options: &BuildOptions,
) -> Result<Bundle, BuildError> {
    let script = Path::new("build").join(format!("{name}.js"));
    let report = std::path::absolute(scratch.join("bundle.json")).unwrap_or_default();
    let mut command = tool::command(program(project, "esbuild")?, project);
    command.arg(entry).args(["--bundle", "--format=esm", "--platform=neutral", "--main-fields=module,main"]);
    command.args(["--external:insight:*", "--external:wasi:*", "--loader:.png=binary", "--log-level=warning"]);
    if options.debug {
        command.args(["--sourcemap", "--keep-names"]);
    }
    command.arg(format!("--outfile={}", script.display())).arg(format!("--metafile={}", report.display()));
    tool::run(command, project)?;
    let account: BundlingReport = serde_json::from_slice(&read(&report)?)
        .map_err(|error| BuildError::Manifest { path: report, problem: format!("is not valid: {error}") })?;
    let mut bundle = Bundle { script, imports: BTreeSet::new(), exports: BTreeSet::new() };
    for made in account.outputs.into_values() {
        bundle.imports.extend(made.imports.into_iter().map(|import| import.path));
        bundle.exports.extend(made.exports);
    }
    Ok(bundle)
}

/// Writes the interface of this build, and returns the path of the file.
fn write_interface(interface: &PluginInterface, scratch: &Path) -> Result<PathBuf, BuildError> {
    let path = scratch.join("interface.wit");
    let path = std::path::absolute(&path).unwrap_or(path);
    fs::write(&path, interface.text()?).map_err(|source| OutfileError::Io { path: path.clone(), source })?;
    Ok(path)
}

/// Returns the program `name` of the project's packages.
fn program(project: &Path, name: &str) -> Result<PathBuf, BuildError> {
    tool::in_project(project, PROGRAMS, name).ok_or_else(|| {
        let install = if project.join("package-lock.json").is_file() { "npm ci" } else { "npm install" };
        let remedy = format!("run `{install}` in {}", project.display());
        tool::missing(format!("{name} is not in {PROGRAMS}"), remedy)
    })
}
