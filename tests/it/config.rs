//! The operator's settings: their sources, and hot reload by a running host.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use insight_tests::{Authority, Backend, Ran, TestHost, wait_for};
use tempfile::TempDir;

use crate::{UNDER_TEST, UNHURRIED, host};

/// A folder with a settings file, and commands that run in it.
struct Place(TempDir);

impl Place {
    fn with(settings: &str) -> Self {
        let dir = TempDir::new().expect("there is room");
        fs::write(dir.path().join("insight-host.toml"), settings).expect("it can be written");
        Self(dir)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = UNDER_TEST.command(arguments);
        command.current_dir(self.0.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().expect("it runs").into()
    }
}

/// Returns the line of one key in the output of `config show`.
fn line(shown: &str, key: &str) -> String {
    let found = shown.lines().find(|line| line.starts_with(&format!("{key} = ")));
    found.unwrap_or_else(|| panic!("no {key} in:\n{shown}")).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_file_in_the_working_directory_goes_before_the_defaults() {
    let place = Place::with("[http]\nconnections = 7");

    let shown = place.run(&["config", "show"]).stdout;

    assert_eq!(line(&shown, "http.connections"), "http.connections = 7 # insight-host.toml:2:1");
    assert_eq!(line(&shown, "http.grace"), "http.grace = \"10s\" # default");
}

#[test]
fn the_environment_goes_before_the_file_and_a_flag_before_both() {
    let place = Place::with("[http]\nlisten = \"127.0.0.1:1\"\ngrace = \"1s\"");
    let plugins = place.0.path().to_str().expect("it is text");

    let shown = place.command(&["config", "show"]).env("INSIGHT_HOST__HTTP__GRACE", "3s").output().expect("it runs");
    let shown = Ran::from(shown).stdout;
    assert_eq!(line(&shown, "http.grace"), "http.grace = \"3s\" # INSIGHT_HOST__HTTP__GRACE");
    assert_eq!(line(&shown, "http.listen"), "http.listen = \"127.0.0.1:1\" # insight-host.toml:2:1");

    // The error for an unavailable address names the one that was tried.
    let mut serve = place.command(&["serve", "--plugins", plugins, "--listen", "192.0.2.1:4711"]);
    let ran = Ran::from(serve.env("INSIGHT_HOST__HTTP__LISTEN", "192.0.2.1:4712").output().expect("it runs"));
    assert!(ran.stderr.contains("192.0.2.1:4711"), "{}", ran.stderr);
    let mut serve = place.command(&["serve", "--plugins", plugins]);
    let ran = Ran::from(serve.env("INSIGHT_HOST__HTTP__LISTEN", "192.0.2.1:4712").output().expect("it runs"));
    assert!(ran.stderr.contains("192.0.2.1:4712"), "{}", ran.stderr);
}

#[test]
fn variables_are_of_every_type_and_reach_single_plugins() {
    let place = Place::with("");
    let mut command = place.command(&["config", "show"]);
    command.env("INSIGHT_HOST__ORDER", "[\"one\", \"two\"]").env("INSIGHT_HOST__HTTP__CONNECTIONS", "7");
    command.env("INSIGHT_HOST__PLUGINS__CRM_NOTES__GRANTS__CALLER", "true");
    command.env("INSIGHT_HOST__PLUGINS__CRM_NOTES__CONFIG__REGION", "emea");

    let ran = Ran::from(command.output().expect("it runs"));

    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(line(&ran.stdout, "order").starts_with("order = [\"one\", \"two\"] # INSIGHT_HOST__ORDER"));
    assert!(line(&ran.stdout, "http.connections").starts_with("http.connections = 7 #"));
    assert!(line(&ran.stdout, "plugins.crm-notes.grants.caller").contains("= true #"));
    assert!(line(&ran.stdout, "plugins.crm-notes.config.region").contains("= \"emea\" #"));
}

#[test]
fn all_mistakes_of_all_sources_end_with_78() {
    let place = Place::with("[limits]\nmemroy = \"1MiB\"\n[http-client]\nca-file = \"/no/such.pem\"\n");
    let mut command = place.command(&["config", "check"]);

    let ran = Ran::from(command.env("INSIGHT_HOST__HTTP__LISEN", "127.0.0.1:1").output().expect("it runs"));

    assert_eq!(ran.code, Some(78));
    for word in [
        "insight-host.toml:2:1: `limits.memroy` is not a setting; did you mean `limits.memory`?",
        "insight-host.toml:4:1: `http-client.ca-file` names /no/such.pem, which cannot be read",
        "INSIGHT_HOST__HTTP__LISEN: `http.lisen` is not a setting; did you mean INSIGHT_HOST__HTTP__LISTEN?",
    ] {
        assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
    }
}

#[test]
fn what_would_keep_a_host_from_starting_is_told_before_it_is_started() {
    let place = Place::with(
        "[http]\nlisten = \"0.0.0.0:8080\"\n[http.tls]\ncertificate = \"short\"\nkey = \"short\"\n\
         [admin]\ntoken-file = \"short\"\n[http-client]\nca-file = \"short\"\n",
    );
    fs::write(place.0.path().join("short"), "abc\n").expect("it can be written");

    let ran = place.run(&["config", "check"]);

    assert_eq!(ran.code, Some(78), "{ran:?}");
    for word in [
        "insight-host.toml:2:1: `http.listen`: refused to listen at 0.0.0.0:8080 without knowing who calls",
        "insight-host.toml:4:1: `http.tls.certificate`: there is no `BEGIN CERTIFICATE` in short",
        "insight-host.toml:7:1: `admin.token-file`: short holds no admin token",
        "insight-host.toml:9:1: `http-client.ca-file`: there is no certificate (PEM) in short",
    ] {
        assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
    }
    assert_eq!(ran.stderr.matches("token-file").count(), 1, "each is told once: {}", ran.stderr);
}

#[test]
fn a_certificate_and_a_key_of_another_are_told_before_a_host_is_started() {
    let authority = Authority::new();
    authority.certify("host");
    let place = Place::with(&authority.settings());
    assert_eq!(place.run(&["config", "check"]).code, Some(0));

    authority.certify("other");
    fs::copy(authority.file("other-key.pem"), authority.file("host-key.pem")).expect("the folder is ours");

    let ran = place.run(&["config", "check"]);
    assert_eq!(ran.code, Some(78), "{ran:?}");
    assert!(ran.stderr.contains("insight-host.toml:3:1: `http.tls.key`: the key in "), "{}", ran.stderr);
}

#[test]
fn a_file_that_is_not_there_is_told_with_the_flag_that_names_it() {
    let ran = Place::with("").run(&["config", "check", "--config", "other.toml"]);

    assert_eq!(ran.code, Some(78));
    assert!(ran.stderr.contains("other.toml") && ran.stderr.contains("`--config`"), "{}", ran.stderr);
}

#[test]
fn secrets_are_not_shown() {
    let place = Place::with("[key-value]\nredis = \"redis://:hunter2@localhost\"");

    let (shown, json) = (place.run(&["config", "show"]).stdout, place.run(&["config", "show", "--json"]).stdout);

    assert!(line(&shown, "key-value.redis").contains("insight-host.toml:2:1"), "{shown}");
    assert!(json.contains("key-value.redis"), "{json}");
    assert!(!shown.contains("hunter2") && !json.contains("hunter2"));
}

#[test]
fn the_printed_defaults_are_a_valid_file() {
    let place = Place::with("");
    fs::write(place.0.path().join("insight-host.toml"), place.run(&["config", "default"]).stdout).expect("it is there");

    let ran = place.run(&["config", "check"]);

    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "insight-host.toml is valid\n"), "{}", ran.stderr);
}

/// Returns settings of a host whose guest `rogue` has a backend, and these grants.
fn settings(backend: &Backend, grants: &str) -> String {
    let (origin, ca) = (backend.origin(), backend.ca_file());
    format!(
        "{UNHURRIED}[http-client]\nca-file = {ca:?}\n[plugins.rogue.config]\nbackend = \"{origin}\"\n\
         [plugins.rogue.grants]\n{grants}"
    )
}

fn granted(backend: &Backend) -> String {
    settings(backend, &format!("http = [{{ origin = \"{}\", networks = [\"loopback\"] }}]\n", backend.origin()))
}

/// Waits until the guest `rogue` answers this about a request to its backend.
fn wait_for_said(host: &TestHost, said: &str) {
    wait_for(said, || (host.ask("rogue", "fetch:/ok").said() == said).then_some(()));
}

#[test]
fn a_grant_that_is_written_is_given_and_one_that_goes_is_taken_without_a_restart() {
    let backend = Backend::https();
    let host = host().guest("rogue").settings(&settings(&backend, "")).start();
    assert_eq!(host.ask("rogue", "fetch:/ok").said(), "not granted");

    host.write_settings(&granted(&backend));

    wait_for_said(&host, "200");
    let line = host.logged("settings applied");
    assert!(
        line.contains("grants-changed")
            && line.contains("plugins.rogue.grants.http")
            && line.contains("plugin=\"rogue\""),
        "{line}"
    );
    assert!(!line.contains(&backend.origin()), "values are not said: {line}");

    host.write_settings(&settings(&backend, ""));
    wait_for_said(&host, "not granted");
}

#[test]
fn a_grant_that_goes_is_taken_from_a_plugin_that_cannot_be_made_without_it() {
    let backend = Backend::https();
    let host = host().guest("rogue").settings(&granted(&backend)).start();
    host.install("rogue", b"no component");
    let _ = host.logged("the new one cannot be loaded");
    assert_eq!(host.ask("rogue", "fetch:/ok").said(), "200", "its old version serves on, with what it was granted");

    host.write_settings(&settings(&backend, ""));

    wait_for("its end", || (host.ask("rogue", "fetch:/ok").status == 404).then_some(()));
    let _ = host.logged("no longer served");
}

#[test]
fn a_file_with_mistakes_changes_nothing_and_is_told_of() {
    let backend = Backend::https();
    let host = host().guest("rogue").settings(&granted(&backend)).start();
    assert_eq!(host.ask("rogue", "fetch:/ok").said(), "200");

    host.write_settings("[limits]\nmemroy = 1\n[http]\ngrace = 5\n");

    let line = host.logged("did you mean `limits.memory`?");
    assert!(line.contains("settings kept as they were"), "{line}");
    let _ = host.logged("`http.grace` must be text in quotes");
    assert_eq!(host.ask("rogue", "fetch:/ok").said(), "200");
}

#[test]
fn what_needs_a_restart_is_named_and_the_rest_is_taken_up() {
    let host = host().guest("well").settings("[plugins.well.config]\nitems = 1\n").start();
    assert_eq!(host.ask("well", "1").items().len(), 1);

    host.write_settings("[http]\nconnections = 7\ngrace = \"1s\"\n[plugins.well.config]\nitems = 2\n");

    wait_for("two items", || (host.ask("well", "1").items().len() == 2).then_some(()));
    let line = host.logged("at the next start only");
    assert!(line.contains("http.connections, http.grace") && line.contains("WARN"), "{line}");
}

#[test]
fn the_order_of_providers_changes_without_making_any_anew() {
    let host = host().guest("rogue").guest("well").settings("order = [\"rogue\", \"well\"]").start();
    let first = || host.ask_all("ok").texts("title").swap_remove(0);
    assert_eq!(first(), "ok");

    host.write_settings("order = [\"well\", \"rogue\"]");

    wait_for("the other order", || first().starts_with("version").then_some(()));
    assert!(!host.log().contains("plugin replaced"), "{}", host.log());
}

#[test]
fn a_limit_and_a_rate_are_taken_up() {
    let host = host().guest("well").settings("").start();
    assert_eq!(host.ask("well", "1").status, 200);

    host.write_settings("[plugins.well]\nrate = { per-second = 1, burst = 1 }\n");

    wait_for("a refusal", || (host.ask("well", "1").status == 429).then_some(()));
    host.write_settings("[plugins.well.limits]\nfuel = 1_000\n");
    wait_for("too little fuel", || host.ask("well", "1").body.contains("out-of-fuel").then_some(()));
}

#[test]
fn a_link_that_is_set_anew_counts_as_a_change() {
    let folder = TempDir::new().expect("there is room");
    let (first, second) = (folder.path().join("..1"), folder.path().join("..2"));
    for (version, items) in [(&first, 1), (&second, 2)] {
        fs::create_dir(version).expect("the folder is new");
        let settings = format!("[plugins.well.config]\nitems = {items}\n");
        fs::write(version.join("insight-host.toml"), settings).expect("it can be written");
    }
    let data = folder.path().join("..data");
    symlink(&first, &data).expect("it can be linked");
    symlink("..data/insight-host.toml", folder.path().join("insight-host.toml")).expect("so can this");
    let host = host().guest("well").settings_at(&folder.path().join("insight-host.toml")).start();
    assert_eq!(host.ask("well", "1").items().len(), 1);

    replace_link(&second, &data);

    wait_for("two items", || (host.ask("well", "1").items().len() == 2).then_some(()));
}

/// Replaces a link in one step, as Kubernetes does.
fn replace_link(target: &Path, link: &Path) {
    let aside = link.with_file_name("..data-aside");
    symlink(target, &aside).expect("it can be linked");
    fs::rename(aside, link).expect("it can be replaced");
}

#[test]
fn a_hangup_has_the_settings_read_again() {
    let host = host().guest("well").settings("[limits]\ntime = \"1s\"\n").start();
    host.write_settings("[limits]\ntime = \"9s\"\n");
    let _ = host.logged("above the host's maximum");
    let times = || host.log().matches("above the host's maximum").count();
    assert_eq!(times(), 1);

    host.hang_up();

    wait_for("the mistake to be told again", || (times() == 2).then_some(()));
    assert_eq!(host.ask("well", "1").status, 200);
}
