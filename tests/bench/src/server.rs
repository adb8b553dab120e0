//! A launched server, in a process of its own.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::artifacts::Artifacts;
use crate::connection;
use crate::host::Setup;
use crate::load::Question;
use crate::target::{Software, Target};

/// The time in which a server must give the expected answer after its start: some compile first.
pub(crate) const START: Duration = Duration::from_secs(60);

/// The time between two attempts, which bounds how exactly a start is measured.
const PAUSE: Duration = Duration::from_millis(2);

/// A process, which ends with this.
pub(crate) struct Server {
    child: Child,
    /// The address at which it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts a target.
    ///
    /// # Errors
    ///
    /// Fails if the program cannot be started.
    pub(crate) fn start(target: Target, artifacts: &Artifacts, backend: SocketAddr) -> Result<Self, String> {
        let address = free_address()?;
        let text = address.to_string();
        let mut command = match target.software() {
            Software::Ours => {
                let mut command = Command::new(&artifacts.bench);
                command.args(["native", &text, &backend.to_string()]);
                command
            }
            Software::Host => Setup::of_workloads(artifacts, backend).command(artifacts, address)?,
            Software::Wasmtime(release) => {
                let mut command = Command::new(artifacts.wasmtime(release));
                command.args(["serve", "-S", "cli=y", "--addr", &text, "--env", &format!("BACKEND={backend}")]);
                command.args(target.arguments()).arg(&artifacts.served);
                command
            }
            Software::Extism => {
                let mut command = Command::new(&artifacts.extism);
                command.args(target.arguments()).arg(&artifacts.extism_plugin);
                command.args([&text, &format!("http://{backend}")]);
                command
            }
        };
        Self::spawn(&mut command, address, &artifacts.scratch.join(format!("{target:?}.log")))
    }

    /// Starts a host for a scenario.
    ///
    /// # Errors
    ///
    /// Fails if the program cannot be started.
    pub(crate) fn start_host(setup: &Setup, artifacts: &Artifacts) -> Result<Self, String> {
        let address = free_address()?;
        Self::spawn(&mut setup.command(artifacts, address)?, address, &artifacts.scratch.join("scenario.log"))
    }

    /// Starts the backend.
    ///
    /// # Errors
    ///
    /// Fails if the program cannot be started.
    pub(crate) fn start_backend(artifacts: &Artifacts) -> Result<Self, String> {
        let address = free_address()?;
        let mut command = Command::new(&artifacts.bench);
        command.args(["entries", &address.to_string()]);
        Self::spawn(&mut command, address, &artifacts.scratch.join("backend.log"))
    }

    fn spawn(command: &mut Command, address: SocketAddr, log: &Path) -> Result<Self, String> {
        let failed = |error| format!("{}: {error}", command.get_program().display());
        let log = File::create(log).map_err(failed)?;
        let also = log.try_clone().map_err(failed)?;
        let spawned = command.stdin(Stdio::null()).stdout(log).stderr(also).spawn();
        let child = spawned.map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        Ok(Self { child, address })
    }

    /// Returns the process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns a question to this server.
    pub(crate) fn question(&self, target: impl Into<String>, expected: &[u8]) -> Question {
        Question { address: self.address, target: target.into(), expected: expected.to_vec() }
    }

    /// Waits for the expected answer.
    ///
    /// # Errors
    ///
    /// Fails if it is not given in time.
    pub(crate) fn wait_for(&mut self, question: &Question, patience: Duration) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let said = match ask(question) {
                Ok(body) if body == question.expected => return Ok(()),
                Ok(body) => format!("another body: {}", String::from_utf8_lossy(&body)),
                Err(error) => error,
            };
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the server ended: {status}"));
            }
            if begun.elapsed() > patience {
                return Err(said);
            }
            thread::sleep(PAUSE);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    listener.map_err(|error| error.to_string())
}

/// Asks once, and returns the body.
///
/// # Errors
///
/// Fails if there is no answer, or if it is a failure.
pub(crate) fn ask(question: &Question) -> Result<Vec<u8>, String> {
    let text = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(question.address).map_err(text)?;
    stream.set_read_timeout(Some(START)).map_err(text)?;
    let Question { target, address, .. } = question;
    write!(stream, "GET {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").map_err(text)?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).map_err(text)?;
    let body = connection::body(&response)?.ok_or("the answer is cut off")?;
    Ok(body.to_vec())
}
