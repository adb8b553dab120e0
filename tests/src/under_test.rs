//! The host under test: its binary, and the components that it builds.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use crate::{Ran, Setup};

/// The binary of the host, and a folder for files that several tests share.
#[derive(Debug)]
pub struct UnderTest {
    program: &'static str,
    scratch: &'static str,
    guests: OnceLock<PathBuf>,
    samples: OnceLock<PathBuf>,
}

impl UnderTest {
    /// Creates the host at `program`. Its builds and caches go below `scratch`.
    #[must_use]
    pub const fn new(program: &'static str, scratch: &'static str) -> Self {
        Self { program, scratch, guests: OnceLock::new(), samples: OnceLock::new() }
    }

    /// Returns the path of the binary.
    #[must_use]
    pub fn program(&self) -> &'static str {
        self.program
    }

    /// Begins to set up a host.
    #[must_use]
    pub fn setup(&'static self) -> Setup {
        Setup::new(self)
    }

    /// Returns the component of a guest in `tests/guests`.
    #[must_use]
    pub fn guest(&self, name: &str) -> PathBuf {
        self.guests.get_or_init(|| self.build("tests/guests")).join(format!("{name}.wasm"))
    }

    /// Returns the component of a sample in `plugins`.
    #[must_use]
    pub fn sample(&self, name: &str) -> PathBuf {
        self.samples.get_or_init(|| self.build("plugins")).join(format!("{name}.wasm"))
    }

    /// Creates a command of the binary with `arguments`, and with an environment that isolates it from the
    /// user's settings and state. Only tests of this build share the cache of compiled components, as another
    /// build may reject its entries.
    #[must_use]
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(self.program);
        let built = fs::metadata(self.program).and_then(|program| program.modified()).expect("the binary is there");
        let built = built.duration_since(UNIX_EPOCH).expect("it was built after 1970").as_millis();
        let cache = Path::new(self.scratch).join(format!("cache-{built}"));
        let state = Path::new(self.scratch).join("state");
        command.args(arguments).env("XDG_CACHE_HOME", cache).env("XDG_STATE_HOME", state);
        command.env_remove("XDG_RUNTIME_DIR").env_remove("RUST_LOG");
        command
    }

    /// Runs the binary to its end.
    ///
    /// # Panics
    ///
    /// Panics if it does not start.
    #[must_use]
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        self.command(arguments).output().expect("the binary runs").into()
    }

    /// Creates an API key with the host's own command. Returns the key, and the settings that accept it.
    ///
    /// # Panics
    ///
    /// Panics if the command fails.
    #[must_use]
    pub fn new_key(&self, arguments: &[&str]) -> (String, String) {
        let ran = self.run([&["auth", "new-key"], arguments].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let (key, settings) = ran.stdout.split_once("\n\n").expect("a key, and then settings");
        (key.to_owned(), settings.to_owned())
    }

    /// Builds the workspace at `source` with the host's own command, and returns the folder of the
    /// components. Concurrent test binaries wait for each other.
    fn build(&self, source: &str) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the project");
        let out = Path::new(self.scratch).join(source.replace('/', "-"));
        fs::create_dir_all(&out).expect("the scratch folder can be written");
        let lock = File::create(out.join(".lock")).expect("the scratch folder can be written");
        lock.lock().expect("files can be locked");

        let mut build = self.command(["build", "--out"]);
        // One folder for all that is built for guests: what they are made of is compiled once.
        build.arg(&out).arg(root.join(source)).env("CARGO_TARGET_DIR", Path::new(self.scratch).with_file_name("wasm"));
        let ran = Ran::from(build.output().expect("the binary runs"));
        assert_eq!(ran.code, Some(0), "{source} does not build:\n{}", ran.stderr);
        out
    }
}
