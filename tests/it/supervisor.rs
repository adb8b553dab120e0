//! Notifications to a supervisor that uses systemd's protocol.

use std::fs::File;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Stdio};

use insight_tests::PATIENCE;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::UNDER_TEST;

/// A supervisor, and the host that it has started.
struct Supervisor {
    _dir: TempDir,
    socket: UnixDatagram,
    child: Child,
}

impl Supervisor {
    fn start() -> Self {
        let dir = TempDir::new().expect("there is room for a temporary folder");
        let path = dir.path().join("notify");
        let socket = UnixDatagram::bind(&path).expect("the folder is ours");
        socket.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        let log = File::create(dir.path().join("log")).expect("the folder is ours");
        let mut command = UNDER_TEST.command(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off"]);
        command.arg("--plugins").arg(dir.path());
        command.env("NOTIFY_SOCKET", path).env("WATCHDOG_USEC", "200000").env_remove("WATCHDOG_PID");
        let child = command.stdout(Stdio::null()).stderr(log).spawn().expect("the binary runs");
        Self { _dir: dir, socket, child }
    }

    /// Waits for a notification that begins with `word`, and skips those of the watchdog.
    fn hear(&self, word: &str) -> String {
        loop {
            let mut bytes = [0; 512];
            let length = self.socket.recv(&mut bytes).unwrap_or_else(|error| panic!("no `{word}`: {error}"));
            let heard = String::from_utf8_lossy(&bytes[..length]).into_owned();
            if heard.starts_with(word) {
                return heard;
            }
            assert!(heard.starts_with("WATCHDOG=1"), "`{heard}` where `{word}` was to come");
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it is our child");
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_supervisor_hears_of_each_turn_in_a_hosts_life() {
    let mut supervisor = Supervisor::start();

    supervisor.hear("READY=1");
    supervisor.signal(Signal::HUP);
    assert!(supervisor.hear("RELOADING=1").contains("MONOTONIC_USEC="));
    supervisor.hear("READY=1");
    supervisor.hear("WATCHDOG=1");
    supervisor.signal(Signal::TERM);
    supervisor.hear("STOPPING=1");

    assert_eq!(supervisor.child.wait().expect("it is our child").code(), Some(0));
}
