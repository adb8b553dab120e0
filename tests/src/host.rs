//! A running host, in a process of its own.

mod admin;
mod folder;
mod loading;
mod process;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

pub use self::admin::Admin;
pub use self::loading::signal_compilers;
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Request;

use crate::command::limited;
use crate::setup::Variables;
use crate::under_test::UnderTest;
use crate::wait::{PATIENCE, wait_for};
use crate::{Answer, Wire};

/// The time for which an idle connection is kept. A host under test may close one that is idle for longer, and a
/// request on it would be lost.
const IDLE: Duration = Duration::from_millis(100);

/// A running host. It is killed when it is dropped.
#[derive(Debug)]
pub struct TestHost {
    dir: TempDir,
    child: Child,
    stdout: BufReader<ChildStdout>,
    url: String,
    address: SocketAddr,
    agent: Agent,
    under_test: &'static UnderTest,
    variables: Variables,
    open_files: Option<u32>,
}

impl TestHost {
    pub(crate) fn start(
        under_test: &'static UnderTest,
        dir: TempDir,
        variables: Variables,
        open_files: Option<u32>,
        listen: SocketAddr,
    ) -> Self {
        let (child, stdout, url) = Self::spawn(under_test, dir.path(), &variables, open_files, listen);
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).proxy(None);
        let config = config.max_idle_age(IDLE).allow_non_standard_methods(true);
        Self {
            dir,
            child,
            stdout,
            address: address_of(&url),
            url,
            agent: config.build().into(),
            under_test,
            variables,
            open_files,
        }
    }

    /// Starts a process over the folder `dir`, and waits until it listens.
    fn spawn(
        under_test: &'static UnderTest,
        dir: &Path,
        variables: &Variables,
        open_files: Option<u32>,
        listen: SocketAddr,
    ) -> (Child, BufReader<ChildStdout>, String) {
        let plugins = dir.join("plugins");
        let settings = dir.join("settings.toml");
        log_in_words(&settings);
        let mut command = under_test.command(["serve", "--listen", &listen.to_string(), "--plugins"]);
        command.arg(plugins).env("XDG_RUNTIME_DIR", dir);
        // Hosts of concurrent tests must not listen at the same port.
        if !fs::read_to_string(&settings).is_ok_and(|settings| settings.contains("[admin]")) {
            command.args(["--admin-listen", "127.0.0.1:0"]);
        }
        command.arg("--config").arg(settings);
        // Each host has a state directory of its own, as it may lock files there.
        command.env("XDG_STATE_HOME", dir.join("state"));
        command.envs(variables);
        if let Some(limit) = open_files {
            command = limited(&command, limit);
        }
        let stderr = File::options().create(true).append(true).open(dir.join("log"));
        let stderr = stderr.expect("the temporary folder can be written");
        let mut child = command.stdout(Stdio::piped()).stderr(stderr).spawn().expect("the binary runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));

        let mut line = String::new();
        let _ = stdout.read_line(&mut line);
        let Some(url) = line.trim_end().strip_prefix("listening on ") else {
            let _ = child.kill();
            let log = fs::read_to_string(dir.join("log")).unwrap_or_default();
            panic!("the host does not listen, and says {line:?}; its log:\n{log}");
        };
        (child, stdout, url.to_owned())
    }

    /// Kills it, if it still runs, and starts another over the same folders, at another port. Waits until it has loaded
    /// its plugins.
    ///
    /// # Panics
    ///
    /// Panics with its log if it does not listen.
    pub fn start_again(&mut self) {
        self.kill();
        let listen = ([127, 0, 0, 1], 0).into();
        let (child, stdout, url) =
            Self::spawn(self.under_test, self.dir.path(), &self.variables, self.open_files, listen);
        (self.child, self.stdout, self.address, self.url) = (child, stdout, address_of(&url), url);
        self.wait_until_loaded();
    }

    /// Kills it, as a crash would, and waits for its end.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends it SIGTERM, and waits for its end. It can be started again.
    pub fn end(&mut self) {
        self.terminate();
        let _ = self.child.wait();
    }

    /// Returns its folder, with plugins, state, settings and log.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Returns the base URL of its routes, as it prints it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the address at which it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a `GET` for a path and query.
    #[must_use]
    pub fn get(&self, target: &str) -> Answer {
        self.get_with(target, &[])
    }

    /// Sends a `GET` with headers.
    #[must_use]
    pub fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", target, headers, "")
    }

    /// Returns the raw bytes of the answer at a path.
    ///
    /// # Panics
    ///
    /// Panics unless the status is 200.
    #[must_use]
    pub fn bytes(&self, target: &str) -> Vec<u8> {
        let request = Request::builder().uri(format!("http://{}{target}", self.address));
        let response = self.agent.run(request.body(()).expect("a request")).expect("an answer");
        assert_eq!(response.status(), 200, "{target}");
        response.into_body().into_with_config().limit(64 << 20).read_to_vec().expect("a whole answer")
    }

    /// Posts a JSON body.
    #[must_use]
    pub fn post(&self, target: &str, json: &str) -> Answer {
        self.send("POST", target, &[("content-type", "application/json")], json)
    }

    /// Sends any request.
    ///
    /// # Panics
    ///
    /// Panics with the host's log if no answer comes.
    #[must_use]
    pub fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.try_send(method, target, headers, body)
            .unwrap_or_else(|error| panic!("{method} {target}: {error}; the host's log:\n{}", self.log()))
    }

    /// Sends a request to a host that may be gone.
    ///
    /// # Errors
    ///
    /// Fails if no answer comes.
    pub fn try_send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, ureq::Error> {
        self.send_to(self.address, method, target, headers, body)
    }

    fn send_to(
        &self,
        address: SocketAddr,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("http://{address}{target}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let begun = Instant::now();
        let response = match body {
            "" => self.agent.run(request.body(())?)?,
            body => self.agent.run(request.body(body)?)?,
        };
        Answer::read(begun, response)
    }

    /// Requests the summary of the record `id` from one provider; guests of these tests take the id for the
    /// behaviour to show.
    #[must_use]
    pub fn ask(&self, provider: &str, id: &str) -> Answer {
        self.get(&format!("/api/providers/{provider}/record-summary?recordType=account&recordId={id}"))
    }

    /// Requests the summary of the record `id` from all providers.
    #[must_use]
    pub fn ask_all(&self, id: &str) -> Answer {
        self.get(&format!("/api/record-summary?recordType=account&recordId={id}"))
    }

    /// Opens a connection for raw bytes.
    #[must_use]
    pub fn wire(&self) -> Wire {
        Wire::connect(self.address)
    }

    /// Returns its whole log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Waits for a line of its log that contains `text`, and returns it.
    #[must_use]
    pub fn logged(&self, text: &str) -> String {
        let line = || self.log().lines().find(|line| line.contains(text)).map(String::from);
        wait_for(&format!("`{text}` in the log"), line)
    }

    /// Sends it SIGTERM, waits for its end, and returns its exit code and its output since it
    /// began to listen.
    ///
    /// # Panics
    ///
    /// Panics if a signal ended it.
    #[must_use]
    pub fn stop(mut self) -> (i32, String) {
        self.terminate();
        let mut printed = String::new();
        self.stdout.read_to_string(&mut printed).expect("what it prints is text");
        let status = self.child.wait().expect("it is our child");
        (status.code().unwrap_or_else(|| panic!("a signal ended it: {status}; its log:\n{}", self.log())), printed)
    }
}

/// Selects the plain text format of the log, which tests search, unless the settings select one.
fn log_in_words(settings: &Path) {
    let text = fs::read_to_string(settings).unwrap_or_default();
    if !text.contains("log-format") {
        let text = format!("{text}\n[telemetry]\nlog-format = \"text\"\n");
        fs::write(settings, text).expect("the temporary folder can be written");
    }
}

/// Returns the address in a URL of a host.
fn address_of(url: &str) -> SocketAddr {
    url.split('/').nth(2).and_then(|address| address.parse().ok()).expect("an address with its port")
}

/// Prints the host's log if the test failed.
#[expect(clippy::print_stderr, reason = "the test runner captures it")]
impl Drop for TestHost {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- the host's log\n{}---", self.log());
        }
    }
}
