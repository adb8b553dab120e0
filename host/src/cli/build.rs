//! `insight-host build`: a plugin's sources into a component.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use serde::Deserialize;

use super::CliError;
use contract::{ProviderId, ProviderIdError};

/// What plugins are compiled for.
const TARGET: &str = "wasm32-wasip2";

/// Memory that a plugin begins with, in bytes: growing it within each call costs more than the
/// call itself.
const INITIAL_MEMORY: u32 = 4 << 20;

/// Build a plugin
///
/// Builds the Rust package in DIR, or every plugin of the workspace there, adding the wasm target
/// if it is missing. Writes PACKAGE.wasm, and PACKAGE.toml if the package has one and the folder
/// has not. Prints the path of each component.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host build plugins/contoso-hub --out /srv/plugins
  insight-host build plugins --out /srv/plugins      all of a workspace")]
pub(super) struct Arguments {
    /// Folder of the package or workspace
    #[arg(value_name = "DIR")]
    source: PathBuf,
    /// Folder to write to; made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// A plugin does not build.
#[derive(Debug, thiserror::Error)]
pub(super) enum BuildError {
    /// There is no package.
    #[error("there is no Cargo.toml in {}; give the folder of a plugin's package", .0.display())]
    NoPackage(PathBuf),
    /// A program that building takes did not run.
    #[error("failed to run `{program}`; is Rust installed (https://rustup.rs)?")]
    Program {
        program: &'static str,
        #[source]
        source: io::Error,
    },
    /// The target is missing and cannot be added.
    #[error("the target {TARGET} is missing; `rustup target add {TARGET}` failed")]
    Target,
    /// The compiler has said what is wrong.
    #[error("{} does not build; see above", .0.display())]
    Compile(PathBuf),
    /// Nothing was built that could be a plugin.
    #[error("nothing in {} is a plugin; set `crate-type = [\"cdylib\"]` under `[lib]` of its Cargo.toml", .0.display())]
    NoPlugin(PathBuf),
    /// The package's name is no provider id.
    #[error("package `{package}` cannot be a provider; rename it")]
    Name {
        package: String,
        #[source]
        source: ProviderIdError,
    },
    /// A file cannot be written.
    #[error("failed to write {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    for component in build(&arguments.source, &arguments.out)? {
        println!("{}", component.display());
    }
    Ok(())
}

/// Builds what is in `source` and puts the components into `out`. Returns their paths.
pub(super) fn build(source: &Path, out: &Path) -> Result<Vec<PathBuf>, BuildError> {
    if !source.join("Cargo.toml").is_file() {
        return Err(BuildError::NoPackage(source.to_owned()));
    }
    add_target(source)?;
    let built = cargo_build(source)?;
    if built.is_empty() {
        return Err(BuildError::NoPlugin(source.to_owned()));
    }
    make_dir(out)?;
    built.iter().map(|artifact| artifact.place(out)).collect()
}

/// Adds the wasm target to the toolchain that builds `source`, unless it has it.
fn add_target(source: &Path) -> Result<(), BuildError> {
    let asked = tool("rustc", source).args(["--print", "target-libdir", "--target", TARGET]).output();
    let output = asked.map_err(|source| BuildError::Program { program: "rustc", source })?;
    let libraries = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    eprintln!("adding the target {TARGET}");
    let added = tool("rustup", source).args(["target", "add", TARGET]).stdout(Stdio::null()).status();
    match added.map_err(|source| BuildError::Program { program: "rustup", source })? {
        status if status.success() => Ok(()),
        _ => Err(BuildError::Target),
    }
}

/// A component that cargo made.
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

/// A program of the toolchain that belongs to `dir`, with its flags and not with ours.
fn tool(program: &str, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null());
    // Set where this host runs under cargo; they would choose or flag the compiler for the guest.
    for variable in ["RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(variable);
    }
    command
}

impl BuiltComponent {
    /// The component that a line of cargo's JSON speaks of, if it speaks of one.
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

    /// Copies the component to `out` in one step, so that a host that watches it sees it whole.
    fn place(&self, out: &Path) -> Result<PathBuf, BuildError> {
        let id = ProviderId::try_from(self.package.clone())
            .map_err(|source| BuildError::Name { package: self.package.clone(), source })?;
        let component = out.join(format!("{id}.wasm"));
        copy(&self.wasm, &component)?;
        let settings = format!("{id}.toml");
        let (from, to) = (self.package_dir.join(&settings), out.join(&settings));
        if from.is_file() && !to.exists() {
            copy(&from, &to)?;
        }
        Ok(component)
    }
}

/// The name in a package's manifest. A component's own file name has `_` for each `-`.
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

fn make_dir(dir: &Path) -> Result<(), BuildError> {
    fs::create_dir_all(dir).map_err(|source| BuildError::Write { path: dir.to_owned(), source })
}

fn copy(from: &Path, to: &Path) -> Result<(), BuildError> {
    let copy = || {
        let dir = to.parent().unwrap_or(Path::new("."));
        let mut whole = tempfile::Builder::new().permissions(readable()).tempfile_in(dir)?;
        io::copy(&mut fs::File::open(from)?, &mut whole)?;
        whole.persist(to)?;
        Ok(())
    };
    copy().map_err(|source: io::Error| BuildError::Write { path: to.to_owned(), source })
}

/// What other users may do with a new file: read it, as far as the process's mask lets them.
fn readable() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}
