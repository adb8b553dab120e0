//! The service files that operators copy: the command that starts the host, and its user.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use insight_host::cli::exit;
use tempfile::TempDir;

use super::read;
use crate::UNDER_TEST;

/// The highest exposure that systemd may find, of 100. A service without any hardening has 96.
const EXPOSURE: &str = "20";

/// The files that start a host.
const FILES: [&str; 3] = ["systemd/insight-host.service", "container/Containerfile", "kubernetes/insight-host.yaml"];

/// Runs `systemd-analyze` on the unit, with the path of the program replaced. Returns `None` on a machine without
/// systemd.
fn systemd_says(words: &[&str]) -> Option<(bool, String)> {
    let dir = TempDir::new().expect("there is room for a temporary folder");
    let unit = dir.path().join("insight-host.service");
    let text = read(FILES[0]).replace("/usr/local/bin/insight-host", UNDER_TEST.program());
    fs::write(&unit, text).expect("the folder is ours");
    let Ok(ran) = Command::new("systemd-analyze").args(words).arg(unit).output() else {
        eprintln!("skipped: there is no `systemd-analyze`, of Debian's package systemd");
        return None;
    };
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    Some((ran.status.success(), said))
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let Some((is_well, said)) = systemd_says(&["verify"]) else { return };

    assert!(is_well && said.is_empty(), "{said}");
}

#[test]
fn the_unit_exposes_little() {
    let words = ["security", "--offline=true", "--no-pager", "--threshold", EXPOSURE];
    let Some((is_well, said)) = systemd_says(&words) else { return };

    assert!(is_well, "{said}");
}

#[test]
fn a_unit_whose_settings_are_not_valid_is_not_started_again() {
    let codes = [exit::USAGE, exit::CONFIG].map(|code| code.to_string());

    assert!(read(FILES[0]).lines().any(|line| line == format!("RestartPreventExitStatus={}", codes.join(" "))));
}

#[test]
fn hosts_are_started_with_flags_that_there_are() {
    let help = UNDER_TEST.run(["serve", "--help"]).stdout;
    let known: BTreeSet<&str> = flags(&help).collect();

    for file in FILES {
        let text = read(file);
        let starts: Vec<_> =
            text.lines().filter(|line| !line.trim_start().starts_with('#') && line.contains("serve")).collect();
        let strange: Vec<_> = starts.iter().flat_map(|line| flags(line)).filter(|flag| !known.contains(flag)).collect();

        assert_eq!((starts.len(), strange), (1, Vec::new()), "{file}: {starts:?}");
    }
}

fn flags(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.starts_with("--") && word.len() > 2)
}

#[test]
fn a_host_starts_with_the_settings_of_the_manifest() {
    let dir = TempDir::new().expect("there is room for a temporary folder");
    let manifest = read(FILES[2]);
    let (_, settings) = manifest.split_once("insight-host.toml: |\n").expect("it holds settings");
    let settings: Vec<&str> = settings.lines().take_while(|line| line.is_empty() || line.starts_with("    ")).collect();
    let settings = settings.join("\n");
    let file = dir.path().join("insight-host.toml");
    fs::write(&file, &settings).expect("the folder is ours");

    let mut check = UNDER_TEST.command(["config", "check", "--config"]);
    let ran = check.arg(file).env("INSIGHT_HOST__HTTP__LISTEN", "0.0.0.0:8080").output().expect("the binary runs");

    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(settings.contains("drain-delay"), "{settings}");
}

#[test]
fn an_image_is_built_from_all_that_cargo_reads() {
    let ignored = read("container/Containerfile.containerignore");
    let dir = TempDir::new().expect("there is room for a temporary folder");
    let project = super::file("..");
    for name in ignored.lines().filter_map(|line| line.strip_prefix('!')) {
        std::os::unix::fs::symlink(project.join(name), dir.path().join(name)).expect("the folder is ours");
    }

    for file in ["Cargo.lock", "rust-toolchain.toml", ".cargo/config.toml", "wit/1.0/provider.wit"] {
        assert!(dir.path().join(file).is_file(), "{file}");
    }
    let cargo = std::env::var("CARGO").expect("cargo runs tests");
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--no-deps", "--offline", "--locked", "--format-version", "1"]).current_dir(dir.path());
    let ran = metadata.output().expect("cargo runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}
