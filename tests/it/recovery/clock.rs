//! A clock that steps in both directions. Needs `libfaketime`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Stdio};

use insight_tests::wait_for;
use tempfile::TempDir;

use super::load::send;
use super::{GRANTED, Load, OK, folder};
use crate::UNDER_TEST;

/// The library, as Debian's package `libfaketime` installs it on the usual machines.
const LIBRARIES: [&str; 2] =
    ["/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"];

/// A host whose clock the test sets.
struct Clocked {
    dir: TempDir,
    child: Child,
    address: SocketAddr,
}

impl Clocked {
    /// Starts a host of the guest `rogue`; returns none if the library is not installed.
    fn start() -> Option<Self> {
        if !LIBRARIES.iter().any(|library| Path::new(library).exists()) {
            eprintln!("SKIPPED: there is no libfaketime; `apt-get install libfaketime` installs it");
            return None;
        }
        let dir = folder();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("plugins")).expect("the folder is ours");
        fs::copy(UNDER_TEST.guest("rogue"), at("plugins/rogue.wasm")).expect("it is built");
        let store = format!("{GRANTED}path = \"{}\"\n", at("key-value.redb").display());
        fs::write(at("settings.toml"), store).expect("the folder is ours");
        set_clock(dir.path(), "+0");
        let (child, address) = spawn(dir.path());
        Some(Self { dir, child, address })
    }

    fn said(&self, behaviour: &str) -> String {
        let request = OK.replace("recordId=ok", &format!("recordId={behaviour}"));
        wait_for("an answer", || send(self.address, &request).ok())
    }

    fn step(&self, by: &str) {
        set_clock(self.dir.path(), by);
    }

    /// Asserts that an entry can be stored and read.
    fn assert_that_it_keeps(&self, entry: &str) {
        let kept = self.said(&format!("keep:{entry}=1"));
        assert!(kept.contains("done"), "{kept}\n{}", self.log());
        let found = self.said(&format!("kept:{entry}"));
        assert!(found.contains("kept 1"), "{found}\n{}", self.log());
    }

    /// Ends the host as a service manager does, and starts another one.
    fn restart(&mut self) {
        self.end();
        (self.child, self.address) = spawn(self.dir.path());
        wait_for("the plugin", || self.said("ok").contains(" 200 OK").then_some(()));
    }

    fn end(&mut self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it is our child");
        let _ = self.child.wait();
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Clocked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn set_clock(dir: &Path, by: &str) {
    fs::write(dir.join("clock.new"), by).expect("the folder is ours");
    fs::rename(dir.join("clock.new"), dir.join("clock")).expect("the folder is ours");
}

fn spawn(dir: &Path) -> (Child, SocketAddr) {
    let mut command = UNDER_TEST.command(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    command.arg("--plugins").arg(dir.join("plugins")).arg("--config").arg(dir.join("settings.toml"));
    command.env("XDG_RUNTIME_DIR", dir).env("XDG_STATE_HOME", dir.join("state"));
    let library = LIBRARIES.iter().find(|library| Path::new(library).exists()).expect("it was there");
    command.env("LD_PRELOAD", library).env("FAKETIME_TIMESTAMP_FILE", dir.join("clock")).env("FAKETIME_NO_CACHE", "1");
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("NO_FAKE_STAT", "1");
    let log = File::options().create(true).append(true).open(dir.join("log")).expect("the folder is ours");
    let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the binary runs");
    let mut line = String::new();
    let _ = BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line);
    let address = line.trim_end().strip_prefix("listening on http://").expect("it listens");
    (child, address.parse().expect("it is an address"))
}

#[test]
#[ignore = "it takes a while: `.ci/slow recovery` runs it"]
fn entries_are_kept_and_found_however_the_clock_steps() {
    let Some(mut host) = Clocked::start() else { return };
    let load = Load::start(host.address, OK);
    load.wait_for_answers();

    for (number, step) in ["+0", "+30d", "+0", "-30d", "+0"].into_iter().enumerate() {
        host.step(step);
        host.assert_that_it_keeps(&format!("running-{number}"));
        load.wait_for_answers();
    }
    for (number, step) in ["+30d", "+0", "-30d", "+0"].into_iter().enumerate() {
        host.step(step);
        host.restart();
        load.point_at(host.address);
        host.assert_that_it_keeps(&format!("restarted-{number}"));
        load.wait_for_answers();
    }

    load.end("clock stepped by 30 days, both ways", "time stamps of the log");
}
