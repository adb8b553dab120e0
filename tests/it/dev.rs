//! `insight-host dev`: one change is one build, and an author is granted what the plugin wishes.

mod project;

use insight_tests::{Backend, wait_for};

use self::project::Project;

/// Settings by which the plugin wishes a secret and a key-value store.
const WISHES: &str = "[wishes]\nsecrets = [\"token\"]\nkey-value = true\n";

#[test]
fn a_change_is_served_after_one_build_and_one_that_does_not_build_leaves_the_version_before() {
    let project = Project::new("dev-changes", "");
    let dev = project.dev();

    project.edit("\"ok\" => said(\"ok\"),", "\"ok\" => said(\"changed\"),");
    wait_for("the change", || (dev.said("ok") == "changed").then_some(()));
    let of_editors = ["4913", "src/.lib.rs.swp", "src/lib.rs~", "src/#lib.rs#"];
    for left_behind in of_editors.into_iter().chain(["target/x.rs", "node_modules/x.js", "mock.log"]) {
        project.write(left_behind, "x");
    }
    // A change of the settings is noticed later than those.
    project.write("dev-changes.toml", "[config]\nbehaviour = \"throttled:7\"\n");
    let _line = dev.logged("granted");
    wait_for("the setting", || dev.said("ok").is_empty().then_some(()));
    assert_eq!(dev.count("lib.rs has changed: building …"), 1, "{}", dev.log());
    assert_eq!(dev.count("building …"), 2, "the first, and one for the change: {}", dev.log());
    assert_eq!(dev.count("built in"), 2, "{}", dev.log());

    project.write("dev-changes.toml", "");
    project.edit("said(\"changed\")", "this does not compile");
    let _line = dev.logged("still serving the previous version");
    assert!(dev.log().contains("src/lib.rs:"), "{}", dev.log());
    wait_for("the version before", || (dev.said("ok") == "changed").then_some(()));
    project.edit("this does not compile", "said(\"mended\")");
    wait_for("the mended version", || (dev.said("ok") == "mended").then_some(()));
    assert_eq!(dev.count("built in"), 3, "{}", dev.log());
}

#[test]
fn an_author_is_granted_wishes_and_what_the_development_file_has_as_they_change() {
    let backend = Backend::http();
    let project = Project::new("dev-grants", WISHES);
    let dev = project.dev();
    let lacking = dev.logged("secret token has no value");
    assert!(lacking.contains("dev-grants.dev.toml"), "{lacking}");
    assert_eq!(dev.said("keep:a=1"), "done", "a key-value store is wished");

    let development = format!(
        "http = [{origin:?}]\n[config]\nbackend = {origin:?}\nheaders = \"authorization: Bearer {{{{secret:token}}}}\"\n\
         [secrets]\ntoken = \"for the mock\"\n",
        origin = backend.origin()
    );
    project.write("dev-grants.dev.toml", &development);
    let _line = dev.logged("secret token for development");

    wait_for("the secret", || (dev.said("reveal:token") == "for the mock").then_some(()));
    let _ = dev.said("fetch:/echo");
    assert_eq!(backend.requests()[0].header("authorization"), "Bearer for the mock");
    project.write("dev-grants.toml", &format!("{WISHES}[config]\nbehaviour = \"kept:a\"\n"));
    wait_for("the setting", || (dev.said("anything") == "kept 1").then_some(()));
    assert_eq!(dev.count("has changed"), 0, "settings need no build: {}", dev.log());
}

#[test]
fn a_plugin_is_known_by_its_name_and_not_by_that_of_its_folder() {
    let project = Project::new("dev-several", "[wishes]\nkey-value = true\n[config]\nbehaviour = \"keep:a=1\"\n");

    let dev = project.dev_above();

    assert_eq!(dev.said("anything"), "done", "granted what the settings in its folder wish: {}", dev.log());
    project.write("dev-several.toml", "[config]\nbehaviour = \"throttled:7\"\n");
    wait_for("the setting", || dev.said("ok").is_empty().then_some(()));
}

#[test]
fn each_call_is_a_line_with_its_outcome_its_host_calls_and_the_place_of_a_fault() {
    let project = Project::new("dev-calls", &format!("{WISHES}[limits]\nfuel = 100_000_000\n"));
    let dev = project.dev();

    let _ = dev.said("keep:a=1");
    let line = dev.logged("call  record-summary  answered ");
    assert!(line.contains(" kv 1 ") && line.contains(" http 0 ") && line.contains("fuel "), "{line}");

    let _ = dev.said("panic:alas");
    let line = dev.logged("call  record-summary  trapped ");
    assert!(line.contains("alas") && line.contains("src/endings.rs:"), "{line}");
    let _ = dev.said("spin");
    let line = dev.logged("call  record-summary  out-of-fuel ");
    assert!(line.contains("spin (") && line.contains("busy.rs:"), "{line}");
    project.write("dev-calls.toml", "[limits]\ntime = \"300ms\"\n");
    // On a busy machine, the time may pass before the call begins.
    wait_for("a deadline with the place that it interrupted", || {
        let _ = dev.said("spin");
        let (end, log) = ("call  record-summary  deadline-exceeded ", dev.log());
        log.lines().any(|line| line.starts_with(end) && line.contains("busy.rs:")).then_some(())
    });
}
