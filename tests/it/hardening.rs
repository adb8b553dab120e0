//! Barriers that the kernel puts around the host and its compile children.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use insight_tests::wait_for;
use tempfile::TempDir;

use crate::UNDER_TEST;

/// A user without rights, on every system.
const NOBODY: u32 = 65_534;

/// The owner and group of files of a process that hides its memory.
const ROOT: u32 = 0;

/// A process that is ended with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns a command that runs as a user without rights.
fn as_nobody(command: &Command) -> Command {
    let mut lowered = Command::new("setpriv");
    lowered.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    lowered.arg(command.get_program()).args(command.get_args());
    lowered
}

/// Copies the binary and a plugin to a folder, and gives all of it to a user without rights.
fn folder_of_nobody() -> TempDir {
    let dir = TempDir::new().expect("there is room for a temporary folder");
    let plugins = dir.path().join("plugins");
    fs::create_dir(&plugins).expect("the folder is new");
    fs::copy(UNDER_TEST.guest("well"), plugins.join("well.wasm")).expect("the folder is new");
    // The folder of the build may be closed to others.
    fs::copy(UNDER_TEST.program(), dir.path().join("host")).expect("there is room for the binary");
    for path in [dir.path(), &plugins] {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("the test runs as root");
    }
    dir
}

/// Starts a host as a user without rights, and returns it with its URL.
fn start_as_nobody(dir: &Path) -> (Ended, String) {
    let mut command = Command::new(dir.join("host"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--plugins"]).arg(dir.join("plugins"));
    let mut command = as_nobody(&command);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", dir).env("TOKEN", "a secret of a plugin");
    let log = File::create(dir.join("log")).expect("the folder is ours");
    let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("`setpriv` is part of every system");
    let stdout = child.stdout.take().expect("it is piped");
    let child = Ended(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).expect("it is text");
    let log = fs::read_to_string(dir.join("log")).unwrap_or_default();
    let url = line.trim_end().strip_prefix("listening on ").unwrap_or_else(|| panic!("it does not listen: {log}"));
    (child, url.to_owned())
}

#[test]
fn a_host_of_a_user_without_rights_hides_its_memory_and_compiles_and_answers_all_the_same() {
    if !rustix::process::geteuid().is_root() {
        return eprintln!("SKIPPED: only root can start a process of another user");
    }
    let dir = folder_of_nobody();

    let (host, url) = start_as_nobody(dir.path());

    let of_process = |file: &str| format!("/proc/{}/{file}", host.0.id());
    let status = fs::read_to_string(of_process("status")).expect("it runs");
    assert!(status.lines().any(|line| line.starts_with("Uid:\t65534")), "{status}");
    assert_eq!(fs::metadata(of_process("environ")).expect("it runs").uid(), ROOT, "others of its user could read it");
    for file in ["environ", "mem", "maps"] {
        let read = as_nobody(Command::new("head").args(["-c", "1"]).arg(of_process(file))).output();
        assert!(!read.expect("every system has `head`").status.success(), "{file} can be read");
    }
    let question = format!("{url}/api/providers/well/record-summary?recordType=account&recordId=1");
    let asked = || ureq::get(&question).call().is_ok_and(|answer| answer.status() == 200);
    wait_for("an answer of a plugin that a child has compiled", || asked().then_some(()));
}

#[test]
fn a_compile_child_is_confined_before_it_reads_its_component() {
    let limits = r#"{"seconds":60,"memory":2147483648}"#;
    let mut command = UNDER_TEST.command(["compile", limits]);
    command.env_clear().env("_RJEM_MALLOC_CONF", "background_thread:false");
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let child = Ended(child.expect("the binary runs"));
    let status = || fs::read_to_string(format!("/proc/{}/status", child.0.id())).expect("it runs");

    // Older kernels do not tell the number of filters.
    let has = |line: &str| status().lines().any(|found| found == line);
    let is_filtered = || has("Seccomp:\t2") && (has("Seccomp_filters:\t2") || !status().contains("Seccomp_filters"));
    wait_for("both filters of system calls", || is_filtered().then_some(()));

    assert!(has("NoNewPrivs:\t1"), "{}", status());
}
