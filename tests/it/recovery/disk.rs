//! A disk that is full, and then is not. Needs root, for a small file system.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use insight_tests::wait_for;
use tempfile::TempDir;

use super::{GRANTED, Load, OK, folder, order, said, told};
use crate::host;

/// A file system of a few MiB in memory.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// Mounts it, if this user may.
    fn mount() -> Option<Self> {
        let folder = folder();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs"]).arg(folder.path());
        let is_mounted = mount.status().is_ok_and(|status| status.success());
        if !is_mounted {
            eprintln!("SKIPPED: only root may mount a small file system");
        }
        is_mounted.then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file until nothing more fits.
    fn fill(&self) -> PathBuf {
        let filler = self.path().join("filler");
        let mut file = File::create(&filler).expect("there is room for a name");
        for size in [64 << 10, 1 << 10, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

/// 1 while orders are in force that are not saved.
const UNSAVED: &str = "insight_host_operator_state_unsaved";

#[test]
#[ignore = "it takes a while: `.ci/slow recovery` runs it"]
fn on_a_full_disk_plugins_are_served_and_disabled_and_what_was_not_saved_is_saved_later() {
    let Some(disk) = SmallDisk::mount() else { return };
    let at = |name: &str| disk.path().join(name).display().to_string();
    let settings = format!(
        "{GRANTED}path = \"{}\"\n[state]\ndirectory = \"{}\"\n[audit]\npath = \"{}\"\n",
        at("key-value.redb"),
        at("state"),
        at("audit.log")
    );
    let mut host = host().guest("rogue").guest_as("rogue", "snoop").settings(&settings).start();
    assert_eq!(said(&host, "keep:a=1"), "done");
    let load = Load::start(host.address(), OK);
    load.wait_for_answers();

    let filler = disk.fill();
    order(&host, &["plugins", "disable", "snoop"]);
    assert_eq!(host.ask("snoop", "ok").status, 404, "it takes effect");
    assert_eq!(host.metric(UNSAVED), 1.0);
    wait_for("the operator to be told", || {
        // Each order is an event of the audit log, which has no room.
        order(&host, &["plugins", "disable", "snoop"]);
        host.log().contains("the audit log cannot be written").then_some(())
    });
    let told_of = [told(&host, "the audit log cannot be written"), told(&host, "could not be saved")].join("; ");
    load.wait_for_answers();
    fs::remove_file(filler).expect("it is there");

    wait_for("the order to be saved", || (host.metric(UNSAVED) == 0.0).then_some(()));
    wait_for("the store", || (said(&host, "keep:b=2") == "done").then_some(()));
    assert_eq!(said(&host, "kept:b"), "kept 2");
    wait_for("the audit log", || {
        order(&host, &["plugins", "disable", "snoop"]);
        host.log().contains("the audit log can be written again").then_some(())
    });
    load.wait_for_answers();
    host.start_again();
    load.point_at(host.address());
    assert_eq!(host.ask("snoop", "ok").status, 404, "it is still disabled");
    load.wait_for_answers();
    load.end("disk full, then freed", &told_of);
}
