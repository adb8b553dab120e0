//! The operator's guide: a shell runs every command in it, in order.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use insight_tests::{Ran, free_address};
use tempfile::TempDir;

use crate::UNDER_TEST;

/// The guide.
const GUIDE: &str = include_str!("../../docs/operate.md");

/// The programs of the guide that a test cannot run, as each needs a machine of its own. Their blocks are `console`.
const NOT_HERE: [&str; 6] = ["sudo", "systemctl", "journalctl", "podman", "kubectl", "systemd-analyze"];

/// A fenced block of the guide.
struct Block<'a> {
    language: &'a str,
    text: &'a str,
    /// The line of its fence.
    line: usize,
}

fn blocks() -> Vec<Block<'static>> {
    let mut blocks = Vec::new();
    let (mut rest, mut line) = (GUIDE, 1);
    while let Some((before, after)) = rest.split_once("```") {
        line += before.matches('\n').count();
        let (language, after) = after.split_once('\n').expect("a fence ends its line");
        let (text, after) = after.split_once("```").expect("every block has an end");
        blocks.push(Block { language, text, line });
        line += 1 + text.matches('\n').count();
        rest = after;
    }
    blocks
}

/// Converts the guide to one script, which writes the files and runs the commands. Ports and folders that exist once
/// per machine are replaced by those of the test.
fn script(home: &Path) -> String {
    let mut script = "set -eu -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT\n".to_owned();
    for Block { language, text, line } in blocks() {
        // Writing to a string cannot fail.
        let _ = match (language, text.split_once('\n')) {
            ("sh", _) => write!(script, "echo 'guide, line {line}' >&2\n{text}"),
            ("toml" | "yaml", Some((name, content))) => {
                let name = name.strip_prefix("# ").expect("a block of settings begins with its file's name");
                write!(script, "mkdir -p \"$(dirname {name})\"\ncat > {name} <<'END'\n{content}END\n")
            }
            _ => Ok(()),
        };
    }
    for of_the_machine in ["8080", "8081"] {
        script = script.replace(&format!(":{of_the_machine}"), &format!(":{}", free_address().port()));
    }
    for folder in ["/etc/insight-host", "/var/lib/insight-host", "/var/log/insight-host", "/srv/plugins"] {
        script = script.replace(folder, &format!("{}{folder}", home.display()));
    }
    script
}

#[test]
fn every_command_of_the_operators_guide_does_what_it_says() {
    let home = TempDir::new().expect("there is room");
    let bin = home.path().join("bin");
    fs::create_dir(&bin).expect("the folder is ours");
    std::os::unix::fs::symlink(UNDER_TEST.program(), bin.join("insight-host")).expect("the folder is ours");
    let component = fs::read(UNDER_TEST.sample("contoso-hub")).expect("it has just been built");
    fs::write(home.path().join("contoso-hub.wasm"), &component).expect("the folder is ours");
    // An empty custom section makes another version of it.
    let next = [&component[..], &[0, 5, 4, b'n', b'e', b'x', b't']].concat();
    fs::write(home.path().join("contoso-hub-2.wasm"), next).expect("the folder is ours");
    let script = script(home.path());

    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("there are programs"));
    // The environment of the host's own commands, whose cache saves compilation.
    let host = UNDER_TEST.command([""; 0]);
    let environment = host.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let ran: Ran = Command::new("bash")
        .args(["-c", &script])
        .envs(environment)
        .env("PATH", path)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("XDG_STATE_HOME", home.path().join("state"))
        // Compiling takes longer than usual while other tests run.
        .env("INSIGHT_HOST__LOAD__START_WAIT", "60s")
        .current_dir(home.path())
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell")
        .into();

    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
}

#[test]
fn commands_of_the_guide_that_no_test_runs_need_a_machine_of_their_own() {
    for Block { text, line, .. } in blocks().into_iter().filter(|block| block.language == "console") {
        for command in text.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let program = command.split_whitespace().next();
            assert!(program.is_some_and(|program| NOT_HERE.contains(&program)), "line {line}: {command}");
        }
    }
}
