//! Standard output and standard error that nobody reads any more: a log collector that ended, or `head`.

use std::fs::File;
use std::io::pipe;
use std::path::Path;
use std::process::Stdio;

use insight_tests::{Ran, free_address, wait_for};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::UNDER_TEST;

/// Returns a stream whose reader is gone.
fn closed() -> Stdio {
    let (reader, writer) = pipe().expect("the test may have two more descriptors");
    drop(reader);
    writer.into()
}

fn healthz(url: &str) -> Option<u16> {
    ureq::get(url).call().ok().map(|answer| answer.status().as_u16())
}

#[test]
fn a_host_whose_outputs_are_closed_serves_and_stops_when_asked() {
    for command in ["serve", "dev"] {
        let (folder, listen) = (TempDir::new().expect("there is room for a folder"), free_address().to_string());
        let is_serve = command == "serve";
        let mut command = UNDER_TEST.command([command, "--listen", &listen]);
        if is_serve {
            command.args(["--admin-listen", "127.0.0.1:0", "--plugins"]).arg(folder.path());
        } else {
            command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/crm-notes"));
            command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm"));
        }
        command.env("XDG_RUNTIME_DIR", folder.path()).env("XDG_STATE_HOME", folder.path());
        command.stdout(closed());
        // The build tool of `dev` needs a standard error.
        let stderr = if is_serve { closed() } else { Stdio::inherit() };
        let mut host = command.stderr(stderr).spawn().expect("the binary runs");

        let url = format!("http://{listen}/healthz");
        let answered = wait_for("an answer, or the end of the host", || {
            healthz(&url).or_else(|| host.try_wait().expect("it is our child").map(|_ended| 0))
        });
        assert_eq!(answered, 200);
        kill_process(Pid::from_child(&host), Signal::TERM).expect("it is our child");
        assert_eq!(host.wait().expect("it is our child").code(), Some(0));
    }
}

#[test]
fn no_command_panics_when_nobody_reads_its_output() {
    let sample = UNDER_TEST.sample("crm-notes");
    let sample = sample.to_str().expect("the path is text");
    let call = ["call", sample, "record-summary", "--record-type", "account", "--record-id", "1"];
    for (arguments, code) in [
        (&["--help"][..], 0),
        (&["config", "schema"], 0),
        (&["auth", "new-key"], 0),
        (&["conform", "--rules"], 0),
        (&["check", sample], 3),
        (&call, 5),
        (&["check", "missing.wasm"], 3),
        (&["no-such-command"], 2),
    ] {
        let mut command = UNDER_TEST.command(arguments);
        let mut ended = command.stdout(closed()).stderr(closed()).spawn().expect("the binary runs");
        assert_eq!(ended.wait().expect("it is our child").code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn a_command_whose_output_does_not_fit_on_the_disk_fails_and_says_so() {
    for arguments in [&["config", "schema"][..], &["auth", "new-key"], &["conform", "--rules"]] {
        let full = File::options().write(true).open("/dev/full").expect("every system has it");

        let ran: Ran = UNDER_TEST.command(arguments).stdout(full).output().expect("the binary runs").into();

        assert_eq!(ran.code, Some(1), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains("failed to write to standard output"), "{arguments:?}: {ran:?}");
    }
}
