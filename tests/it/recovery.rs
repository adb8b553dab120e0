//! Faults that come and go under load: the host serves again without a restart, loses no saved state, and tells the
//! operator. `.ci/slow recovery` runs these tests, which take minutes, and prints their figures.

mod clock;
mod descriptors;
mod disk;
mod issuer;
mod kill;
mod load;
mod redis;

use std::time::Duration;

use insight_tests::TestHost;
use tempfile::TempDir;

use self::load::Load;

/// The time for which something is gone.
const GONE: Duration = Duration::from_secs(60);

/// Settings under which the guest `rogue` has key-value entries. Lines appended to them belong to `[key-value]`.
const GRANTED: &str = "[load]\nsuspend-after = 0\n[plugins.rogue.grants]\nkey-value = \"per-tenant\"\n[key-value]\n\
                       time = \"2s\"\n";

/// The request of the load.
const OK: &str = "GET /api/providers/rogue/record-summary?recordType=account&recordId=ok HTTP/1.1\r\nhost: localhost\r\n\
                  connection: close\r\n\r\n";

fn folder() -> TempDir {
    TempDir::new().expect("there is room for a temporary folder")
}

fn said(host: &TestHost, behaviour: &str) -> String {
    host.ask("rogue", behaviour).said()
}

/// Runs a command of the operator, which must succeed.
fn order(host: &TestHost, arguments: &[&str]) {
    let ran = host.run(arguments);
    assert_eq!(ran.code, Some(0), "{arguments:?}: {ran:?}\n{}", host.log());
}

/// Returns the message of the line of the log that holds this text.
fn told(host: &TestHost, text: &str) -> String {
    let line = host.logged(text);
    assert!(line.contains("WARN") || line.contains("ERROR") || line.contains("INFO"), "{line}");
    text.to_owned()
}
