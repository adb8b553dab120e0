//! Grants of requests and secrets, as they are stated, shown and refused.

use super::*;

#[test]
fn a_secret_is_read_only_by_a_grant_of_its_own() {
    let backend = Backend::https();
    let host = start(&backend, "");

    assert_eq!(host.ask("rogue", "reveal:readable").said(), SECRET);
    assert_eq!(host.ask("rogue", "reveal:token").said(), "not-readable");
    assert_eq!(host.ask("rogue", "reveal:other").said(), "unknown");
    assert!(
        host.logged("a plugin was denied an operation that it is not granted").contains("kind=\"secret\""),
        "{}",
        host.log()
    );
}

#[test]
fn a_plugin_whose_secret_is_missing_is_not_served() {
    let settings = "[plugins.rogue.grants.secrets.token]\nenv = \"INSIGHT_NO_SUCH_TOKEN\"\nreadable = true";
    let host = host().guest("rogue").guest("well").settings(settings).start();

    let line = host.logged("plugin not served");
    assert!(line.contains("INSIGHT_NO_SUCH_TOKEN") && line.contains("token"), "{line}");
    assert_eq!(host.ask("rogue", "ok").status, 404);
    assert_eq!(host.ask("well", "1").status, 200);
}

#[test]
fn check_shows_wishes_beside_grants() {
    let folder = tempfile::TempDir::new().expect("there is room");
    let component = folder.path().join("well.wasm");
    std::fs::copy(UNDER_TEST.guest("well"), &component).expect("it is built");
    let wishes = "[wishes]\nhttp = [\"https://api.contoso.com\", \"https://hub.contoso.com\"]\nsecrets = [\"token\"]\ncaller = true";
    std::fs::write(folder.path().join("well.toml"), wishes).expect("the folder is new");
    let config = folder.path().join("settings.toml");
    let grants =
        "[plugins.well.grants]\nhttp = [{ origin = \"https://hub.contoso.com\", methods = [\"GET\"] }]\ncaller = true";
    std::fs::write(&config, grants).expect("the folder is new");
    let arguments = [component.as_os_str(), "--config".as_ref(), config.as_os_str()];

    let ran = UNDER_TEST.run(["check".as_ref()].into_iter().chain(arguments));

    for line in [
        "wishes    http https://api.contoso.com (not granted)",
        "wishes    http https://hub.contoso.com (granted)",
        "wishes    secret token (not granted)",
        "wishes    caller (granted)",
        "granted   http https://hub.contoso.com by GET",
    ] {
        assert!(ran.stdout.contains(line), "{line} in:\n{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn grants_that_cannot_be_are_told_at_start() {
    let folder = tempfile::TempDir::new().expect("there is room");
    let config = folder.path().join("settings.toml");
    std::fs::write(
        &config,
        "[plugins.well.grants]\nhttp = [{ origin = \"contoso.com\" }, { origin = \"https://*.com\" }]",
    )
    .expect("the folder is new");
    let plugins = folder.path().as_os_str();

    let ran =
        UNDER_TEST.run(["serve".as_ref(), "--plugins".as_ref(), plugins, "--config".as_ref(), config.as_os_str()]);

    assert_eq!(ran.code, Some(78));
    assert!(
        ran.stderr.contains("grants.http[0].origin") && ran.stderr.contains("grants.http[1].origin"),
        "{}",
        ran.stderr
    );
}
