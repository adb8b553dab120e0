//! Readiness, which distinguishes loading, overload and drain.

use std::process::{Child, Command};
use std::thread;

use insight_tests::{Ran, signal_compilers, wait_for};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::loading::slow;
use crate::{UNDER_TEST, host};

/// A host that is starting.
struct Starting {
    dir: TempDir,
    child: Child,
}

impl Starting {
    /// Starts a host with one guest whose `init` uses all of its fuel.
    fn begin() -> Self {
        let component = std::fs::read(UNDER_TEST.guest("prepares")).expect("it is built");
        Self::with(&[("prepares.wasm", &component), ("prepares.toml", b"[config]\ninit = \"hangs\"")])
    }

    /// Starts a host with these files in its plugin folder.
    fn with(files: &[(&str, &[u8])]) -> Self {
        let dir = TempDir::new().expect("there is room for a temporary folder");
        for (name, content) in files {
            std::fs::write(dir.path().join(name), content).expect("the folder is ours");
        }
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--plugins"];
        let mut command = UNDER_TEST.command(arguments);
        // A cold cache, and a start that waits until everything is loaded.
        command.env("XDG_CACHE_HOME", dir.path().join("cache")).env("INSIGHT_HOST__LOAD__START_WAIT", "60s");
        let child = Self::at(&mut command, &dir).arg(dir.path()).spawn().expect("the binary runs");
        Self { dir, child }
    }

    fn at<'a>(command: &'a mut Command, dir: &TempDir) -> &'a mut Command {
        command.env("XDG_RUNTIME_DIR", dir.path())
    }

    fn health(&self, more: &[&str]) -> Ran {
        let mut command = UNDER_TEST.command([&["health"], more].concat());
        Self::at(&mut command, &self.dir).output().expect("the binary runs").into()
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_host_that_loads_lives_and_is_not_ready() {
    let host = Starting::begin();

    let alive = wait_for("the admin API", || Some(host.health(&[])).filter(|health| health.code == Some(0)));
    let ready = host.health(&["--ready"]);

    assert_eq!(alive.stdout, "loading\n");
    assert_eq!((ready.code, ready.stdout.as_str()), (Some(1), "loading\n"), "{}", ready.stderr);
    wait_for("the end of the load", || (host.health(&["--ready"]).code == Some(0)).then_some(()));
}

#[test]
fn a_start_waits_for_a_plugin_whose_compiler_was_killed_as_if_it_were_loading() {
    let host = Starting::with(&[("large.wasm", &slow())]);
    let pid = Pid::from_child(&host.child);

    wait_for("a compile child", || (signal_compilers(pid, Signal::KILL) > 0).then_some(()));

    wait_for("readiness", || (host.health(&["--ready"]).code == Some(0)).then_some(()));
    let health = host.health(&["--json"]);
    let status: serde_json::Value = serde_json::from_str(&health.stdout).expect("it is JSON");
    assert_eq!((&status["plugins"]["loaded"], &status["plugins"]["retried"]), (&1.into(), &0.into()), "{health:?}");
}

#[test]
fn a_host_that_is_asked_to_end_while_it_loads_ends_well_and_at_once() {
    let mut host = Starting::begin();
    wait_for("the admin API", || (host.health(&[]).stdout == "loading\n").then_some(()));

    kill_process(Pid::from_child(&host.child), Signal::TERM).expect("it is our child");

    let status = wait_for("the end of the host", || host.child.try_wait().expect("it is our child"));
    assert_eq!(status.code(), Some(0), "{status}");
}

#[test]
fn health_says_more_to_those_who_run_the_host() {
    let host = host().guest("well").start();

    let said = host.run(["health", "--ready", "--json"]);

    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let health: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    assert_eq!(health["readiness"], "ready");
    assert_eq!((&health["calls"]["now"], &health["calls"]["atMost"]), (&0.into(), &500.into()));
    assert_eq!((&health["plugins"]["loaded"], &health["plugins"]["refused"]), (&1.into(), &0.into()));
}

#[test]
fn health_of_no_host_fails() {
    let dir = TempDir::new().expect("there is room for a temporary folder");
    let mut command = UNDER_TEST.command(["health"]);

    let ran: Ran = Starting::at(&mut command, &dir).output().expect("the binary runs").into();

    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
}

#[test]
fn a_host_that_stays_full_is_not_ready_until_it_has_room_and_lives_all_the_while() {
    let host = host().guest("rogue").settings("[runtime]\ncalls-at-once = 1\n[load]\nsuspend-after = 0").start();
    let readiness = || (host.get("/readyz").status, host.get("/readyz").body);

    thread::scope(|scope| {
        // One call after the other, each as long as allowed.
        let asking = scope.spawn(|| {
            wait_for("overload", || {
                let _ = host.ask("rogue", "slow:3500");
                (host.metric("insight_host_ready") == 0.0).then_some(())
            });
        });
        wait_for("overload", || (readiness() == (503, "overloaded\n".to_owned())).then_some(()));
        assert_eq!(host.get("/healthz").status, 200);
        asking.join().expect("it was overloaded");
    });

    wait_for("room", || (readiness() == (200, "ok\n".to_owned())).then_some(()));
    assert_eq!(host.ask("rogue", "ok").status, 200);
}

#[test]
fn a_host_that_drains_says_so_and_goes_on_for_its_delay() {
    let host = host().guest("well").settings("[http]\ndrain-delay = \"60s\"").start();

    host.terminate();

    // Each on a connection of its own: new ones are still accepted.
    let ready = wait_for("the drain", || Some(host.get("/readyz")).filter(|ready| ready.status == 503));
    assert_eq!(ready.body, "draining\n");
    let answer = host.ask("well", "1");
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    assert_eq!(host.get("/healthz").status, 200);
    assert_eq!(host.stop().0, 1, "asked twice, it does not wait");
}

#[test]
fn a_host_is_gone_when_its_delay_is_over() {
    let host = host().settings("[http]\ndrain-delay = \"300ms\"").start();

    assert_eq!(host.stop().0, 0);
}
