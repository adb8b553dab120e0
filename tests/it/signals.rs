//! Signals that have no meaning for a host, and the end of a terminal.

use std::path::Path;
use std::process::{Command, Stdio};

use insight_tests::{free_address, wait_for};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{UNDER_TEST, host};

#[test]
fn signals_without_a_meaning_are_logged_and_do_not_end_the_host() {
    let mut host = host().guest("well").start();

    for (signal, name) in [
        (Signal::USR1, "SIGUSR1"),
        (Signal::USR2, "SIGUSR2"),
        (Signal::ALARM, "SIGALRM"),
        (Signal::VTALARM, "SIGVTALRM"),
        (Signal::PROF, "SIGPROF"),
        (Signal::IO, "SIGIO"),
        (Signal::POWER, "SIGPWR"),
        (Signal::XFSZ, "SIGXFSZ"),
    ] {
        host.signal(signal);
        let _line = host.logged(&format!("signal={name:?}"));
    }
    host.signal(Signal::PIPE);
    host.hang_up();

    assert_eq!(host.ask("well", "1").status, 200);
    assert_eq!(host.ended(), None);
}

#[test]
fn a_host_under_development_ends_with_its_terminal_unless_it_was_started_to_outlive_it() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/crm-notes");
    for outlives in [false, true] {
        let (folder, listen) = (TempDir::new().expect("there is room for a folder"), free_address().to_string());
        let dev = UNDER_TEST.command(["dev", "--listen", &listen, sample]);
        // The tests themselves may have been started to outlive a terminal.
        let launcher: &[_] = if outlives { &["nohup"] } else { &["env", "--default-signal=HUP"] };
        let mut command = Command::new(launcher[0]);
        command.args(&launcher[1..]).arg(dev.get_program()).args(dev.get_args());
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm"));
        command.env("XDG_RUNTIME_DIR", folder.path()).env("XDG_STATE_HOME", folder.path()).stdout(Stdio::null());
        let mut host = command.stdin(Stdio::null()).spawn().expect("the binary runs");
        let answers = || ureq::get(format!("http://{listen}/healthz")).call().is_ok();
        wait_for("an answer", || answers().then_some(()));
        let send = |signal| kill_process(Pid::from_child(&host), signal).expect("it is our child");

        send(Signal::HUP);
        if outlives {
            assert!(answers());
            send(Signal::TERM);
        }

        let ended = wait_for("the end of the host", || host.try_wait().expect("it is our child"));
        assert_eq!(ended.code(), Some(0), "outlives: {outlives}");
    }
}
