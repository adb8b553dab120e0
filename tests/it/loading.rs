//! Loads beside each other: a file that takes long delays neither the start nor its neighbours.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use insight_tests::{CoreGuest, TestHost, wait_for};

use crate::reload::{version, wait_for_version};
use crate::{UNDER_TEST, host};

/// Returns a component that no test has had compiled before: another custom section is at its end.
fn new(mut component: Vec<u8>) -> Vec<u8> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_nanos();
    let mark = format!("{now:032}{:08}", NUMBER.fetch_add(1, Ordering::Relaxed));
    component.extend([0, 42, 1, b'n']);
    component.extend(mark.as_bytes());
    component
}

/// Returns a component that takes seconds to compile.
pub(crate) fn slow() -> Vec<u8> {
    new(CoreGuest::running("unreachable").field(&"(func (drop (i32.const 1)))".repeat(100_000)).component())
}

fn well() -> Vec<u8> {
    fs::read(UNDER_TEST.guest("well")).expect("it is built")
}

/// A writer of a file that is never complete, until it is dropped.
struct Writer {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    fn of(file: PathBuf) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&is_over);
        let thread = thread::spawn(move || {
            // The header of a component, and sections of which the last one is never complete.
            let mut file = OpenOptions::new().create(true).append(true).open(file).expect("the folder is ours");
            file.write_all(b"\0asm\x0d\0\x01\0\0").expect("the folder is ours");
            while !stop.load(Ordering::Relaxed) {
                file.write_all(&[2, 1, b'n', 0]).expect("the folder is ours");
                thread::sleep(Duration::from_millis(5));
            }
        });
        Self { is_over, thread: Some(thread) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(ended.is_none_or(|ended| ended.is_ok()));
    }
}

/// Starts a host in whose folder the component `slow` is being written.
fn start_while_slow_is_written(settings: &str) -> (TestHost, Writer) {
    let setup = host().guest("well").settings(settings);
    let writer = Writer::of(setup.plugin_file("slow.wasm"));
    (setup.start_and_listen(), writer)
}

#[test]
fn a_host_listens_although_a_file_is_still_being_written() {
    let (host, writer) = start_while_slow_is_written("[load]\nstart-wait = \"1s\"");

    assert_eq!(host.loading("slow")["step"], "reading");
    wait_for("the neighbour", || (host.ask("well", "1").status == 200).then_some(()));
    assert_eq!(host.ask("slow", "1").status, 404);
    assert_eq!(host.get("/readyz").status, 200);

    drop(writer);
    host.install("slow", &well());
    wait_for("the slow one", || (host.ask("slow", "1").status == 200).then_some(()));
}

#[test]
fn a_plugin_that_is_being_loaded_is_listed_with_its_step_and_counted() {
    let (host, _writer) = start_while_slow_is_written("[load]\nstart-wait = \"1s\"");

    let shown = host.run(["plugins", "show", "slow", "--json"]).stdout;
    let table = host.run(["plugins", "list"]).stdout;

    assert!(shown.contains("\"state\":\"loading\"") && shown.contains("\"step\":\"reading\""), "{shown}");
    let line = table.lines().find(|line| line.starts_with("slow")).expect("it is listed");
    assert!(line.contains("loading (reading, "), "{line}");
    assert!(host.metric("insight_host_plugins{state=\"loading\"}") >= 1.0);
    wait_for("its age", || (host.metric("insight_host_plugin_load_age_seconds") >= 1.0).then_some(()));
    assert!(host.logged("still loading").contains("slow"));
}

#[test]
fn compilations_that_hang_delay_no_other_file() {
    let host = host().component("well", &version(1)).start();
    for name in ["hung-one", "hung-two", "hung-three"] {
        host.install(name, &slow());
    }
    wait_for("two compilations", || (host.stop_compiling() >= 2).then_some(()));

    host.install("neighbour", &new(version(2)));
    host.install("well", &new(version(3)));

    wait_for("the neighbour", || (host.ask("neighbour", "1").status == 200).then_some(()));
    wait_for_version(&host, "well", 3);
    assert!(["hung-one", "hung-two", "hung-three"].iter().any(|name| host.loading(name)["step"] == "compiling"));
}

#[test]
fn a_rejection_is_remembered_across_restarts_until_an_operator_tries_again() {
    let broken = new(b"\0asm\x01\0\0\0".to_vec());
    let mut host = host().component("broken", &broken).start();
    let reason = || {
        let shown = host.ask_admin("GET", "/api/plugins/broken").json();
        shown["lastError"]["message"].as_str().expect("it is rejected").to_owned()
    };
    const REMEMBERED: &str = "found at an earlier load of the same component";
    assert!(reason().contains("it is a core module") && !reason().contains(REMEMBERED), "{}", reason());

    host.start_again();
    let shown = host.ask_admin("GET", "/api/plugins/broken").json();
    let again = host.run(["plugins", "reload", "broken"]);

    let message = shown["lastError"]["message"].as_str().expect("it is rejected");
    assert!(message.contains("it is a core module") && message.contains(REMEMBERED), "{message}");
    assert!(again.stderr.contains("it is a core module") && !again.stderr.contains(REMEMBERED), "{}", again.stderr);
}
