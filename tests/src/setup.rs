//! The setup of a host: its plugins and its settings.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::host::TestHost;
use crate::under_test::UnderTest;

/// Variables of a host's environment.
pub(crate) type Variables = BTreeMap<&'static str, OsString>;

/// The setup of a host that has not started, with the folder that it will serve.
#[derive(Debug)]
pub struct Setup {
    under_test: &'static UnderTest,
    dir: TempDir,
    variables: Variables,
    open_files: Option<u32>,
    listen: SocketAddr,
}

impl Setup {
    /// Creates a setup with an empty folder and without settings.
    pub(crate) fn new(under_test: &'static UnderTest) -> Self {
        let dir = TempDir::new().expect("there is room for a temporary folder");
        fs::create_dir(dir.path().join("plugins")).expect("the folder is new");
        Self { under_test, dir, variables: Variables::new(), open_files: None, listen: ([127, 0, 0, 1], 0).into() }
    }

    /// Adds a guest of `tests/guests` to the folder.
    #[must_use]
    pub fn guest(self, name: &str) -> Self {
        self.guest_as(name, name)
    }

    /// Adds a guest of `tests/guests` to the folder, by another name.
    #[must_use]
    pub fn guest_as(self, guest: &str, name: &str) -> Self {
        let component = self.under_test.guest(guest);
        self.copy(&component, name)
    }

    /// Adds a sample of `plugins` to the folder.
    #[must_use]
    pub fn sample(self, name: &str) -> Self {
        let component = self.under_test.sample(name);
        self.copy(&component, name)
    }

    /// Adds these bytes to the folder as `NAME.wasm`.
    #[must_use]
    pub fn component(self, name: &str, bytes: &[u8]) -> Self {
        self.write(&format!("plugins/{name}.wasm"), bytes)
    }

    /// Adds an author's settings to the folder, as `NAME.toml`.
    #[must_use]
    pub fn author(self, name: &str, toml: &str) -> Self {
        self.write(&format!("plugins/{name}.toml"), toml.as_bytes())
    }

    /// Sets the operator's settings file.
    #[must_use]
    pub fn settings(self, toml: &str) -> Self {
        self.write("settings.toml", toml.as_bytes())
    }

    /// Links the operator's settings to this file.
    ///
    /// # Panics
    ///
    /// Panics if the temporary folder cannot be written.
    #[must_use]
    pub fn settings_at(self, file: &Path) -> Self {
        symlink(file, self.dir.path().join("settings.toml")).expect("the temporary folder can be written");
        self
    }

    /// Sets the log filter, in the syntax of `RUST_LOG`. The default is an operator's.
    #[must_use]
    pub fn log(self, directives: &'static str) -> Self {
        self.variable("RUST_LOG", directives.into())
    }

    /// Makes the log a pipe, and returns its other end. Until that is read, the log takes no more than the pipe holds.
    ///
    /// # Panics
    ///
    /// Panics if the temporary folder cannot hold a pipe.
    #[must_use]
    pub fn log_to_pipe(self) -> (Self, File) {
        let pipe = self.dir.path().join("log");
        let made = Command::new("mkfifo").arg(&pipe).status().expect("`mkfifo` runs");
        assert!(made.success(), "`mkfifo` ends with {made}");
        // With a writer of its own the host need not wait for one, and the pipe never ends.
        let end = File::options().read(true).write(true).open(pipe).expect("the pipe is new");
        (self, end)
    }

    /// Sets the file of the certificates that the system trusts.
    #[must_use]
    pub fn system_roots(self, file: &Path) -> Self {
        self.variable("SSL_CERT_FILE", file.into())
    }

    /// Gives the host a cache of its own, in `cache` of its folder. Others share one.
    #[must_use]
    pub fn cache_of_its_own(self) -> Self {
        let cache = self.dir.path().join("cache");
        fs::create_dir(&cache).expect("the folder is new");
        self.variable("XDG_CACHE_HOME", cache.into())
    }

    fn variable(mut self, name: &'static str, value: OsString) -> Self {
        self.variables.insert(name, value);
        self
    }

    /// Sets the limit of open files, which the host cannot raise. The default is that of the tests.
    #[must_use]
    pub fn open_files(self, limit: u32) -> Self {
        Self { open_files: Some(limit), ..self }
    }

    /// Sets the address to listen at. The default is any free port.
    #[must_use]
    pub fn listen(self, listen: SocketAddr) -> Self {
        Self { listen, ..self }
    }

    /// Returns the path of a file in the plugin folder.
    #[must_use]
    pub fn plugin_file(&self, file: &str) -> PathBuf {
        self.dir.path().join("plugins").join(file)
    }

    /// Starts the host, and waits until it listens and has loaded its plugins.
    ///
    /// # Panics
    ///
    /// Panics with its log if it does not listen.
    #[must_use]
    pub fn start(self) -> TestHost {
        let host = self.start_and_listen();
        host.wait_until_loaded();
        host
    }

    /// Starts the host, and waits until it listens. It may still be loading plugins.
    ///
    /// # Panics
    ///
    /// Panics with its log if it does not listen.
    #[must_use]
    pub fn start_and_listen(self) -> TestHost {
        TestHost::start(self.under_test, self.dir, self.variables, self.open_files, self.listen)
    }

    fn copy(self, component: &Path, name: &str) -> Self {
        let bytes = fs::read(component).unwrap_or_else(|error| panic!("{}: {error}", component.display()));
        self.component(name, &bytes)
    }

    fn write(self, file: &str, bytes: &[u8]) -> Self {
        fs::write(self.dir.path().join(file), bytes).expect("the temporary folder can be written");
        self
    }
}
