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

/// Memory that a plugin starts with, in bytes: growing it in every call costs more than the call
/// itself.
const INITIAL_MEMORY: u32 = 4 << 20;

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
    let built = cargo_build(source)?;
    if built.is_empty() {
        return Err(BuildError::NoPlugin(source.to_owned()));
    }
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

fn cargo_build(source: &Path) -> Result<Vec<BuiltComponent>, BuildError> {
    let fails = |source| BuildError::Program { program: "cargo", source };
    let mut cargo = tool("cargo", source)
        .args(["build", "--release", "--target", TARGET, "--message-format", "json-render-diagnostics", "--config"])
        .arg(format!("target.{TARGET}.rustflags=[\"-Clink-arg=--initial-memory={INITIAL_MEMORY}\"]"))
        .stdout(Stdio::piped())
        .spawn()
        .map_err(fails)?;
    let messages = BufReader::new(cargo.stdout.take().expect("standard output is piped"));
    let artifacts =
        messages.lines().map_while(Result::ok).filter_map(|line| BuiltComponent::from_message(&line)).collect();
    if !cargo.wait().map_err(fails)?.success() {
        return Err(BuildError::Compile(source.to_owned()));
    }
    Ok(artifacts)
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
    /// Reads a line of cargo's JSON output. Returns `None` unless it reports a component.
    fn from_message(line: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Message {
            reason: String,
            manifest_path: PathBuf,
            target: CargoTarget,
            filenames: Vec<PathBuf>,
        }
        #[derive(Deserialize)]
        struct CargoTarget {
            kind: Vec<String>,
        }

        let message: Message = serde_json::from_str(line).ok()?;
        if message.reason != "compiler-artifact" || !message.target.kind.iter().any(|kind| kind == "cdylib") {
            return None;
        }
        let wasm = message.filenames.into_iter().find(|file| file.extension().is_some_and(|it| it == "wasm"))?;
        let package_dir = message.manifest_path.parent()?.to_owned();
        Some(Self { package: package_name(&message.manifest_path)?, package_dir, wasm })
    }

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

/// Reads the name in a package's manifest: the file name of the component has `_` in place of `-`.
fn package_name(manifest: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct Manifest {
        package: Package,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
    }

    let manifest: Manifest = toml::from_str(&fs::read_to_string(manifest).ok()?).ok()?;
    Some(manifest.package.name)
}

fn copy(from: &Path, to: &Path) -> Result<(), BuildError> {
    let content = fs::File::open(from).map_err(|source| BuildError::Read { path: from.to_owned(), source })?;
    Ok(outfile::replace(to, content)?)
}
