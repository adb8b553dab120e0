//! The audit log: its events, and data that it must never contain.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use insight_tests::{TestHost, wait_for};
use serde_json::Value;
use tempfile::TempDir;

use crate::reload::{version, wait_for_version};
use crate::{UNDER_TEST, host};

/// Reads the lines of an audit log so far.
fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    // The last line may be half written.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// Waits for an event, and returns its line.
fn event(file: &Path, name: &str) -> Value {
    wait_for(&format!("the event {name}"), || lines(file).into_iter().find(|line| line["event"] == name))
}

fn folder() -> TempDir {
    TempDir::new().expect("there is room for a temporary folder")
}

fn post(host: &TestHost, target: &str) {
    let answer = host.ask_admin("POST", target);
    assert_eq!(answer.status, 200, "{target}: {answer:?}");
}

#[test]
fn whatever_is_done_to_plugins_is_a_line_that_says_who_did_it() {
    let folder = folder();
    let file = folder.path().join("audit.log");
    let host = host().component("well", &version(1)).settings(&format!("[audit]\npath = {file:?}")).start();

    host.install("well", &version(2));
    wait_for_version(&host, "well", 2);
    host.install("broken", b"no component");
    let refused = event(&file, "plugin-refused");
    assert_eq!((&refused["plugin"], &refused["kept"]), (&"broken".into(), &false.into()), "{refused}");
    post(&host, "/api/plugins/well/disable");
    post(&host, "/api/plugins/well/enable");
    post(&host, "/api/plugins/well/rollback");
    host.install("well", &version(3));
    let _ = event(&file, "newer-file-waits");
    post(&host, "/api/plugins/well/reload");
    host.remove("well");

    for name in ["plugin-loaded", "plugin-replaced", "plugin-disabled", "plugin-enabled", "plugin-pinned"] {
        let line = event(&file, name);
        assert_eq!(line["plugin"], "well", "{line}");
        assert!(line["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");
    }
    for name in ["plugin-unpinned", "plugin-removed"] {
        assert_eq!(event(&file, name)["plugin"], "well");
    }
    let call = event(&file, "admin-call");
    let token = call["token"].as_str().expect("whose word it was").to_owned();
    assert_eq!((token.len(), &call["peer"], &call["status"]), (8, &"127.0.0.1".into(), &200.into()), "{call}");
    assert_eq!((&call["method"], &call["path"]), (&"POST".into(), &"/api/plugins/well/disable".into()));
    assert_eq!(event(&file, "plugin-disabled")["by"], format!("token {token} from 127.0.0.1"));
    assert_eq!(fs::metadata(&file).expect("it is there").mode() & 0o777, 0o600);
}

#[test]
fn it_holds_no_token_no_secret_and_no_setting_and_strangers_forge_no_line() {
    let folder = folder();
    let (file, secret) = (folder.path().join("audit.log"), folder.path().join("secret"));
    fs::write(&secret, "never-to-be-shown-1").expect("the folder is ours");
    let settings = format!(
        "[audit]\npath = {file:?}\n[plugins.well.config]\nname = \"never-to-be-shown-2\"\n\
         [[plugins.well.grants.http]]\norigin = \"https://api.contoso.com\"\n\
         [plugins.well.grants.secrets.hub]\nfile = {secret:?}\nhosts = [\"api.contoso.com\"]\nheader = \"authorization\""
    );
    let host = host().guest("well").author("broken", "order = \"never-to-be-shown-3\"").guest_as("well", "broken");
    let host = host.settings(&settings).start();
    let admin = host.admin();
    let target = "/api/%0a%7B%22event%22:%22forged%22%7D";
    let headers = [("host", admin.address.to_string()), ("authorization", "Bearer never-to-be-shown-4".to_owned())];
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut wire = insight_tests::Wire::connect(admin.address);
    wire.send(format!("POST {target} HTTP/1.1\r\nconnection: close\r\n{}\r\n", headers.concat()));
    assert!(wire.read_to_end().contains(" 401 "));

    let refused = event(&file, "admin-refused");
    assert_eq!((&refused["status"], &refused["token"]), (&401.into(), &Value::Null), "{refused}");
    let loaded = event(&file, "plugin-loaded");
    let granted = loaded["granted"].as_str().expect("what it may reach");
    assert!(granted.contains("https://api.contoso.com") && granted.contains("secret hub"), "{granted}");
    let _ = event(&file, "plugin-refused");
    let text = fs::read_to_string(&file).expect("it is there");
    assert!(!text.contains("never-to-be-shown") && !text.contains(&admin.token), "{text}");
    assert!(lines(&file).iter().all(|line| line["event"] != "forged"), "{text}");
}

#[test]
fn a_file_that_was_moved_away_is_opened_anew_at_a_hangup() {
    let folder = folder();
    let (file, moved) = (folder.path().join("audit.log"), folder.path().join("audit.log.1"));
    let host = host().guest("well").settings(&format!("[audit]\npath = {file:?}")).start();
    let _ = event(&file, "plugin-loaded");

    fs::rename(&file, &moved).expect("it is there");
    host.hang_up();

    // The signal is handled with a delay.
    wait_for("a line in the new file", || {
        post(&host, "/api/plugins/well/reload");
        lines(&file).iter().any(|line| line["event"] == "admin-call").then_some(())
    });
    assert!(lines(&file).iter().all(|line| line["event"] != "plugin-loaded"));
}

#[test]
fn a_full_disk_stops_nothing_and_is_counted() {
    let host = host().guest("well").settings("[audit]\npath = \"/dev/full\"").start();

    post(&host, "/api/plugins/well/disable");
    post(&host, "/api/plugins/well/enable");

    assert_eq!(host.ask("well", "1").status, 200);
    wait_for("lost lines", || (host.metric("insight_host_audit_lines_lost_total") >= 4.0).then_some(()));
    let _ = host.logged("the audit log cannot be written");
}

#[test]
fn a_file_that_cannot_be_written_is_told_at_the_start_and_without_one_the_log_has_it_all() {
    let folder = folder();
    let settings = folder.path().join("settings.toml");
    fs::write(&settings, "[audit]\npath = \"/nowhere/audit.log\"").expect("the folder is ours");
    let [plugins, settings] = [folder.path(), &settings].map(|path| path.to_str().expect("the path is text"));

    let ran = UNDER_TEST.run(["serve", "--plugins", plugins, "--config", settings, "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("/nowhere/audit.log; `audit.path` names a file in a folder"), "{}", ran.stderr);

    let host = host().guest("well").start();
    post(&host, "/api/plugins/well/disable");
    let line = host.logged("plugin-disabled");
    assert!(line.contains("insight_host::audit") && line.contains("plugin=well"), "{line}");
}
